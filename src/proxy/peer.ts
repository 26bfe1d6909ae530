import type { ConnectionEnds, ProxyHeader } from './proxy-protocol/index.ts';
import type { Socket } from './socket.ts';
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
  /**
   * For backends that are told of it by the PROXY protocol: of the connection that was passed on, if a header said so; undefined where
   * it is not known. Costs a look at the system.
   */
  ends?(): ConnectionEnds | undefined;
}

export function peerOf(trust: Trust, remoteAddress: string, secure = false): Peer {
  const address = unmapped(remoteAddress);
  return { address, trusted: trust.isTrusted(address), secure };
}

/** Who is at the other end of `socket`. */
export function peerAt(trust: Trust, socket: Socket): Peer {
  return { ...peerOf(trust, socket.remoteAddress), ends: () => endsOf(socket) };
}

function endsOf({ remoteAddress, remotePort, local }: Socket): ConnectionEnds | undefined {
  if (local === undefined || remoteAddress === '') return undefined;
  const client = { address: unmapped(remoteAddress), port: remotePort };
  return { client, destination: { ...local, address: unmapped(local.address) } };
}

/** Whom a PROXY header introduced; `peer` itself where it spoke for itself. */
export function introducedBy(peer: Peer, trust: Trust, { client, destination }: ProxyHeader): Peer {
  if (client === undefined || destination === undefined) return peer;
  return { ...peerOf(trust, client.address), ends: () => ({ client, destination }) };
}
