import type { Core } from './core.ts';
import { BODY_TOO_LARGE, CONNECT_REFUSED, type ErrorAnswer, LOOP, refusalAnswer } from './http1/error-answer.ts';
import type { RequestHead } from './http1/request-head.ts';
import { readTarget } from './target.ts';

/**
 * Gateways of our kind that a request may pass. A backend that is the gateway itself would send it round until all
 * connections are taken.
 */
const MAX_HOPS = 16;
const ASTERISK = 42;

/** Why the request in `core.request` is refused without a look at the routes; else its host and path are known now. */
export function refusalOf({ hosts, options, request: head }: Core): ErrorAnswer | undefined {
  if (head.hops > MAX_HOPS) return LOOP;
  if (head.method === 'CONNECT') return CONNECT_REFUSED;
  const refusal = readTarget(head, hosts);
  if (refusal < 0) return refusalAnswer(refusal);
  const tooLarge = options.maxBodyBytes > 0 && head.contentLength > options.maxBodyBytes;
  return tooLarge ? BODY_TOO_LARGE : undefined;
}

/** `OPTIONS *`: about the server, so no route is asked (RFC 9110 §9.3.7). */
export function asksServer(head: RequestHead): boolean {
  return head.pathEnd === head.pathStart && head.bytes[head.targetStart] === ASTERISK;
}
