import type { Arrival, Doorway, Guest } from '../arrival.ts';
import type { Core } from '../core.ts';
import type { Peer } from '../peer.ts';
import { BY_BACKEND, ReadingGate } from '../reading-gate.ts';
import type { RequestFacts } from '../request-facts.ts';
import type { HelloBytes, Socket, SocketHandler } from '../socket.ts';
import { Stash } from '../stash.ts';
import { Alarm } from '../timers.ts';
import { Tunnel, type Tunnelled, type TunnelOwner } from '../tunnel.ts';
import type { PooledEndpoint } from '../upstream/pool.ts';
import { ConnectionRecord } from './connection-record.ts';
import { type Caller, Dial } from './dial.ts';
import { type Reason, refusalOf } from './reason.ts';
import { pickShare, planOf } from './transport-plan.ts';

/** For which listener a connection came, and with which words. */
export interface ByteEntry {
  /** Name of a listener of protocol TCP or TLS. */
  readonly listener: string;
  /** SNI in lower case; '' for TCP, or where the client sent none. */
  readonly serverName: string;
  /** What its listener of protocol TLS makes of TLS; absent: the listener is of TCP. */
  readonly tls?: 'passthrough' | 'terminate';
}

/** The backend's connection is looked for; bytes go both ways; the backend has said all; closed. */
const DIALLING = 0;
const TUNNEL = 1;
const LINGER = 2;
const CLOSED = 3;

/** Time for a client to take what the backend said last, as long as it takes some; ms. */
const LINGER_TIME = 2_000;

/** A client's connection whose bytes go to a backend as they are (TCPRoute, TLSRoute), from its arrival to its close. */
export class ByteConnection implements SocketHandler, TunnelOwner, Tunnelled, Caller, Guest {
  /** What its tunnel needs, which counts where the connection is counted. */
  readonly core: TunnelOwner['core'];
  readonly gate: ReadingGate;
  readonly peer: Peer;
  private readonly proxy: Core;
  private readonly door: Doorway;
  private readonly socket: Socket;
  private readonly record: ConnectionRecord;
  private readonly dial: Dial | undefined;
  private readonly ahead = new Stash();
  private readonly linger = new Alarm<ByteConnection>(this, connection => connection.onLingered());
  private phase = DIALLING;
  private ended = false;
  private upstream: Socket | undefined = undefined;
  private tunnel: Tunnel | undefined = undefined;
  private reason: Reason;
  private lingerPending = 0;
  private toBackend = 0;
  private toClient = 0;

  constructor(core: Core, door: Doorway, { socket, peer }: Arrival, entry: ByteEntry) {
    const { listener, serverName, tls } = entry;
    this.proxy = core;
    this.door = door;
    this.socket = socket;
    this.peer = peer;
    this.gate = new ReadingGate(socket, core.held);
    const outcome = door.router?.transport(listener, serverName) ?? 'no-listener';
    const share = typeof outcome === 'string' ? undefined : pickShare(planOf(core.transport, outcome.route));
    const came = { client: peer.address, protocol: tls ? ('TLS' as const) : ('TCP' as const), serverName };
    this.record = new ConnectionRecord(core, came, outcome, share);
    this.core = { timers: core.timers, options: core.options, held: core.held, tunnels: this.record.series };
    this.dial = share?.reason === '' ? new Dial(core, this, share.backend, tls === 'passthrough') : undefined;
    this.reason = refusalOf(outcome, share);
    socket.handler = this;
    door.guests.add(this);
    core.lane.addClients(1);
  }

  /** @param read what was read of the connection already, untouched: it goes first */
  start(read: HelloBytes = this.ahead): void {
    if (read !== this.ahead) this.ahead.append(read.bytes, read.start, read.end);
    if (this.dial === undefined) {
      this.refuse();
      return;
    }
    this.gate.hold(BY_BACKEND);
    this.dial.start();
  }

