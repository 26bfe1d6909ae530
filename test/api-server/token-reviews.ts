import { type Answer, refusal } from './answer.ts';
import { isRecord } from './writing.ts';

/** Whose a token is. */
export interface TokenOwner {
  /** `system:serviceaccount:NAMESPACE:NAME`. */
  readonly username: string;
  readonly audiences: readonly string[];
  readonly pod?: string;
}

/** The answer to a TokenReview (authentication.k8s.io/v1): of the tokens that there are, for audiences that they have. */
export function reviewToken(owners: ReadonlyMap<string, TokenOwner>, body: unknown): Answer {
  const spec = isRecord(body) && isRecord(body.spec) ? body.spec : undefined;
  if (!spec || !isRecord(body)) return refusal(422, 'spec.token: Required value');
  const owner = owners.get(String(spec.token));
  const asked = Array.isArray(spec.audiences) ? spec.audiences : [];
  const audiences = owner?.audiences.filter(audience => asked.includes(audience)) ?? [];
  return { status: 201, body: { ...body, metadata: {}, status: statusOf(owner, audiences) } };
}

function statusOf(owner: TokenOwner | undefined, audiences: readonly string[]): object {
  if (!owner || audiences.length === 0)
    return { user: {}, error: 'invalid bearer token, token audiences do not match' };
  const extra = owner.pod === undefined ? {} : { extra: { 'authentication.kubernetes.io/pod-name': [owner.pod] } };
  return { authenticated: true, audiences, user: { username: owner.username, ...extra } };
}
