import type { Core } from './core.ts';
import type { ErrorAnswer } from './http1/error-answer.ts';
import type { Peer } from './peer.ts';

/** Counts and logs bytes that are no request, and tells those who look on. `answer`: what their sender was told, or would have been. */
export function noteRefusal({ unrouted, accessLog, tail }: Core, peer: Peer, answer: ErrorAnswer): void {
  unrouted.record(answer.status, 0, 0, 0);
  accessLog?.refused(peer, unrouted, answer);
  if (tail.on) tail.refused(peer, answer);
}
