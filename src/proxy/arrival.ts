import type { BindRouter } from '../router/index.ts';
import type { Peer } from './peer.ts';
import type { Plan } from './plan.ts';
import type { Socket } from './socket.ts';
import type { Trust } from './trust.ts';

/** A connection that came through a socket of ours, at the point where its protocol is known and nothing of it was read. */
export interface Arrival {
  /** What is behind TLS is decrypted already. */
  readonly socket: Socket;
  readonly peer: Peer;
  /** Absent: plaintext. */
  readonly tls: ArrivalTls | undefined;
}

/** What a handshake came to. */
export interface ArrivalTls {
  /** SNI, lower case; '' if the client sent none. */
  readonly serverName: string;
  /** Name of the listener that it chose. */
  readonly listener: string;
  readonly protocol: 'h2' | 'http/1.1' | '';
  /** Name of the Secret whose certificate was shown. */
  readonly certificate: string;
}

/** The door that connections came through: a Bind of the configuration. */
export interface Doorway {
  readonly router: BindRouter<Plan> | undefined;
  /** No longer in the configuration, or the proxy drains. */
  readonly closing: boolean;
  /** Peers whose connections begin with a header of the PROXY protocol. */
  readonly introducers?: Trust | undefined;
  /** Those that are here; each adds itself, and is gone when its socket is closed. */
  readonly guests: Set<Guest>;
}

/** A connection, or the flows of a socket of datagrams, for as long as it is here. */
export interface Guest {
  /** Something of a request or its answer is under way. */
  readonly busy: boolean;
  /** The configuration wants it gone: at once if it is idle, else as soon as it can be without harm. */
  retire(): void;
  abort(reset: boolean): void;
}
