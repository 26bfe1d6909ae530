import type { BindRouter, Entry } from '../router/index.ts';
import type { Core } from './core.ts';
import { type Client, Exchange, MAX_DRAINED } from './exchange.ts';
import { HeadReader } from './head-reader.ts';
import { CR } from './http1/chars.ts';
import * as answers from './http1/error-answer.ts';
import { INCOMPLETE } from './http1/refusal.ts';
import type { RequestHead } from './http1/request-head.ts';
import { type Peer, peerOf } from './peer.ts';
import type { Plan } from './plan.ts';
import { BY_BACKEND, BY_CLIENT, BY_PIPELINE, ReadingGate } from './reading-gate.ts';
import { writeErrorAnswer } from './response-writer.ts';
import type { Socket, SocketHandler } from './socket.ts';
import { Stash } from './stash.ts';
import type { Timed } from './timers.ts';

/** What a connection needs of the socket that accepted it. */
export interface Doorway {
  readonly router: BindRouter<Plan> | undefined;
  /** No longer in the configuration, or the proxy drains. */
  readonly closing: boolean;
  readonly connections: Set<DownstreamConnection>;
}

/** Waiting for a request; reading its body; waiting for its answer; dropping a body; closing; closed. */
const HEAD = 0;
const BODY = 1;
const WAIT = 2;
const DISCARD = 3;
const LINGER = 4;
const CLOSED = 5;

/** Bytes of requests that may be read ahead of the answer to the present one. */
const MAX_AHEAD = 65_536;
/** Time for a client to read the answer and close, once we have closed our side; ms. */
const LINGER_TIME = 2_000;
const REFUSED = { minor: 1, chunked: false, keepAlive: false } as const;

/** One client's connection: cuts its bytes into requests, which are answered one after the other. */
export class DownstreamConnection implements SocketHandler, Client, Timed {
  nextTimed: Timed | undefined = undefined;
  prevTimed: Timed | undefined = undefined;
  dueTick = 0;
  slotTick = 0;
  readonly peer: Peer;
  private readonly core: Core;
  private readonly door: Doorway;
  private readonly socket: Socket;
  private readonly exchange: Exchange;
  private readonly heads: HeadReader;
  private readonly gate: ReadingGate;
  private readonly stash = new Stash();
  private phase = HEAD;
  private dropped = 0;
  private processing = false;
  private halfClosed = false;
  /** The system did not take all that was written. */
  private blocked = false;
  private lingerPending = 0;

  constructor(core: Core, door: Doorway, socket: Socket) {
    this.core = core;
    this.door = door;
    this.socket = socket;
    this.peer = peerOf(core.trust, socket.remoteAddress);
    this.exchange = new Exchange(core, this);
    this.heads = new HeadReader(core.request, core.options.maxHeadBytes);
    this.gate = new ReadingGate(socket);
    door.connections.add(this);
    core.downstreamConnections++;
    this.setTimer(core.options.headTimeout);
    socket.handler = this;
  }

  get closing(): boolean {
    return this.door.closing;
  }

  private setTimer(ms: number): void {
    if (ms > 0) this.core.timers.set(this, ms);
    else if (this.nextTimed !== undefined) this.core.timers.clear(this);
  }

  onData(bytes: Uint8Array, start: number, end: number): void {
    if (this.phase >= LINGER) return;
    this.core.timers.hold();
    if (this.stash.length > 0) {
      this.stash.append(bytes, start, end);
      this.pump();
    } else {
      const at = this.process(bytes, start, end);
      if (at < end && this.phase < LINGER) this.stash.append(bytes, at, end);
    }
    if (this.stash.length > MAX_AHEAD && this.phase !== HEAD) this.gate.hold(BY_PIPELINE);
    this.core.timers.letGo();
  }

  /** Goes on with bytes that were kept. */
  private pump(): void {
    if (this.processing) return;
    const { stash } = this;
    if (stash.length > 0) {
      stash.start = this.process(stash.bytes, stash.start, stash.end);
      if (this.phase >= LINGER || stash.length === 0) stash.clear();
      if (stash.length <= MAX_AHEAD) this.gate.release(BY_PIPELINE);
    }
    if (!this.halfClosed || this.blocked) return;
    if (this.phase === HEAD) this.close();
    else if (this.phase === BODY && stash.length === 0) this.abort(true);
  }

  /** The position up to which bytes were used; the rest has to wait. */
  private process(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    this.processing = true;
    while (at < end) {
      const { phase } = this;
      const next = this.step(bytes, at, end);
      if (next === at && this.phase === phase) break;
      at = next;
    }
    this.processing = false;
    return at;
  }

  private step(bytes: Uint8Array, at: number, end: number): number {
    switch (this.phase) {
      case HEAD:
        return this.onHead(bytes, at, end);
      case BODY:
        return this.onBody(bytes, at, end);
      case DISCARD:
        return this.onUnwanted(bytes, at, end);
      case WAIT:
        return at;
      default:
        return end;
    }
  }

