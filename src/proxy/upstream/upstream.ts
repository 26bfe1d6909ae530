import type { Peer } from '../peer.ts';
import type { Socket, SocketHandler } from '../socket.ts';

/**
 * What carries one request to an endpoint and its answer back: a connection of HTTP/1, or a stream of one of HTTP/2. Either
 * takes the same bytes: a head of HTTP/1.1, then content in the coding that the head tells of.
 */
export interface Upstream {
  /** Requests that its connection carried before this one: a used one may be dead without our knowing. */
  readonly served: number;
  /** Bytes that the backend has not taken yet. */
  readonly pending: number;
  /** False: the backend is slow; its user gets `onUpstreamDrain`. */
  write(bytes: Uint8Array, start: number, end: number): boolean;
  /** Stops or goes on reading the answer. */
  hold(hold: boolean): void;
  /** Its use is over and it is in order: others may have it. */
  release(): void;
  /** Its use is over and what is on it is of no use to anybody; `reset` tells the backend at once. */
  close(reset?: boolean): void;
  /** For a tunnel: bytes both ways from now on. It is in use until {@link close}. */
  handOver(handler: SocketHandler): void;
  /** What a tunnel writes to, once there is a connection. */
  readonly socket: Socket | undefined;
}

/** Why there is no connection: `tls`, the endpoint is there, but not the one that it must be, or it speaks no TLS with us. */
export type ConnectFailure = 'refused' | 'timeout' | 'tls';

/**
 * Who sends one request. Its calls come one at a time, and none after the upstream was given back. An answer comes as bytes
 * to be read (HTTP/1: `onUpstreamData` alone), or read already (HTTP/2: heads in `core.response`, then content as
 * `onUpstreamData`, then `onUpstreamOver`).
 */
export interface UpstreamUser {
  /** What will carry the request; not open yet if `acquire` said `pending`. */
  upstream: Upstream | undefined;
  /** Whose request it is; undefined: our own. */
  readonly peer?: Peer | undefined;
  onConnected(): void;
  onConnectFailed(failure: ConnectFailure): void;
  /** The endpoint is gone while the request waited for a connection to it. */
  onPoolClosed(): void;
  onUpstreamData(bytes: Uint8Array, start: number, end: number): void;
  /** A head, of an interim answer too, is in `core.response` (see `fillResponse`); bytes [start, end) of content came with it. */
  onUpstreamHead(bytes: Uint8Array, start: number, end: number): void;
  /** The end of an answer whose head came by `onUpstreamHead` and was not its end; `trailed`: with what `TRAILERS` holds. */
  onUpstreamOver(trailed: boolean): void;
  onUpstreamDrain(): void;
  /**
   * The backend ended its side: in order, or (`broken`) by a reset or a failure of the system. `unseen`: it said that it has not
   * looked at the request (HTTP/2: REFUSED_STREAM, GOAWAY), which can do no harm a second time, whatever it is.
   */
  onUpstreamEnd(broken: boolean, unseen?: boolean): void;
}
