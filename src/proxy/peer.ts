import type { Trust } from './trust.ts';
import { unmapped } from './unmapped.ts';

/** Who is at the other end of a client's connection. */
export interface Peer {
  /** IPv4 or IPv6; an IPv4 address that came in IPv6 form is IPv4. */
  readonly address: string;
  /** Its word on X-Forwarded-* and X-Request-Id is taken. */
  readonly trusted: boolean;
  /** It speaks TLS with us. */
  readonly secure: boolean;
}

export function peerOf(trust: Trust, remoteAddress: string, secure = false): Peer {
  const address = unmapped(remoteAddress);
  return { address, trusted: trust.isTrusted(address), secure };
}
