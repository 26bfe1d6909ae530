import type { Core } from './core.ts';
import { BY_BACKEND, BY_CLIENT, ReadingGate } from './reading-gate.ts';
import type { Socket, SocketHandler } from './socket.ts';
import type { Timed } from './timers.ts';

/** For metrics; bytes in each direction. */
export interface TunnelCounts {
  open: number;
  toBackends: number;
  toClients: number;
}

type TunnelCore = Pick<Core, 'timers' | 'options' | 'held' | 'tunnels'>;

/** The connection to the backend, whose socket is the tunnel's. */
interface Upstream {
  readonly socket: Socket | undefined;
  /** It counts until this is called, though the socket be closed. */
  close(reset?: boolean): void;
}

/** The client's connection, whose socket is the tunnel's until it is given back. */
export interface TunnelOwner {
  readonly core: TunnelCore;
  readonly gate: ReadingGate;
  onClose(error: Error | undefined): void;
  abort(reset: boolean): void;
  /** The backend has said all, and is gone: the client gets what is left for it. `ended`: the client has said all too. */
  takeBack(ended: boolean): void;
}

/** Hears how many bytes each side was sent, when a tunnel is over. */
export type TunnelEnd = (toBackend: number, toClient: number) => void;

/** The errand whose answer agreed to an upgrade. */
export interface Tunnelled {
  /** Gives its connection away; the endpoint remains in use until {@link abandon}. */
  handOver(handler: SocketHandler): Upstream;
  abandon(): void;
}

/** One end of a tunnel, as its socket sees it. */
class End implements SocketHandler {
  /** It sends no more. */
  ended = false;
  closed = false;
  private readonly tunnel: Tunnel;

  constructor(tunnel: Tunnel) {
    this.tunnel = tunnel;
  }

  onData(bytes: Uint8Array, start: number, end: number): void {
    this.tunnel.pass(this, bytes, start, end);
  }

  onDrain(): void {
    this.tunnel.onDrain(this);
  }

  onEnd(): void {
    this.ended = true;
    this.tunnel.onEnd(this);
  }

  onClose(error: Error | undefined): void {
    this.closed = true;
    this.tunnel.onClose(this, error);
  }
}

/**
 * What a connection becomes when backend and client agreed on another protocol: bytes both ways, each direction held up and
 * ended by itself. It needs no configuration any more, so it outlives its route; it ends with either side, when nothing
 * moves for `tunnelIdleTimeout`, or with the proxy.
 */
export class Tunnel implements Timed {
  nextTimed: Timed | undefined = undefined;
  prevTimed: Timed | undefined = undefined;
  dueTick = 0;
  slotTick = 0;
  /** It ended since nothing moved. */
  timedOut = false;
  /** The backend's connection is closed. */
  over = false;
  private readonly core: TunnelCore;
  private readonly owner: TunnelOwner;
  private readonly errand: Tunnelled;
  private readonly socket: Socket;
  private readonly client = new End(this);
  private readonly backend = new End(this);
  private readonly upstream: Upstream;
  private readonly upstreamGate: ReadingGate;
  private readonly onOver: TunnelEnd | undefined;
  private toBackend = 0;
  private toClient = 0;

  constructor(owner: TunnelOwner, socket: Socket, errand: Tunnelled, onOver?: TunnelEnd) {
    const { core } = owner;
    this.core = core;
    this.owner = owner;
    this.errand = errand;
    this.socket = socket;
    this.onOver = onOver;
    this.upstream = errand.handOver(this.backend);
    this.upstreamGate = new ReadingGate(this.upstream.socket!, core.held);
    core.tunnels.open++;
    socket.handler = this.client;
    owner.gate.openWide();
    this.touch();
  }

  /** What came before the sockets were the tunnel's: from the client, and from the backend behind its answer. */
  passClient(bytes: Uint8Array, start: number, end: number): void {
    this.pass(this.client, bytes, start, end);
  }

  passBackend(bytes: Uint8Array, start: number, end: number): void {
    this.pass(this.backend, bytes, start, end);
  }

  endClient(): void {
    this.client.onEnd();
  }

  pass(from: End, bytes: Uint8Array, start: number, end: number): void {
    if (end === start) return;
    this.touch();
    const { tunnels } = this.core;
    if (from === this.client) {
      tunnels.toBackends += end - start;
      this.toBackend += end - start;
      if (!this.upstream.socket!.write(bytes, start, end)) this.owner.gate.hold(BY_BACKEND);
    } else {
      tunnels.toClients += end - start;
      this.toClient += end - start;
      if (!this.socket.write(bytes, start, end)) this.upstreamGate.hold(BY_CLIENT);
    }
  }

  onDrain(side: End): void {
    this.touch();
    if (side === this.client) this.upstreamGate.release(BY_CLIENT);
    else this.owner.gate.release(BY_BACKEND);
  }

  onEnd(side: End): void {
    this.touch();
    if (side === this.client) this.upstream.socket!.end();
    else this.socket.end();
  }

  onClose(side: End, error: Error | undefined): void {
    if (side === this.client) this.onClientGone(error);
    else this.onBackendGone();
  }

  /** In order, with both sides ended, what the backend has not taken yet is left to it. */
  private onClientGone(error: Error | undefined): void {
    this.owner.onClose(error);
    const orderly = error === undefined && this.client.ended && this.backend.ended;
    if (!orderly) this.upstream.close(error !== undefined);
  }

  private onBackendGone(): void {
    const { client, core } = this;
    this.upstreamGate.close();
    this.upstream.close();
    this.errand.abandon();
    core.timers.clear(this);
    core.tunnels.open--;
    this.over = true;
    this.onOver?.(this.toBackend, this.toClient);
    if (client.closed) return;
    if (this.backend.ended) this.owner.takeBack(client.ended);
    // Whatever the backend had still to say is lost.
    else this.owner.abort(true);
  }

  private touch(): void {
    const { timers, options } = this.core;
    if (options.tunnelIdleTimeout > 0) timers.set(this, options.tunnelIdleTimeout);
  }

  /** Nothing moves, or nobody reads. */
  onTimeout(): void {
    this.timedOut = true;
    this.upstream.close(this.upstream.socket!.pending > 0);
    if (!this.client.closed) this.owner.abort(this.socket.pending > 0);
  }
}
