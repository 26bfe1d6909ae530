import type { ProxyOptions } from '../options.ts';
import type { SocketRuntime } from '../socket.ts';
import type { Timers } from '../timers.ts';
import { UpstreamConnection, type UpstreamUser } from './connection.ts';
import type { EndpointState } from './endpoint-state.ts';

/** What pools need of the proxy. */
export interface PoolContext {
  readonly options: ProxyOptions;
  readonly runtime: SocketRuntime;
  readonly timers: Timers;
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

/** The connections to one endpoint: the last one used is the next one used, so that spare ones grow old and close. */
export class Pool {
  readonly context: PoolContext;
  readonly endpoint: PooledEndpoint;
  private readonly idle: UpstreamConnection[] = [];
  private waiting: UpstreamUser[] = [];
  private open = 0;
  private closed = false;

  constructor(context: PoolContext, endpoint: PooledEndpoint) {
    this.context = context;
    this.endpoint = endpoint;
  }

  /**
   * `fresh`: not a connection that was used before; the backend may have closed all of those. `once`: the request can't be
   * sent a second time, so only one that was in use a moment ago.
   */
  acquire(user: UpstreamUser, fresh: boolean, once = false): Acquired {
    const { onTrial } = this.endpoint;
    if (fresh || onTrial) this.dropOldest();
    else if (this.idle.length > 0) {
      const connection = this.idle.pop()!;
      if (!once || this.context.timers.now() - connection.idleSince < AT_REST) {
        connection.user = user;
        user.upstream = connection;
        return 'ready';
      }
      connection.close();
    }
    if (this.open < this.limit) return this.connect(user);
    if (this.waiting.length >= this.context.options.maxUpstreamPending) return 'overflow';
    this.waiting.push(user);
    return 'pending';
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
    this.context.upstreamConnections++;
    connection.open();
    return 'pending';
  }

  /** The user no longer waits for a connection. */
  forget(user: UpstreamUser): void {
    const at = this.waiting.indexOf(user);
    if (at >= 0) this.waiting.splice(at, 1);
  }

  giveBack(connection: UpstreamConnection): void {
    const next = this.waiting.shift();
    if (this.closed) connection.close();
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
    const at = this.idle.indexOf(connection);
    if (at >= 0) this.idle.splice(at, 1);
    if (this.waiting.length > 0 && this.open < this.limit) this.connect(this.waiting.shift()!);
  }

  /** Whoever is about to go may close these at any moment, also when a request is sent on one. */
  closeIdle(): void {
    for (const connection of [...this.idle]) connection.close();
  }

  /** The endpoint is gone: idle connections close, busy ones when their request is done, waiting requests go elsewhere. */
  close(): void {
    this.closed = true;
    const { waiting } = this;
    this.waiting = [];
    this.closeIdle();
    for (const user of waiting) user.onPoolClosed();
  }
}

/** The pool of an endpoint, made at its first request. */
export function poolOf(context: PoolContext, endpoint: PooledEndpoint): Pool {
  endpoint.slot ??= new Pool(context, endpoint);
  return endpoint.slot;
}
