import type { Outcome } from '../router/index.ts';
import type { RequestHead } from './http1/request-head.ts';
import type { Peer } from './peer.ts';
import type { Plan } from './plan.ts';
import type { TunnelEnd, Tunnelled } from './tunnel.ts';

/**
 * What an exchange needs of the connection, or the stream of a connection, that its request came on. An answer is any number
 * of interim heads, then a head with content, further content, perhaps trailers, then `finish`. A stream of HTTP/2 is told
 * the same as a connection of HTTP/1: heads are lines of HTTP/1 with their empty line, without any of the connection's.
 */
export interface Client {
  readonly peer: Peer;
  /** No further request is wanted on the connection. */
  readonly closing: boolean;
  route(head: RequestHead): Outcome<Plan>;
  /** A head of an answer that is none yet (1xx): bytes [0, end). */
  writeInterim(bytes: Uint8Array, end: number): void;
  /**
   * The head of the answer, bytes [0, headEnd), and what is there of its content, as far as `end`. `over`: nothing follows, no
   * trailers either. False: the client is slow; `onClientDrain` follows.
   */
  writeAnswer(bytes: Uint8Array, headEnd: number, end: number, over: boolean): boolean;
  /** Further content: to HTTP/1 in the coding that the head told of, to HTTP/2 as it is. The rest as with `writeAnswer`. */
  write(bytes: Uint8Array, start: number, end: number, over: boolean): boolean;
  /** Of a request in HTTP/2 only: what `TRAILERS` holds (see there which of it goes on) ends the answer. */
  writeTrailers(): void;
  /** Something of a body moved, either way. */
  touch(): void;
  /** Stops or goes on reading the request's body. */
  holdBody(hold: boolean): void;
  /** The answer is written, and over if that was not said before; `keepAlive` as the answer said. */
  finish(keepAlive: boolean): void;
  /** The answer agreed to an upgrade: from now on client and backend talk past us. Bytes [start, end) came behind it. */
  startTunnel(errand: Tunnelled, bytes: Uint8Array, start: number, end: number, onOver?: TunnelEnd): void;
  /** Breaks the connection or stream off, so that the client sees that the answer is not whole. */
  abort(reset: boolean): void;
}
