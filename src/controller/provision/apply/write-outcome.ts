import {
  type ApiFailure,
  failureKind,
  isOfRole,
  type RawObject,
  type Reply,
  rawObjectOf,
} from '../../../kubernetes/index.ts';

/** What became of a request. */
export type WriteOutcome =
  | { readonly kind: 'ok'; readonly object: RawObject }
  /** It was there already, and nothing was written. */
  | { readonly kind: 'found'; readonly object: RawObject }
  | { readonly kind: 'gone'; readonly message: string }
  /** Whoever owned it is gone, too: it is not ours to delete. */
  | { readonly kind: 'left' }
  /** A role is missing. */
  | { readonly kind: 'role'; readonly message: string }
  /** Refused, with the API server's words. */
  | { readonly kind: 'refused'; readonly message: string }
  /** It may go well the next time, and says nothing of the object. `message`: what is wrong with the server, or whom it asks. */
  | { readonly kind: 'passing'; readonly message?: string };

export function outcomeOf(reply: Reply): WriteOutcome {
  if (reply.kind === 'failed') return outcomeOfFailure(reply.failure);
  const object = rawObjectOf(reply.body);
  return object ? { kind: 'ok', object } : { kind: 'gone', message: 'the API server answered with something else' };
}

function outcomeOfFailure(failure: ApiFailure): WriteOutcome {
  const { message, status } = failure;
  switch (failureKind(failure)) {
    case 'unreachable':
      return { kind: 'passing' };
    // Fields of others, where nothing should be: somebody else has just made it.
    case 'conflict':
      return { kind: 'passing' };
    case 'gone':
      return { kind: 'gone', message };
    case 'forbidden':
      return { kind: isOfRole(message) ? 'role' : 'refused', message };
    case 'refused':
      return { kind: 'refused', message };
    case 'failed':
      return status === 401 || status === 429 ? { kind: 'passing' } : { kind: 'passing', message };
  }
}
