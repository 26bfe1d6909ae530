import type { Outcome } from '../router/index.ts';
import type { Arrival, Doorway, Guest } from './arrival.ts';
import type { Client } from './client.ts';
import type { Core } from './core.ts';
import { Exchange } from './exchange.ts';
import type { ErrorAnswer } from './http1/error-answer.ts';
import type { RequestHead } from './http1/request-head.ts';
import { isSpent } from './is-spent.ts';
import { Lingering } from './lingering.ts';
import { noteRefusal } from './note-refusal.ts';
import type { Peer } from './peer.ts';
import type { Plan } from './plan.ts';
import { BY_BACKEND, BY_CLIENT, ReadingGate } from './reading-gate.ts';
import { RequestStream, type Wire } from './request-stream.ts';
import { writeErrorAnswer } from './response-writer.ts';
import type { Socket, SocketHandler } from './socket.ts';
import type { Timed } from './timers.ts';
import { Tunnel, type TunnelEnd, type Tunnelled, type TunnelOwner } from './tunnel.ts';

/** Serving; the socket belongs to a tunnel; our side is closed and the client may read on; closed. */
const OPEN = 0;
const TUNNEL = 1;
const LINGER = 2;
const CLOSED = 3;

/** Time for the first request of a connection whose socket has left the configuration: it may be on its way; ms. */
const FRESH_TIME = 300;
const REFUSED = { version: 11, chunked: false, keepAlive: false, debugLine: undefined } as const;

/**
 * One client's connection, from accept to close: what its socket tells, its one timer, and how it ends. Its bytes are the
 * `RequestStream`'s affair, each request the `Exchange`'s.
 */
export class DownstreamConnection implements SocketHandler, Client, Wire, TunnelOwner, Timed, Guest {
  nextTimed: Timed | undefined = undefined;
  prevTimed: Timed | undefined = undefined;
  dueTick = 0;
  slotTick = 0;
  readonly core: Core;
  readonly peer: Peer;
  readonly gate: ReadingGate;
  readonly exchange: Exchange;
  /** The system did not take all that was written. */
  blocked = false;
  private readonly door: Doorway;
  private readonly socket: Socket;
  /** Name of the one that TLS chose, else ''. */
  private readonly listener: string;
  private readonly requests: RequestStream;
  private phase = OPEN;
  private lingering: Lingering | undefined = undefined;
  private readonly openedAt: number;

  constructor(core: Core, door: Doorway, { socket, peer, tls }: Arrival) {
    this.core = core;
    this.door = door;
    this.socket = socket;
    this.peer = peer;
    this.listener = tls?.listener ?? '';
    this.gate = new ReadingGate(socket, core.held);
    this.exchange = new Exchange(core, this);
    this.requests = new RequestStream(this);
    this.openedAt = core.timers.now();
    door.guests.add(this);
    core.lane.addClients(1);
    this.setTimer(core.options.headTimeout);
    socket.handler = this;
  }

  onData(bytes: Uint8Array, start: number, end: number): void {
    if (this.phase !== OPEN) return;
    const { timers } = this.core;
    timers.hold();
    this.requests.push(bytes, start, end);
    timers.letGo();
  }

  onDrain(): void {
    this.blocked = false;
    if (this.phase === LINGER) this.lingering?.wait();
    if (this.phase !== OPEN) return;
    if (this.exchange.active) {
      this.touch();
      this.exchange.relay.onClientDrain();
    }
    this.gate.release(BY_CLIENT);
    this.requests.pump();
  }

  onEnd(): void {
    if (this.phase === OPEN) this.requests.end();
    else {
      this.requests.ended = true;
      if (this.socket.pending === 0) this.abort(false);
    }
  }

  onClose(_error: Error | undefined): void {
    this.phase = CLOSED;
    this.core.timers.clear(this);
    this.gate.close();
    this.exchange.onClientGone();
    this.requests.stop();
    this.core.lane.addClients(-1);
    this.door.guests.delete(this);
  }

