import type { ProxyOptions } from '../options.ts';
import { proxyHeader } from '../proxy-protocol/index.ts';
import type { SocketRuntime } from '../socket.ts';
import type { Timers } from '../timers.ts';
import type { ClientTls } from '../tls/client-tls.ts';
import type { TlsCounts } from '../tls/tls-counts.ts';
import type { TlsStore } from '../tls/tls-store.ts';
import { UpstreamConnection } from './connection.ts';
import type { EndpointState } from './endpoint-state.ts';
import type { OpenMultiplex } from './multiplex.ts';
import type { UpstreamUser } from './upstream.ts';
import { isSecured, type Way } from './way.ts';

/** What pools need of the proxy. */
export interface PoolContext {
  readonly options: ProxyOptions;
  readonly runtime: SocketRuntime;
  readonly timers: Timers;
  readonly tls: Pick<TlsStore, 'client'>;
  readonly tlsCounts: Pick<TlsCounts, 'backendFailed'>;
  readonly openMultiplex: OpenMultiplex;
  /** Open and opening connections of all pools. */
  upstreamConnections: number;
  /** How often an endpoint was left out since no connection to it could be made. */
  ejections: number;
}

export type PooledEndpoint = EndpointState<Pool>;

/**
 * `ready`: `user.upstream` can be written to. `pending`: `onConnected`, `onConnectFailed` or `onPoolClosed` follows.
 * `overflow`: as many connections and waiting requests as there may be.
 */
export type Acquired = 'ready' | 'pending' | 'overflow';

/**
 * How long a connection may have been idle to carry a request that can't be sent twice; ms. Backends close what is idle, some
 * after two seconds, and a request that crosses with the end is lost.
 */
const AT_REST = 1_000;
/** Requests that wait for one connection that is being made, where it will carry many: as many as any server lets begin. */
const FOR_ONE = 100;

/**
 * The connections to one endpoint, made in one way: the last one used is the next one used, so that spare ones grow old and
 * close. Those of HTTP/2 carry as many requests as they have room for.
 */
export class Pool {
  readonly context: PoolContext;
  readonly endpoint: PooledEndpoint;
  readonly way: Way;
  private readonly idle: UpstreamConnection[] = [];
  /** Of HTTP/2, busy and idle. */
  private readonly shared: UpstreamConnection[] = [];
  private waiting: UpstreamUser[] = [];
  private open = 0;
  /** Of those that are open, being made. */
  private opening = 0;
  private closed = false;
  /** Many requests share a connection: the Backend says so, or the last one that was made came to that by ALPN. */
  multiplexed: boolean;
  /** Connections begin with a header that says who the client is, so that each carries requests of one client alone. */
  readonly introduces: 'v1' | 'v2' | undefined;

  constructor(context: PoolContext, endpoint: PooledEndpoint, way: Way) {
    this.context = context;
    this.endpoint = endpoint;
    this.way = way;
    this.multiplexed = way.backend.protocol === 'http2';
    this.introduces = way.backend.proxyProtocol ?? context.options.backendProxyProtocol;
  }

  /**
   * `fresh`: not a connection that was used before; the backend may have closed all of those. `once`: the request can't be
   * sent a second time, so only one that was in use a moment ago.
   */
  acquire(user: UpstreamUser, fresh: boolean, once = false): Acquired {
    if (this.multiplexed) return this.acquireShared(user);
    const { onTrial } = this.endpoint;
    if (fresh || onTrial) this.dropOldest();
    else if (this.idle.length > 0) {
      const connection = this.introduces === undefined ? this.idle.pop()! : this.takeIdleOf(user);
      if (connection === undefined) this.dropOldest();
      else if (!once || this.context.timers.now() - connection.idleSince < AT_REST) {
        connection.user = user;
        user.upstream = connection;
        return 'ready';
      } else connection.close();
    }
    return this.open < this.limit ? this.connect(user) : this.queue(user);
  }

  private queue(user: UpstreamUser): Acquired {
    if (this.waiting.length >= this.context.options.maxUpstreamPending) return 'overflow';
    this.waiting.push(user);
    return 'pending';
  }

  /** A stream of a connection that has room, else of one that is being made, else of another. */
  private acquireShared(user: UpstreamUser): Acquired {
    const connection = this.endpoint.onTrial ? undefined : this.roomy(user);
    if (connection !== undefined) {
      this.context.timers.clear(connection);
      connection.multiplex!.begin(user);
      return 'ready';
    }
    const enough = this.introduces === undefined && this.waiting.length < this.opening * (FOR_ONE - 1);
    return enough || this.open >= this.limit ? this.queue(user) : this.connect(user);
  }

  /** The first that has room, so that few are in use. */
  private roomy(user: UpstreamUser): UpstreamConnection | undefined {
    for (const connection of this.shared) {
      if ((connection.multiplex?.room ?? 0) > 0 && this.fits(connection, user)) return connection;
    }
    return undefined;
  }

  private fits(connection: UpstreamConnection, user: UpstreamUser): boolean {
    return this.introduces === undefined || connection.peer === user.peer;
  }

  /** The one used last of those that introduced the client of this request. */
  private takeIdleOf(user: UpstreamUser): UpstreamConnection | undefined {
    const at = this.idle.findLastIndex(connection => this.fits(connection, user));
    return at < 0 ? undefined : this.idle.splice(at, 1)[0];
  }

