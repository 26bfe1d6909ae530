import { endpointsName } from '../../ir/index.ts';
import type { Peer } from '../peer.ts';
import type { ConnectHandler, Connecting, Socket, SocketHandler } from '../socket.ts';
import type { Timed } from '../timers.ts';
import { TlsFailure } from '../tls/tls-failure.ts';
import type { Multiplex, MultiplexOwner } from './multiplex.ts';
import type { Pool } from './pool.ts';
import type { ConnectFailure, Upstream, UpstreamUser } from './upstream.ts';
import { isHttp2 } from './way.ts';

/** Errors of a system that has no room for another connection, to whomsoever. */
const SHORTAGES: ReadonlySet<unknown> = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL']);

export function isOurShortage(error: Error): boolean {
  return 'code' in error && SHORTAGES.has(error.code);
}

/**
 * One connection to an endpoint: opened for a request, kept for others. With HTTP/1 it carries one request at a time, whose
 * user understands the messages on it; with HTTP/2 it only keeps what carries them.
 */
export class UpstreamConnection implements Upstream, SocketHandler, ConnectHandler, MultiplexOwner, Timed {
  nextTimed: Timed | undefined = undefined;
  prevTimed: Timed | undefined = undefined;
  dueTick = 0;
  slotTick = 0;
  socket: Socket | undefined = undefined;
  /** Of HTTP/1, or who waits for it. */
  user: UpstreamUser | undefined;
  /** Where HTTP/2 is spoken. */
  multiplex: Multiplex | undefined = undefined;
  /** Requests that it carried before the present one. */
  served = 0;
  /** Milliseconds of the timers' clock. */
  idleSince = 0;
  /** Whose requests it carries, where it says so to the backend. */
  readonly peer: Peer | undefined;
  readonly pool: Pool;
  private attempt: Connecting | undefined = undefined;
  private attempted = false;
  private gone = false;
  /** Its endpoint is left out unless it comes about. */
  private readonly trial: boolean;

  constructor(pool: Pool, user: UpstreamUser) {
    this.pool = pool;
    this.user = user;
    this.peer = user.peer;
    this.trial = pool.endpoint.onTrial;
    pool.endpoint.onTrial = false;
  }

  get connecting(): boolean {
    return this.socket === undefined && this.multiplex === undefined;
  }

  open(): void {
    const { context, endpoint } = this.pool;
    if (context.options.connectTimeout > 0) context.timers.set(this, context.options.connectTimeout);
    const { pool } = this;
    const preface = pool.prefaceFor(this.user);
    this.attempt = context.runtime.connect(endpoint.address, endpoint.port, this, pool.tls(), preface);
  }

  onConnect(socket: Socket): void {
    this.attempt = undefined;
    const { pool } = this;
    const http2 = isHttp2(pool.way, socket);
    pool.context.timers.clear(this);
    pool.endpoint.recovered();
    this.attempted = true;
    pool.attempted(http2);
    if (http2) this.share(socket);
    else {
      this.socket = socket;
      socket.handler = this;
      this.user?.onConnected();
    }
  }

  private share(socket: Socket): void {
    this.multiplex = this.pool.context.openMultiplex(socket, this);
    this.pool.share(this, this.take());
  }

  onRoom(): void {
    if (!this.gone) this.pool.onRoom(this);
  }

  onGone(): void {
    this.multiplex = undefined;
    this.close();
  }

  /** An endpoint that shows a wrong certificate is there, and others may be content with it. */
  onError(error: Error): void {
    const { context, way } = this.pool;
    if (error instanceof TlsFailure) {
      context.tlsCounts.backendFailed(endpointsName(way.backend.name), error.reason);
      this.failed('tls');
      return;
    }
    if (!isOurShortage(error)) this.blame();
    this.failed('refused');
  }

  private blame(): void {
    const { context, endpoint } = this.pool;
    const { ejectTime } = context.options;
    if (ejectTime > 0 && (endpoint.eject(ejectTime) || this.trial)) context.ejections++;
  }

  /** With HTTP/2, others wait for this one connection. */
  private failed(failure: ConnectFailure): void {
    const user = this.take();
    const others = this.pool.multiplexed && this.pool.introduces === undefined ? this.pool.takeWaiting() : [];
    this.close();
    user?.onConnectFailed(failure);
    for (const other of others) other.onConnectFailed(failure);
  }

  /** False: the backend is slow; its user gets `onUpstreamDrain`. */
  write(bytes: Uint8Array, start: number, end: number): boolean {
    return this.socket!.write(bytes, start, end);
  }

  get pending(): number {
    return this.socket?.pending ?? 0;
  }

  hold(hold: boolean): void {
    if (hold) this.socket?.pause();
    else this.socket?.resume();
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
      this.failed('timeout');
    } else if (this.multiplex === undefined ? this.user === undefined : this.multiplex.busy === 0) this.close();
  }

  /** Its use is over and what is on it is of no use to anybody; `reset` tells the backend at once. */
  close(reset = false): void {
    if (this.gone) return;
    this.gone = true;
    this.take();
    this.pool.context.timers.clear(this);
    this.attempt?.cancel();
    this.socket?.destroy(reset);
    if (!this.attempted) this.pool.attempted();
    this.pool.lost(this);
    this.multiplex?.close();
  }
}
