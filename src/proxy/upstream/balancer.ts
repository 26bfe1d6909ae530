import type { ProxyOptions } from '../options.ts';

export type Policy = ProxyOptions['balancing'];

/** What a policy looks at. */
export interface Candidate {
  readonly inFlight: number;
}

/** Above this many candidates least-request compares two drawn at random instead of all. */
const FULL_SCAN = 8;

const NONE: readonly never[] = [];
const nobody = (): boolean => false;

/**
 * Round robin, and least request: the fewest requests under way, ties in turn. The first turn is drawn at random, so
 * that many proxies started together don't all begin with the same endpoint. There is one for each of thousands of backends.
 */
export class Balancer {
  private readonly random: () => number;
  /** Who was picked last, and who had been before the present look: a look in vain is nobody's turn. */
  private turn: number;
  private before: number;

  /** @param random gives [0, 1) */
  constructor(random: () => number = Math.random) {
    this.random = random;
    this.turn = Math.floor(random() * 0x10000);
    this.before = this.turn;
  }

  /** Never one of `tried`; undefined when no other is left. With `out` it is a second look, for the first gave one of those. */
  pick<C extends Candidate>(
    candidates: readonly C[],
    policy: Policy,
    tried: readonly C[] = NONE,
    out: (candidate: C) => boolean = nobody,
  ): C | undefined {
    if (candidates.length === 0) return undefined;
    if (out === nobody) {
      this.before = this.turn;
      return this.pickBy(policy, candidates, tried, out);
    }
    const first = this.turn;
    this.turn = this.before;
    const picked = this.pickBy(policy, candidates, tried, out);
    if (picked === undefined) this.turn = first;
    this.before = this.turn;
    return picked;
  }

  private pickBy<C extends Candidate>(
    policy: Policy,
    candidates: readonly C[],
    tried: readonly C[],
    out: (candidate: C) => boolean,
  ): C | undefined {
    if (policy === 'round-robin') return this.roundRobin(candidates, tried, out);
    const all = candidates.length <= FULL_SCAN || tried.length > 0 || out !== nobody;
    return all ? this.scan(candidates, tried, out) : this.twoChoices(candidates);
  }

  private roundRobin<C>(candidates: readonly C[], tried: readonly C[], out: (candidate: C) => boolean): C | undefined {
    const count = candidates.length;
    for (let step = 0; step < count; step++) {
      this.turn = (this.turn + 1) % count;
      const candidate = candidates[this.turn]!;
      if (!tried.includes(candidate) && !out(candidate)) return candidate;
    }
    return undefined;
  }

  private scan<C extends Candidate>(
    candidates: readonly C[],
    tried: readonly C[],
    out: (candidate: C) => boolean,
  ): C | undefined {
    const count = candidates.length;
    let best: C | undefined;
    let fewest = Number.POSITIVE_INFINITY;
    // From behind the one picked last, so that the neighbour of a busy one gets no turns of its.
    for (let step = 0, at = this.turn % count; step < count; step++) {
      at = at + 1 === count ? 0 : at + 1;
      const candidate = candidates[at]!;
      if ((tried.length > 0 && tried.includes(candidate)) || out(candidate)) continue;
      const { inFlight } = candidate;
      if (inFlight >= fewest) continue;
      best = candidate;
      fewest = inFlight;
      this.turn = at;
    }
    return best;
  }

  private twoChoices<C extends Candidate>(candidates: readonly C[]): C {
    const count = candidates.length;
    const first = Math.floor(this.random() * count);
    const second = (first + 1 + Math.floor(this.random() * (count - 1))) % count;
    const [a, b] = [candidates[first]!, candidates[second]!];
    return b.inFlight < a.inFlight ? b : a;
  }
}
