import type { Review, ReviewToken } from '../identity/token-review.ts';

/** Questions at once, and those that wait for their turn: whoever reaches the port can have any number of tokens asked about. */
const MOST = 16;
const WAITING = 1_000;
const BUSY: Review = { kind: 'unknown', reason: 'too many tokens are being reviewed: it is to come again' };

/** Asks about a token once while the answer is awaited, and about few at the same time. */
export function limitedReview(review: ReviewToken): ReviewToken {
  const underWay = new Map<string, Promise<Review>>();
  const waiting: (() => void)[] = [];
  let busy = 0;

  async function ask(token: string): Promise<Review> {
    if (busy >= MOST) await new Promise<void>(turn => waiting.push(turn));
    else busy++;
    try {
      return await review(token);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else busy--;
    }
  }

  return token => {
    const asked = underWay.get(token);
    if (asked) return asked;
    if (waiting.length >= WAITING) return Promise.resolve(BUSY);
    const answer = ask(token).finally(() => underWay.delete(token));
    underWay.set(token, answer);
    return answer;
  };
}
