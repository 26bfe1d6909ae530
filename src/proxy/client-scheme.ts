import { spells } from './http1/chars.ts';
import { X_FORWARDED_PROTO } from './http1/names.ts';
import type { RequestHead } from './http1/request-head.ts';
import type { Peer } from './peer.ts';

/** Whether the client spoke TLS: with us, or as a peer whose word is taken says in the last X-Forwarded-Proto. */
export function isSecure({ bytes, fields }: RequestHead, peer: Peer): boolean {
  if (!peer.trusted) return peer.secure;
  const { known, valueStart, valueEnd } = fields;
  for (let i = fields.count - 1; i >= 0; i--) {
    if (known[i] === X_FORWARDED_PROTO) return spells(bytes, valueStart[i]!, valueEnd[i]!, 'https');
  }
  return peer.secure;
}