  /** The next who waits and may have `connection`. */
  private takeNext(connection: UpstreamConnection): UpstreamUser | undefined {
    if (this.introduces === undefined) return this.waiting.shift();
    const at = this.waiting.findIndex(user => this.fits(connection, user));
    return at < 0 ? undefined : this.waiting.splice(at, 1)[0];
  }

  /** What a connection for this request begins with. */
  prefaceFor(user: UpstreamUser | undefined): Uint8Array | undefined {
    return this.introduces && proxyHeader(this.introduces, user?.peer?.ends?.());
  }

  private get limit(): number {
    return this.context.options.maxUpstreamConnections || Number.POSITIVE_INFINITY;
  }

  private dropOldest(): void {
    if (this.open >= this.limit) this.idle[0]?.close();
  }

  private connect(user: UpstreamUser): Acquired {
    const connection = new UpstreamConnection(this, user);
    user.upstream = connection;
    this.open++;
    this.opening++;
    this.context.upstreamConnections++;
    connection.open();
    return 'pending';
  }

  /** Undefined: plaintext. */
  tls(): ClientTls | undefined {
    const { backend, protocols } = this.way;
    return isSecured(backend) ? this.context.tls.client(backend, protocols) : undefined;
  }

  /** The user no longer waits for a connection. */
  forget(user: UpstreamUser): void {
    const at = this.waiting.indexOf(user);
    if (at >= 0) this.waiting.splice(at, 1);
  }

  takeWaiting(): readonly UpstreamUser[] {
    return this.waiting.splice(0);
  }

  /** An attempt to make a connection is over; it speaks HTTP/2, or not, or came to nothing. */
  attempted(multiplexed?: boolean): void {
    this.opening--;
    if (multiplexed === undefined || multiplexed === this.multiplexed) return;
    this.multiplexed = multiplexed;
    // They counted on a share of this one.
    if (!multiplexed) while (this.waiting.length > 0 && this.open < this.limit) this.connect(this.waiting.shift()!);
  }

  /** HTTP/2 is spoken on a connection that was made for `user`. */
  share(connection: UpstreamConnection, user: UpstreamUser | undefined): void {
    this.shared.push(connection);
    if (user !== undefined) this.waiting.unshift(user);
    this.onRoom(connection);
    if (this.closed) connection.multiplex?.retire();
  }

  /** Lets those who wait begin; a connection that nobody uses grows old. */
  onRoom(connection: UpstreamConnection): void {
    const { waiting, context } = this;
    while (waiting.length > 0 && (connection.multiplex?.room ?? 0) > 0) {
      const next = this.takeNext(connection);
      if (next === undefined) break;
      connection.multiplex!.begin(next);
      next.onConnected();
    }
    const { multiplex } = connection;
    if (multiplex === undefined) return;
    if (waiting.length > 0 && this.open < this.limit && this.opening === 0) this.connect(waiting.shift()!);
    if (multiplex.busy > 0) return;
    if (this.closed || this.endpoint.state === 'draining') connection.close();
    else if (context.options.upstreamIdleTimeout > 0)
      context.timers.set(connection, context.options.upstreamIdleTimeout);
  }

  giveBack(connection: UpstreamConnection): void {
    const next = this.takeNext(connection);
    if (this.closed) connection.close();
    // Who waits is another client: this one makes room.
    else if (next === undefined && this.waiting.length > 0) connection.close();
    else if (next === undefined && this.endpoint.state === 'draining') connection.close();
    else if (next === undefined) this.keep(connection);
    else {
      connection.user = next;
      next.upstream = connection;
      next.onConnected();
    }
  }

  private keep(connection: UpstreamConnection): void {
    const { timers, options } = this.context;
    this.idle.push(connection);
    connection.idleSince = timers.now();
    if (options.upstreamIdleTimeout > 0) timers.set(connection, options.upstreamIdleTimeout);
  }

  /** A connection is no more. */
  lost(connection: UpstreamConnection): void {
    this.open--;
    this.context.upstreamConnections--;
    remove(this.idle, connection);
    remove(this.shared, connection);
    if (this.waiting.length > 0 && this.open < this.limit) this.connect(this.waiting.shift()!);
  }

  /** Whoever is about to go may close these at any moment, also when a request is sent on one. */
  closeIdle(): void {
    for (const connection of [...this.idle]) connection.close();
    for (const connection of [...this.shared]) if (connection.multiplex?.busy === 0) connection.close();
  }

  /** The endpoint, or the way to it, is gone: idle connections close, busy ones when their requests are done, who waits goes elsewhere. */
  close(): void {
    this.closed = true;
    const waiting = this.takeWaiting();
    this.closeIdle();
    for (const { multiplex } of [...this.shared]) multiplex?.retire();
    for (const user of waiting) user.onPoolClosed();
  }
}

function remove(list: UpstreamConnection[], connection: UpstreamConnection): void {
  const at = list.indexOf(connection);
  if (at >= 0) list.splice(at, 1);
}

/** The pool of an endpoint for one way, made at its first request. */
export function poolOf(context: PoolContext, endpoint: PooledEndpoint, way: Way): Pool {
  const { pools } = endpoint;
  for (let i = 0; i < pools.length; i++) if (pools[i]!.way === way) return pools[i]!;
  const pool = new Pool(context, endpoint, way);
  pools.push(pool);
  return pool;
}