  private onHead(bytes: Uint8Array, start: number, end: number): number {
    if (this.blocked) {
      this.gate.hold(BY_CLIENT);
      return start;
    }
    const { heads, exchange } = this;
    const at = heads.skipLine(bytes, start, end);
    if (at === end || (bytes[at] === CR && at + 1 === end)) return at;
    const isNew = heads.scanned === 0;
    const next = heads.read(bytes, at, end);
    if (next === INCOMPLETE) {
      if (isNew) this.setTimer(this.core.options.headTimeout);
      return at;
    }
    if (next < 0) {
      this.refuse(answers.refusalAnswer(next));
      return end;
    }
    this.phase = WAIT;
    const used = exchange.begin(bytes, next, end);
    if (this.phase === WAIT && exchange.active && !exchange.body.done) this.phase = BODY;
    return used;
  }

  private onBody(bytes: Uint8Array, at: number, end: number): number {
    const next = this.exchange.onRequestData(bytes, at, end);
    if (this.phase === BODY && this.exchange.body.done) this.phase = WAIT;
    return next;
  }

  private onUnwanted(bytes: Uint8Array, start: number, end: number): number {
    const { body } = this.exchange;
    const at = body.discard(bytes, start, end);
    this.dropped += end - start;
    if (at < 0 || (this.dropped > MAX_DRAINED && !body.done)) {
      this.close();
      return end;
    }
    if (body.done) this.awaitRequest();
    return at;
  }

  /** Answers bytes that are no request; what follows them is anybody's guess. */
  private refuse(answer: answers.ErrorAnswer): void {
    const { out, unrouted } = this.core;
    out.clear();
    writeErrorAnswer(this.core, REFUSED, answer, false);
    this.socket.write(out.bytes, 0, out.length);
    unrouted.record(answer.status, 0, 0, 0);
    this.close();
  }

  route(head: RequestHead): Entry<Plan> | 'no-listener' | 'no-route' {
    return this.door.router?.match(head) ?? 'no-listener';
  }

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
      this.pump();
    }
  }

  finish(keepAlive: boolean): void {
    if (this.phase >= LINGER) return;
    if (!keepAlive || this.closing) this.close();
    else if (this.exchange.body.done) this.awaitRequest();
    else this.drop();
  }

  /** Reads on, for what follows the rest of this body. */
  private drop(): void {
    this.phase = DISCARD;
    this.dropped = 0;
    this.touch();
    this.gate.release(BY_BACKEND);
    this.pump();
  }

  private awaitRequest(): void {
    this.phase = HEAD;
    this.setTimer(this.core.options.idleTimeout);
    this.gate.release(BY_BACKEND);
    this.pump();
  }

  /** Closes our side, and the rest once the client has read what we sent: a reset could take it away from it. */
  private close(): void {
    if (this.phase >= LINGER) return;
    this.phase = LINGER;
    this.socket.end();
    if (this.halfClosed && this.socket.pending === 0) {
      this.abort(false);
      return;
    }
    this.gate.openWide();
    this.awaitClose();
  }

  private awaitClose(): void {
    const { bodyIdleTimeout } = this.core.options;
    this.lingerPending = this.socket.pending;
    this.core.timers.set(this, this.lingerPending > 0 && bodyIdleTimeout > 0 ? bodyIdleTimeout : LINGER_TIME);
  }

  abort(reset: boolean): void {
    if (this.phase === CLOSED) return;
    this.phase = CLOSED;
    this.socket.destroy(reset);
  }

  /** Something of a request or its answer is under way. */
  get busy(): boolean {
    return this.phase < LINGER || this.socket.pending > 0;
  }

  /** The configuration wants the connection gone: at once if it is idle, else after the present answer. */
  retire(): void {
    // At most the beginning of an empty line was read of a next request.
    if (this.phase === HEAD && this.stash.length <= 1) this.close();
  }

  onDrain(): void {
    this.blocked = false;
    if (this.phase === LINGER) this.awaitClose();
    if (this.phase >= LINGER) return;
    if (this.exchange.active) {
      this.touch();
      this.exchange.relay.onClientDrain();
    }
    this.gate.release(BY_CLIENT);
    this.pump();
  }

  /** A client may close its side and still wait for the answers to what it has sent in full. */
  onEnd(): void {
    this.halfClosed = true;
    if (this.phase === LINGER) {
      if (this.socket.pending === 0) this.abort(false);
    } else if (this.phase === DISCARD) this.close();
    else this.pump();
  }

  onClose(_error: Error | undefined): void {
    this.phase = CLOSED;
    this.core.timers.clear(this);
    this.exchange.onClientGone();
    this.stash.clear();
    this.core.downstreamConnections--;
    this.door.connections.delete(this);
  }

  onTimeout(): void {
    switch (this.phase) {
      case HEAD:
        if (this.heads.scanned > 0) this.refuse(answers.REQUEST_TIMEOUT);
        else this.close();
        return;
      case BODY:
      case WAIT:
        this.onStandstill();
        return;
      case DISCARD:
        this.close();
        return;
      case LINGER:
        this.onLingered();
        return;
      default:
    }
  }

  private onStandstill(): void {
    const { exchange } = this;
    if (this.core.options.bodyIdleTimeout === 0) return;
    if (exchange.relay.headSent) exchange.cutOff(504);
    else if (this.phase === BODY) exchange.giveUp(this.gate.open ? answers.REQUEST_TIMEOUT : answers.TIMEOUT);
  }

  /** As long as the client goes on reading, it gets what we have for it. */
  private onLingered(): void {
    const { pending } = this.socket;
    if (pending === 0 || pending === this.lingerPending) this.abort(pending > 0);
    else this.awaitClose();
  }
}
