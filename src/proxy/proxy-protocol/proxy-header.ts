/** An end of a connection, as a PROXY header names it. */
export interface ConnectionEnd {
  /** IPv4 or IPv6. */
  readonly address: string;
  readonly port: number;
}

/** Of a connection of a client. */
export interface ConnectionEnds {
  readonly client: ConnectionEnd;
  /** Where the client connected to. */
  readonly destination: ConnectionEnd;
}

/** What a header of the PROXY protocol says of the connection that the peer passes on. */
export interface ProxyHeader {
  readonly kind: 'header';
  /** Where the bytes of the connection itself begin. */
  readonly end: number;
  /** Absent where the peer speaks for itself (LOCAL), or does not know (UNKNOWN, AF_UNSPEC, AF_UNIX). */
  readonly client?: ConnectionEnd;
  /** Where the client connected to; there exactly if `client` is. */
  readonly destination?: ConnectionEnd;
}

/** More bytes are needed; or these are no header, and why. */
export type ProxyHeaderRead =
  | ProxyHeader
  | { readonly kind: 'more' }
  | { readonly kind: 'refused'; readonly why: string };

export const MORE: ProxyHeaderRead = Object.freeze({ kind: 'more' });

export function refused(why: string): ProxyHeaderRead {
  return { kind: 'refused', why };
}

/** Bytes of a header of version 2 behind its first 16; further ones would be those of an attacker. */
export const MOST_AFTER_V2_START = 4_096;
