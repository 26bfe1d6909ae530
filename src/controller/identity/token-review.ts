import { type ApiClient, type ApiFailure, failureKind, isOfRole } from '../../kubernetes/index.ts';
import { isRecord, type Problem } from '../../resources/index.ts';
import { forbiddenProblem } from '../forbidden-rule.ts';
import { CONFIG_AUDIENCE } from './names.ts';

/** Whose a token is. */
export type Review =
  | {
      readonly kind: 'authenticated';
      readonly namespace: string;
      readonly serviceAccount: string;
      /** The pod that the token was made for, where it says so. */
      readonly pod: string | undefined;
    }
  /** It is no token for us; it won't be one later. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The API server could not say. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** Nothing is remembered. */
export type ReviewToken = (token: string) => Promise<Review>;

export interface TokenReviewer {
  readonly review: ReviewToken;
  /** The right to ask, where it is missing. */
  problems(): readonly Problem[];
}

/** Asks the API server whose a token is (authentication.k8s.io/v1 TokenReview). */
export function createTokenReviewer(client: ApiClient, onProblems: () => void): TokenReviewer {
  let problem: Problem | undefined;

  function note(failure?: ApiFailure): void {
    const before = problem;
    const isLack = failure !== undefined && failureKind(failure) === 'forbidden' && isOfRole(failure.message);
    problem = isLack ? forbiddenProblem(RIGHT, failure.message) : undefined;
    if (before?.message !== problem?.message) onProblems();
  }

  async function review(token: string): Promise<Review> {
    const reply = await client.request('POST', '/apis/authentication.k8s.io/v1/tokenreviews', {
      body: {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenReview',
        spec: { token, audiences: [CONFIG_AUDIENCE] },
      },
    });
    note(reply.kind === 'failed' ? reply.failure : undefined);
    if (reply.kind === 'failed')
      return { kind: 'unknown', reason: `tokens can't be reviewed: ${reply.failure.message}` };
    return reviewOf(isRecord(reply.body) ? reply.body.status : undefined);
  }

  return { review, problems: () => (problem ? [problem] : []) };
}

const RIGHT = {
  group: 'authentication.k8s.io',
  resource: 'tokenreviews',
  verb: 'create',
  loss: 'no proxy is let in: whose tokens they show is not known',
};

const ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;
const POD_NAME = 'authentication.kubernetes.io/pod-name';

function reviewOf(status: unknown): Review {
  const { authenticated, audiences, user, error } = isRecord(status) ? status : {};
  if (authenticated !== true) {
    const why = typeof error === 'string' && error !== '' ? `: ${error.replace(/\s+/g, ' ')}` : '';
    return { kind: 'refused', reason: `the API server does not take the token${why}` };
  }
  // A server that knows nothing of audiences takes tokens that are for the API server itself.
  if (!Array.isArray(audiences) || !audiences.includes(CONFIG_AUDIENCE))
    return { kind: 'refused', reason: `the token is not for the audience ${CONFIG_AUDIENCE}` };
  const { username, extra } = isRecord(user) ? user : {};
  const [, namespace, serviceAccount] = ACCOUNT.exec(String(username)) ?? [];
  if (namespace === undefined || serviceAccount === undefined)
    return { kind: 'refused', reason: 'the token is not that of a ServiceAccount' };
  const [pod] = isRecord(extra) && Array.isArray(extra[POD_NAME]) ? extra[POD_NAME] : [];
  return { kind: 'authenticated', namespace, serviceAccount, pod: typeof pod === 'string' ? pod : undefined };
}
