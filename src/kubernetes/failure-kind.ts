import type { ApiFailure } from './api-client.ts';

/** What a write that failed means for the next try. */
export type FailureKind =
  /** There was no answer. */
  | 'unreachable'
  /** Another one was quicker, or owns a field. */
  | 'conflict'
  | 'gone'
  /** By a role that is missing, a quota, an admission controller (`isOfRole`). */
  | 'forbidden'
  /** It would be refused the next time too. */
  | 'refused'
  /** The server's fault. */
  | 'failed';

export function failureKind({ status }: ApiFailure): FailureKind {
  if (status === 0) return 'unreachable';
  if (status === 409) return 'conflict';
  if (status === 404 || status === 410) return 'gone';
  if (status === 403) return 'forbidden';
  return [400, 405, 413, 415, 422].includes(status) ? 'refused' : 'failed';
}
