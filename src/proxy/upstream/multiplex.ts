import type { Socket } from '../socket.ts';
import type { UpstreamUser } from './upstream.ts';

/** A connection to an endpoint that carries many requests at once (HTTP/2), as its pool sees it. */
export interface Multiplex {
  /** Requests that may begin now; 0 once the connection is about to go. */
  readonly room: number;
  /** Requests under way. */
  readonly busy: number;
  /** Begins a request, while there is room: `user.upstream` is its stream, which can be written to. */
  begin(user: UpstreamUser): void;
  /** No request begins any more; it closes when those under way are over. */
  retire(): void;
  /** Closes at once; its users hear that their streams broke. */
  close(): void;
}

/** Who keeps the connection. */
export interface MultiplexOwner {
  /** A request is over, or there is more room, or none any more. */
  onRoom(): void;
  /** It is closed, after its users heard of it. */
  onGone(): void;
}

/** Begins to speak HTTP/2 as a client on a connection that is open. */
export type OpenMultiplex = (socket: Socket, owner: MultiplexOwner) => Multiplex;