  onTry(endpoint: PooledEndpoint): void {
    this.record.tried(endpoint);
  }

  onDialFailed(reason: Reason): void {
    this.reason = reason;
    this.refuse();
  }

  /** Nobody takes it: the client is told at once. */
  private refuse(): void {
    this.finish();
    this.abort(true);
  }

  onDialled(socket: Socket): void {
    const { ahead } = this;
    this.upstream = socket;
    this.record.connected();
    this.phase = TUNNEL;
    const tunnel = new Tunnel(this, this.socket, this, (toBackend, toClient) => this.onOver(toBackend, toClient));
    this.tunnel = tunnel;
    tunnel.passClient(ahead.bytes, ahead.start, ahead.end);
    ahead.clear();
    if (this.ended) tunnel.endClient();
  }

  handOver(handler: SocketHandler): { readonly socket: Socket | undefined; close(reset?: boolean): void } {
    const { upstream } = this;
    upstream!.handler = handler;
    return { socket: upstream, close: reset => upstream!.destroy(reset) };
  }

  /** The backend's connection is closed. */
  abandon(): void {
    this.dial?.leave();
  }

  private onOver(toBackend: number, toClient: number): void {
    this.toBackend = toBackend;
    this.toClient = toClient;
    // Else its tunnel says at once what is to become of the client.
    if (this.phase === CLOSED) this.finish();
  }

  /** Until there is a backend's connection nobody reads; what comes all the same waits. */
  onData(bytes: Uint8Array, start: number, end: number): void {
    if (this.phase === DIALLING) this.ahead.append(bytes, start, end);
  }

  onDrain(): void {}

  onEnd(): void {
    this.ended = true;
    if (this.phase === LINGER && this.socket.pending === 0) this.abort(false);
  }

  /** The client is gone; its tunnel says so too. */
  onClose(error: Error | undefined): void {
    const { phase, tunnel } = this;
    this.phase = CLOSED;
    this.gate.close();
    this.proxy.timers.clear(this.linger);
    this.door.guests.delete(this);
    this.proxy.lane.addClients(-1);
    if (error !== undefined || phase === DIALLING) this.reason ||= 'client_gone';
    if (tunnel !== undefined) return;
    this.dial?.leave();
    this.finish();
  }

  /** As {@link TunnelOwner}: the backend ended in order. */
  takeBack(ended: boolean): void {
    this.finish();
    this.socket.handler = this;
    this.ended = ended;
    if (ended && this.socket.pending === 0) {
      this.abort(false);
      return;
    }
    this.phase = LINGER;
    this.gate.openWide();
    this.awaitClose();
  }

  private awaitClose(): void {
    this.lingerPending = this.socket.pending;
    this.proxy.timers.set(this.linger, LINGER_TIME);
  }

  private onLingered(): void {
    const { pending } = this.socket;
    if (pending === 0 || pending === this.lingerPending) this.abort(pending > 0);
    else this.awaitClose();
  }

  get busy(): boolean {
    return this.phase !== CLOSED;
  }

  /** It needs no configuration any more. */
  retire(): void {}

  /** Also where its tunnel gives it up: for nothing moves, or the backend broke off. */
  abort(reset: boolean): void {
    if (this.phase === TUNNEL && this.tunnel !== undefined) this.giveUp(this.tunnel);
    else if (this.phase === DIALLING) this.reason ||= 'drained';
    if (this.phase === CLOSED) return;
    this.phase = CLOSED;
    this.socket.destroy(reset);
  }

  private giveUp(tunnel: Tunnel): void {
    if (tunnel.timedOut) this.reason ||= 'timeout';
    else if (tunnel.over) this.reason ||= 'backend_broken';
    else this.reason ||= 'drained';
    if (tunnel.over) this.finish();
  }

  /** What has become of it so far. */
  facts(): RequestFacts {
    return this.record.facts(this.reason);
  }

  private finish(): void {
    this.record.end(this.reason, this.toBackend, this.toClient);
  }
}
