import { endpointsName } from '../../ir/index.ts';
import type { Core } from '../core.ts';
import type { Peer } from '../peer.ts';
import { proxyHeader } from '../proxy-protocol/index.ts';
import type { ConnectHandler, Connecting, Socket } from '../socket.ts';
import type { Timed } from '../timers.ts';
import type { ClientTls } from '../tls/client-tls.ts';
import { TlsFailure } from '../tls/tls-failure.ts';
import type { Cluster } from '../upstream/clusters.ts';
import { isOurShortage } from '../upstream/connection.ts';
import type { PooledEndpoint } from '../upstream/pool.ts';
import { isSecured } from '../upstream/way.ts';
import type { Reason } from './reason.ts';

/** Endpoints that are asked for a connection at most. */
const MAX_CONNECTS = 3;

/** Who wants a connection. */
export interface Caller {
  /** Whose connection it is. */
  readonly peer: Peer;
  /** An endpoint is asked. */
  onTry(endpoint: PooledEndpoint): void;
  onDialled(socket: Socket): void;
  onDialFailed(reason: Reason): void;
}

/** Connections that carry bytes, of one thread, by endpoint: they are in no pool. */
const open = new WeakMap<PooledEndpoint, number>();

/**
 * A connection of its own to an endpoint of a backend, for bytes of any protocol: another endpoint is asked where one does not
 * take it. The endpoint is in use until {@link leave}.
 */
export class Dial implements ConnectHandler, Timed {
  nextTimed: Timed | undefined = undefined;
  prevTimed: Timed | undefined = undefined;
  dueTick = 0;
  slotTick = 0;
  private readonly core: Core;
  private readonly caller: Caller;
  private readonly backend: string;
  private readonly passed: boolean;
  private readonly tried: PooledEndpoint[] = [];
  private endpoint: PooledEndpoint | undefined = undefined;
  private attempt: Connecting | undefined = undefined;
  /** The endpoint is left out unless this connection comes about. */
  private trial = false;

  /**
   * @param backend name of a Backend
   * @param passed the client itself speaks TLS with the backend, which is then not ours to speak as well
   */
  constructor(core: Core, caller: Caller, backend: string, passed: boolean) {
    this.core = core;
    this.caller = caller;
    this.backend = backend;
    this.passed = passed;
  }

  /** Its caller hears of it: perhaps before this returns. */
  start(): void {
    const cluster = this.core.clusters.get(this.backend);
    const failure = cluster === undefined ? 'no_backend' : this.dial(cluster);
    if (failure !== '') this.caller.onDialFailed(failure);
  }

  private dial(cluster: Cluster): Reason {
    const { core, tried } = this;
    const endpoint = pick(cluster, core, tried);
    if (endpoint === undefined) return tried.length > 0 ? 'connect_failed' : 'no_endpoints';
    const { maxUpstreamConnections, connectTimeout } = core.options;
    const count = open.get(endpoint) ?? 0;
    if (maxUpstreamConnections > 0 && count >= maxUpstreamConnections) return 'overflow';
    open.set(endpoint, count + 1);
    endpoint.enter();
    this.endpoint = endpoint;
    this.trial = endpoint.onTrial;
    endpoint.onTrial = false;
    core.upstreamConnections++;
    this.caller.onTry(endpoint);
    if (connectTimeout > 0) core.timers.set(this, connectTimeout);
    this.attempt = core.runtime.connect(
      endpoint.address,
      endpoint.port,
      this,
      this.passed ? undefined : tlsOf(core, cluster),
      this.preface(cluster),
    );
    return '';
  }

  private preface({ way: { backend } }: Cluster): Uint8Array | undefined {
    const version = backend.proxyProtocol ?? this.core.options.backendProxyProtocol;
    return version && proxyHeader(version, this.caller.peer.ends?.());
  }

  onConnect(socket: Socket): void {
    this.attempt = undefined;
    this.core.timers.clear(this);
    this.endpoint!.recovered();
    this.caller.onDialled(socket);
  }

  onError(error: Error): void {
    this.attempt = undefined;
    const tls = error instanceof TlsFailure;
    if (tls) this.core.tlsCounts.backendFailed(endpointsName(this.backend), error.reason);
    if (!tls && !isOurShortage(error)) this.blame();
    this.next(tls ? 'backend_tls' : 'connect_failed');
  }

  onTimeout(): void {
    this.attempt?.cancel();
    this.attempt = undefined;
    this.blame();
    this.next('connect_timeout');
  }

  private blame(): void {
    const { core, endpoint } = this;
    const { ejectTime } = core.options;
    if (ejectTime > 0 && (endpoint!.eject(ejectTime) || this.trial)) core.ejections++;
  }

  private next(reason: Reason): void {
    this.tried.push(this.endpoint!);
    this.leave();
    const cluster = this.core.clusters.get(this.backend);
    const failure = cluster === undefined || this.tried.length >= MAX_CONNECTS ? reason : this.dial(cluster);
    if (failure !== '') this.caller.onDialFailed(failure === 'connect_failed' ? reason : failure);
  }

  /** The connection, or the wish for one, is over. */
  leave(): void {
    this.attempt?.cancel();
    this.attempt = undefined;
    this.core.timers.clear(this);
    const { endpoint } = this;
    if (endpoint === undefined) return;
    this.endpoint = undefined;
    endpoint.leave();
    open.set(endpoint, open.get(endpoint)! - 1);
    this.core.upstreamConnections--;
  }
}

/** What is inside is anybody's protocol, so none is offered. */
const NO_PROTOCOLS: readonly string[] = [];

function tlsOf({ tls }: Core, { way: { backend } }: Cluster): ClientTls | undefined {
  return isSecured(backend) ? tls.client(backend, NO_PROTOCOLS) : undefined;
}

function pick({ endpoints }: Cluster, { options }: Core, tried: readonly PooledEndpoint[]): PooledEndpoint | undefined {
  const { balancing } = options;
  return endpoints.pick(balancing, tried) ?? (tried.length > 0 ? endpoints.pickSpare(balancing, tried) : undefined);
}
