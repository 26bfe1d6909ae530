import type { ApiFailure } from '../kubernetes/index.ts';

/** What was asked of the API server, and what it means for the user not to get it. */
export interface Request {
  readonly verb: string;
  readonly what:
    | { readonly kind: 'resource'; readonly group: string; readonly plural: string; readonly namespace?: string }
    | { readonly kind: 'path'; readonly path: string };
  /** As a clause: `no HTTPRoute is seen`. */
  readonly loss: string;
}

export interface Trouble {
  readonly request: Request;
  readonly failure: ApiFailure;
}

/** Refused for good, or not there: nothing to wait for. */
export function isFinal({ status }: ApiFailure): boolean {
  return status === 403 || status === 404 || status === 410;
}

/** Nothing is to be had of the server: it can't be reached, or refuses who we are. */
export function isOfServer({ status, reason }: ApiFailure): boolean {
  return status === 401 || reason === 'Unreachable';
}