  setTimer(ms: number): void {
    if (ms > 0) this.core.timers.set(this, ms);
    else if (this.nextTimed !== undefined) this.core.timers.clear(this);
  }

  onTimeout(): void {
    if (this.phase === OPEN) this.requests.onTimeout();
    else if (this.phase === LINGER && this.lingering?.over) this.abort(this.socket.pending > 0);
  }

  get closing(): boolean {
    return this.door.closing || this.core.parting || isSpent(this.core, this.requests.count, this.openedAt);
  }

  route(head: RequestHead): Outcome<Plan> {
    return this.door.router?.match(head, this.listener) ?? 'no-listener';
  }

  writeInterim(bytes: Uint8Array, end: number): void {
    this.write(bytes, 0, end);
  }

  writeAnswer(bytes: Uint8Array, _headEnd: number, end: number): boolean {
    return this.write(bytes, 0, end);
  }

  /** HTTP/1.1 has them in the content. */
  writeTrailers(): void {}

  write(bytes: Uint8Array, start: number, end: number): boolean {
    const fast = this.socket.write(bytes, start, end);
    if (!fast) this.blocked = true;
    return fast;
  }

  touch(): void {
    if (this.core.options.bodyIdleTimeout > 0) this.core.timers.set(this, this.core.options.bodyIdleTimeout);
  }

  holdBody(hold: boolean): void {
    if (hold) this.gate.hold(BY_BACKEND);
    else {
      this.gate.release(BY_BACKEND);
      this.requests.pump();
    }
  }

  finish(keepAlive: boolean): void {
    if (this.phase !== OPEN) return;
    if (keepAlive && !this.door.closing) this.requests.proceed();
    else this.close();
  }

  startTunnel(errand: Tunnelled, bytes: Uint8Array, start: number, end: number, onOver?: TunnelEnd): void {
    const { requests } = this;
    this.phase = TUNNEL;
    this.core.timers.clear(this);
    const tunnel = new Tunnel(this, this.socket, errand, onOver);
    tunnel.passBackend(bytes, start, end);
    const { ahead } = requests;
    tunnel.passClient(ahead.bytes, ahead.start, ahead.end);
    requests.stop();
    if (requests.ended) tunnel.endClient();
  }

  takeBack(ended: boolean): void {
    this.socket.handler = this;
    this.requests.ended = ended;
    this.phase = OPEN;
    this.close();
  }

  /** What follows bytes that are no request is anybody's guess. */
  refuse(answer: ErrorAnswer): void {
    const { out } = this.core;
    out.clear();
    writeErrorAnswer(this.core, REFUSED, answer, false);
    this.socket.write(out.bytes, 0, out.length);
    this.exchange.refused(answer);
    noteRefusal(this.core, this.peer, answer);
    this.close();
  }

  /** Something of a request or its answer is under way. */
  get busy(): boolean {
    return this.phase === OPEN || this.phase === TUNNEL || this.socket.pending > 0;
  }

  /** The configuration wants the connection gone: at once if it is idle, else after the next answer. */
  retire(): void {
    if (this.phase !== OPEN || !this.requests.idle) return;
    if (this.requests.count === 0) this.core.timers.set(this, FRESH_TIME);
    else this.close();
  }

  /** Closes our side, and the rest once the client has read what we sent: a reset could take it away from it. */
  close(): void {
    if (this.phase !== OPEN) return;
    this.phase = LINGER;
    this.requests.stop();
    this.socket.end();
    if (this.requests.ended && this.socket.pending === 0) {
      this.abort(false);
      return;
    }
    this.gate.openWide();
    this.lingering = new Lingering(this.core.timers, this.socket, this, this.core.options.bodyIdleTimeout);
  }

  abort(reset: boolean): void {
    if (this.phase === CLOSED) return;
    this.phase = CLOSED;
    this.requests.stop();
    this.socket.destroy(reset);
  }
}
