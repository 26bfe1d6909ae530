import type { Core } from './core.ts';
import type { Exchange } from './exchange.ts';
import { HeadReader } from './head-reader.ts';
import { CR } from './http1/chars.ts';
import { type ErrorAnswer, REQUEST_TIMEOUT, refusalAnswer, TIMEOUT } from './http1/error-answer.ts';
import { INCOMPLETE } from './http1/refusal.ts';
import { BY_BACKEND, BY_CLIENT, BY_PIPELINE, type ReadingGate } from './reading-gate.ts';
import { MAX_DRAINED } from './request-body.ts';
import { Stash } from './stash.ts';

/** What reading requests needs of the connection that they come on. */
export interface Wire {
  readonly core: Core;
  readonly exchange: Exchange;
  readonly gate: ReadingGate;
  /** The client does not take what was written: nothing more is to be answered yet. */
  readonly blocked: boolean;
  /** Arms the timer of the connection; 0 clears it. */
  setTimer(ms: number): void;
  /** Something of a body moved. */
  touch(): void;
  /** Answers bytes that are no request, and closes. */
  refuse(answer: ErrorAnswer): void;
  /** Ends the connection once what was written is sent. */
  close(): void;
  /** Breaks the connection off. */
  abort(reset: boolean): void;
}

/** Waiting for a request; reading its body; waiting for its answer; dropping a body; nothing is read any more. */
const HEAD = 0;
const BODY = 1;
const WAIT = 2;
const DISCARD = 3;
const OVER = 4;

/** Bytes of requests that may be read ahead of the answer to the present one. */
const MAX_AHEAD = 65_536;

/** Cuts the bytes of one connection into requests and gives them to the exchange, one after the other. */
export class RequestStream {
  /** The client sends no more. */
  ended = false;
  /** Requests so far. */
  count = 0;
  private readonly wire: Wire;
  private readonly heads: HeadReader;
  private readonly stash = new Stash();
  private phase = HEAD;
  private dropped = 0;
  private processing = false;

  constructor(wire: Wire) {
    this.wire = wire;
    this.heads = new HeadReader(wire.core.request, wire.core.options.maxHeadBytes);
  }

  /** Nothing of a request is here, but perhaps the beginning of an empty line. */
  get idle(): boolean {
    return this.phase === HEAD && this.stash.length <= 1;
  }

  /** What came behind the present request. */
  get ahead(): Readonly<Stash> {
    return this.stash;
  }

  /** Takes what the client sent. */
  push(bytes: Uint8Array, start: number, end: number): void {
    const { stash } = this;
    if (stash.length > 0) {
      stash.append(bytes, start, end);
      this.pump();
    } else {
      const at = this.process(bytes, start, end);
      if (at < end && this.phase !== OVER) stash.append(bytes, at, end);
    }
    if (stash.length > 0 && this.phase === WAIT) this.wire.exchange.onBytesAhead();
    if (stash.length > MAX_AHEAD && this.phase !== HEAD) this.wire.gate.hold(BY_PIPELINE);
  }

  /** The client closed its side: it may still wait for the answers to what it has sent in full. */
  end(): void {
    this.ended = true;
    if (this.phase === DISCARD) this.wire.close();
    else this.pump();
  }

  /** Goes on with bytes that were kept. */
  pump(): void {
    if (this.processing) return;
    const { stash, wire } = this;
    if (stash.length > 0) {
      stash.start = this.process(stash.bytes, stash.start, stash.end);
      if (this.phase === OVER || stash.length === 0) stash.clear();
      if (stash.length <= MAX_AHEAD) wire.gate.release(BY_PIPELINE);
    }
    if (!this.ended || wire.blocked) return;
    if (this.phase === HEAD) wire.close();
    else if (stash.length > 0) return;
    else if (this.phase === BODY) wire.abort(true);
    else if (this.phase === DISCARD) wire.close();
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
    const { heads, wire } = this;
    if (wire.blocked) {
      wire.gate.hold(BY_CLIENT);
      return start;
    }
    const at = heads.skipLine(bytes, start, end);
    if (at === end || (bytes[at] === CR && at + 1 === end)) return at;
    const isNew = heads.scanned === 0;
    const next = heads.read(bytes, at, end);
    if (next === INCOMPLETE) {
      if (isNew) wire.setTimer(wire.core.options.headTimeout);
      return at;
    }
    if (next < 0) {
      wire.refuse(refusalAnswer(next));
      return end;
    }
    return this.begin(bytes, next, end);
  }

  private begin(bytes: Uint8Array, bodyStart: number, end: number): number {
    const { exchange } = this.wire;
    this.phase = WAIT;
    this.count++;
    const used = exchange.begin(bytes, bodyStart, end);
    if (this.phase === WAIT && exchange.active && !exchange.body.done) this.phase = BODY;
    return used;
  }

  private onBody(bytes: Uint8Array, at: number, end: number): number {
    const { exchange } = this.wire;
    const next = exchange.onRequestData(bytes, at, end);
    if (this.phase === BODY && exchange.body.done) this.phase = WAIT;
    return next;
  }

  private onUnwanted(bytes: Uint8Array, start: number, end: number): number {
    const { body } = this.wire.exchange;
    const at = body.discard(bytes, start, end);
    this.dropped += end - start;
    if (at < 0 || (this.dropped > MAX_DRAINED && !body.done)) {
      this.wire.close();
      return end;
    }
    if (body.done) this.next();
    return at;
  }

  /** The present request is answered, and another may follow: behind the rest of its body. */
  proceed(): void {
    const { exchange, gate } = this.wire;
    if (exchange.body.done) {
      this.next();
      return;
    }
    this.phase = DISCARD;
    this.dropped = 0;
    this.wire.touch();
    gate.release(BY_BACKEND);
    this.pump();
  }

  private next(): void {
    this.phase = HEAD;
    this.wire.setTimer(this.wire.core.options.idleTimeout);
    this.wire.gate.release(BY_BACKEND);
    this.pump();
  }

  /** Whatever else comes is dropped unread. */
  stop(): void {
    this.phase = OVER;
    if (!this.processing) this.stash.clear();
  }

  /** The time that was set for what is being read, or for a body to move, is over. */
  onTimeout(): void {
    if (this.phase === BODY || this.phase === WAIT) this.onStandstill();
    else if (this.phase === HEAD && this.heads.scanned > 0) this.wire.refuse(REQUEST_TIMEOUT);
    else this.wire.close();
  }

  private onStandstill(): void {
    const { exchange, core, gate } = this.wire;
    if (core.options.bodyIdleTimeout === 0) return;
    if (exchange.relay.headSent) exchange.cutOff(504);
    else if (this.phase === BODY) exchange.giveUp(gate.open ? REQUEST_TIMEOUT : TIMEOUT);
  }
}
