import type { Outcome } from '../router/index.ts';
import type { RequestHead } from './http1/request-head.ts';
import type { Peer } from './peer.ts';
import type { Plan } from './plan.ts';
import type { TunnelEnd, Tunnelled } from './tunnel.ts';

/** What an exchange needs of the connection that its request came on. */
export interface Client {
  readonly peer: Peer;
  /** No further request is wanted on the connection. */
  readonly closing: boolean;
  route(head: RequestHead): Outcome<Plan>;
  /** False: the client is slow; `onClientDrain` follows. */
  write(bytes: Uint8Array, start: number, end: number): boolean;
  /** Something of a body moved, either way. */
  touch(): void;
  /** Stops or goes on reading the request's body. */
  holdBody(hold: boolean): void;
  /** The answer is written; `keepAlive` as the answer said. */
  finish(keepAlive: boolean): void;
  /** The answer agreed to an upgrade: from now on client and backend talk past us. Bytes [start, end) came behind it. */
  startTunnel(errand: Tunnelled, bytes: Uint8Array, start: number, end: number, onOver?: TunnelEnd): void;
  /** Breaks the connection off, so that the client sees that the answer is not whole. */
  abort(reset: boolean): void;
}
