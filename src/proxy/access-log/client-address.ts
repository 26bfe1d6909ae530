import { isIP } from 'node:net';
import { latin1 } from '../http1/chars.ts';
import { X_FORWARDED_FOR } from '../http1/names.ts';
import type { RequestHead } from '../http1/request-head.ts';
import { type Peer, peerOf } from '../peer.ts';
import type { Trust } from '../trust.ts';

/** Addresses of X-Forwarded-For that are looked at. */
const MAX_HOPS = 32;

/**
 * Who sent the request: the peer, or, if its word is taken, the last address of X-Forwarded-For that is not one of those
 * whose word is taken; the first where all are. What is no address ends the search: nobody trusted wrote it.
 */
export function clientAddress(head: RequestHead, peer: Peer, trust: Trust): string {
  if (!peer.trusted) return peer.address;
  let client = peer.address;
  for (const hop of forwardedFor(head).split(',').slice(-MAX_HOPS).reverse()) {
    const address = hop.trim();
    if (isIP(address) === 0) return client;
    client = address;
    if (!peerOf(trust, address).trusted) return client;
  }
  return client;
}

function forwardedFor({ bytes, fields }: RequestHead): string {
  const lines: string[] = [];
  for (let i = 0; i < fields.count; i++) {
    if (fields.known[i] !== X_FORWARDED_FOR || fields.valueEnd[i] === fields.valueStart[i]) continue;
    lines.push(latin1(bytes, fields.valueStart[i]!, fields.valueEnd[i]!));
  }
  return lines.join(',');
}
