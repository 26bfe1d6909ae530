import { createHash } from 'node:crypto';
import { nameKey } from '../../resources/index.ts';
import type { Admission, ProxyFacts } from '../../stream/index.ts';
import type { Review, ReviewToken } from '../identity/token-review.ts';
import { limitedReview } from './limited-review.ts';
import { tokenExpiry } from './token-expiry.ts';

export interface AdmissionOptions {
  readonly review: ReviewToken;
  /** Whether a data plane's proxies have this identity (`namespace/serviceAccount`). */
  readonly serves: (scope: string) => Promise<boolean>;
  /** In ms since 1970; by it tokens expire. */
  readonly now?: () => number;
}

/** Decides which proxy gets which configuration: that of the data plane whose ServiceAccount its token is for. */
export type Admit = (token: string, facts: ProxyFacts) => Promise<Admission>;

type Authenticated = Review & { readonly kind: 'authenticated' };

/** What an API server said of a token. Times in ms since 1970. */
interface Remembered {
  readonly review: Authenticated;
  /** Until then nobody is asked again. */
  readonly fresh: number;
  /** Until then it holds where nobody can be asked. */
  readonly expires: number;
}

const FRESH = 60_000;
/** Of tokens; who reconnects soon is among the last. */
const MOST = 10_000;

/** A token is reviewed once in a minute at most. An API server that is gone keeps out nobody whom it let in before. */
export function createAdmission({ serves, now = Date.now, ...options }: AdmissionOptions): Admit {
  const review = limitedReview(options.review);
  /** By hash: memory that is read somewhere holds no token. */
  const known = new Map<string, Remembered>();

  function remember(key: string, token: string, said: Authenticated): void {
    const expires = tokenExpiry(token) ?? now() + FRESH;
    known.delete(key);
    known.set(key, { review: said, fresh: Math.min(now() + FRESH, expires), expires });
    const [oldest] = known.keys();
    if (known.size > MOST && oldest !== undefined) known.delete(oldest);
  }

  async function ask(token: string): Promise<Review> {
    const key = createHash('sha256').update(token).digest('base64');
    const before = known.get(key);
    if (before && now() < before.fresh) return before.review;
    const said = await review(token);
    if (said.kind === 'authenticated') remember(key, token, said);
    else if (said.kind === 'refused') known.delete(key);
    else if (before && now() < before.expires) return before.review;
    return said;
  }

  return async (token, { name }) => {
    const said = await ask(token);
    if (said.kind === 'unknown') return { ...refused(said.reason), isUnsure: true };
    if (said.kind === 'refused') return refused(said.reason);
    const scope = nameKey(said.namespace, said.serviceAccount);
    const alias = aliasOf(said, name);
    if (alias !== undefined) return refused(alias);
    if (await serves(scope)) return { kind: 'admitted', scope };
    return refused(`no Gateway has proxies that run as ServiceAccount ${scope}`);
  };
}

/** Why a proxy can't have the name that it gives itself: statuses show it, and the one that has it would be sent away. */
function aliasOf({ namespace, pod }: Authenticated, name: string): string | undefined {
  if (pod === undefined) return 'the token is that of no pod: let it be a projected one (serviceAccountToken)';
  return name === nameKey(namespace, pod)
    ? undefined
    : `the token is that of pod ${nameKey(namespace, pod)}, and the proxy says it is ${name}`;
}

function refused(reason: string): Admission & { readonly kind: 'refused' } {
  return { kind: 'refused', reason };
}
