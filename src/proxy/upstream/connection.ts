import type { ConnectHandler, Connecting, Socket, SocketHandler } from '../socket.ts';
import type { Timed } from '../timers.ts';
import type { Pool } from './pool.ts';

/** Who uses a connection for one request. Its calls come one at a time, and none after the connection was given back. */
export interface UpstreamUser {
  /** The connection that will carry the request; not open yet if it is `connecting`. */
  upstream: UpstreamConnection | undefined;
  onConnected(): void;
  onConnectFailed(timedOut: boolean): void;
  /** The endpoint is gone while the request waited for a connection to it. */
  onPoolClosed(): void;
  onUpstreamData(bytes: Uint8Array, start: number, end: number): void;
  onUpstreamDrain(): void;
  /** The backend ended its side: in order, or (`broken`) by a reset or a failure of the system. */
  onUpstreamEnd(broken: boolean): void;
}

/** Errors of a system that has no room for another connection, to whomsoever. */
const SHORTAGES: ReadonlySet<unknown> = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL']);

export function isOurShortage(error: Error): boolean {
  return 'code' in error && SHORTAGES.has(error.code);
}

/** One connection to an endpoint: opened for a request, kept for others. Who uses it understands the messages on it. */
export class UpstreamConnection implements SocketHandler, ConnectHandler, Timed {
  nextTimed: Timed | undefined = undefined;
  prevTimed: Timed | undefined = undefined;
  dueTick = 0;
  slotTick = 0;
  socket: Socket | undefined = undefined;
  user: UpstreamUser | undefined;
  /** Requests that it carried before the present one. */
  served = 0;
  /** Milliseconds of the timers' clock. */
  idleSince = 0;
  readonly pool: Pool;
  private attempt: Connecting | undefined = undefined;
  private gone = false;
  /** Its endpoint is left out unless it comes about. */
  private readonly trial: boolean;

  constructor(pool: Pool, user: UpstreamUser) {
    this.pool = pool;
    this.user = user;
    this.trial = pool.endpoint.onTrial;
    pool.endpoint.onTrial = false;
  }

  get connecting(): boolean {
    return this.socket === undefined;
  }

  open(): void {
    const { context, endpoint } = this.pool;
    if (context.options.connectTimeout > 0) context.timers.set(this, context.options.connectTimeout);
    this.attempt = context.runtime.connect(endpoint.address, endpoint.port, this);
  }

  onConnect(socket: Socket): void {
    this.attempt = undefined;
    this.socket = socket;
    socket.handler = this;
    this.pool.context.timers.clear(this);
    this.pool.endpoint.recovered();
    this.user?.onConnected();
  }

  onError(error: Error): void {
    if (!isOurShortage(error)) this.blame();
    this.failed(false);
  }

  private blame(): void {
    const { context, endpoint } = this.pool;
    const { ejectTime } = context.options;
    if (ejectTime > 0 && (endpoint.eject(ejectTime) || this.trial)) context.ejections++;
  }

  private failed(timedOut: boolean): void {
    const user = this.take();
    this.close();
    user?.onConnectFailed(timedOut);
  }

  /** False: the backend is slow; its user gets `onUpstreamDrain`. */
  write(bytes: Uint8Array, start: number, end: number): boolean {
    return this.socket!.write(bytes, start, end);
  }

  onData(bytes: Uint8Array, start: number, end: number): void {
    const { timers } = this.pool.context;
    timers.hold();
    // Bytes that nobody asked for would be taken for the answer to the next request.
    if (this.user === undefined) this.close();
    else this.user.onUpstreamData(bytes, start, end);
    timers.letGo();
  }

  onDrain(): void {
    this.user?.onUpstreamDrain();
  }

  /** It makes room before its user hears of it, who may want another. */
  onEnd(): void {
    const user = this.take();
    this.close();
    user?.onUpstreamEnd(false);
  }

  onClose(error: Error | undefined): void {
    const user = this.take();
    this.close();
    user?.onUpstreamEnd(error !== undefined);
  }

  private take(): UpstreamUser | undefined {
    const { user } = this;
    this.user = undefined;
    if (user !== undefined) user.upstream = undefined;
    return user;
  }

  /** Gives its socket away, for no more requests: until {@link close} it still counts. */
  handOver(handler: SocketHandler): void {
    this.take();
    this.pool.context.timers.clear(this);
    this.socket!.handler = handler;
  }

  /** Its use is over and it is in order: others may have it. */
  release(): void {
    this.take();
    this.served++;
    if (!this.gone) this.pool.giveBack(this);
  }

  /** Idle for too long, or no connection in time. */
  onTimeout(): void {
    if (this.connecting) {
      this.blame();
      this.failed(true);
    } else if (this.user === undefined) this.close();
  }

  /** Its use is over and what is on it is of no use to anybody; `reset` tells the backend at once. */
  close(reset = false): void {
    if (this.gone) return;
    this.gone = true;
    this.take();
    this.pool.context.timers.clear(this);
    this.attempt?.cancel();
    this.socket?.destroy(reset);
    this.pool.lost(this);
  }
}
