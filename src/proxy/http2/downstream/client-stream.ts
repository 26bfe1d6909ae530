import type { Outcome } from '../../../router/index.ts';
import type { Client } from '../../client.ts';
import type { Core } from '../../core.ts';
import { Exchange } from '../../exchange.ts';
import { type ErrorAnswer, REQUEST_TIMEOUT, TIMEOUT } from '../../http1/error-answer.ts';
import type { MessageWriter } from '../../http1/message-writer.ts';
import type { RequestHead } from '../../http1/request-head.ts';
import { anyGoesOn, readTrailers } from '../../http1/trailers.ts';
import { noteRefusal } from '../../note-refusal.ts';
import type { Peer } from '../../peer.ts';
import type { Plan } from '../../plan.ts';
import { writeErrorAnswer } from '../../response-writer.ts';
import { Stash } from '../../stash.ts';
import type { Timed } from '../../timers.ts';
import type { TunnelEnd, Tunnelled } from '../../tunnel.ts';
import { CANCEL, INTERNAL_ERROR, NO_ERROR, PROTOCOL_ERROR } from '../error-codes.ts';
import type { HpackEncoder } from '../hpack/index.ts';
import { Http2Stream } from '../http2-stream.ts';
import { encodeHead, encodeTrailers, keptTrailers, parseHead } from './answer-block.ts';
import { StreamTunnel } from './stream-tunnel.ts';

/** What a stream needs of its connection. */
export interface StreamHost {
  readonly peer: Peer;
  readonly closing: boolean;
  readonly encoder: HpackEncoder;
  readonly remotePort: number;
  route(head: RequestHead): Outcome<Plan>;
  /** Nothing of it is left: it may be used again. */
  giveBack(stream: ClientStream): void;
}

const NOTHING = new Uint8Array(0);
const REFUSED = { version: 20, chunked: false, keepAlive: true, debugLine: undefined } as const;

/** One request in HTTP/2 and its answer: what an exchange sees of its client, and what the connection sees of its stream. */
export class ClientStream extends Http2Stream implements Client, Timed {
  nextTimed: Timed | undefined = undefined;
  prevTimed: Timed | undefined = undefined;
  dueTick = 0;
  slotTick = 0;
  readonly core: Core;
  readonly exchange: Exchange;
  /** Its head is known. */
  started = false;
  private host!: StreamHost;
  /** Content that is to come still, in bytes; negative: only its end will tell. */
  private expected = -1;
  /** Content for which there is no way yet. */
  private readonly early = new Stash();
  /** The backend takes no more content at present. */
  private slow = false;
  /** The request has ended, and the exchange does not know yet. */
  private overDue = false;
  /** Trailer lines of the request, or of the answer, which have to wait. */
  private trailers: Buffer | undefined = undefined;
  private answerTrailers: Buffer | undefined = undefined;
  private tunnel: StreamTunnel | undefined = undefined;
  private pendingSeen = 0;

  constructor(core: Core) {
    super();
    this.core = core;
    this.exchange = new Exchange(core, this);
  }

  /** For a new request on `host`. */
  prepare(host: StreamHost): void {
    this.host = host;
    this.started = false;
    this.expected = -1;
    this.early.clear();
    this.slow = false;
    this.overDue = false;
    this.trailers = undefined;
    this.answerTrailers = undefined;
    this.tunnel = undefined;
  }

  get peer(): Peer {
    return this.host.peer;
  }

  get closing(): boolean {
    return this.host.closing;
  }

  get remotePort(): number {
    return this.host.remotePort;
  }

  route(head: RequestHead): Outcome<Plan> {
    return this.host.route(head);
  }

  /** Begins the request in `core.request`. */
  start(ended: boolean): void {
    const { request } = this.core;
    this.started = true;
    this.expected = ended || request.webSocket ? -1 : request.contentLength;
    this.exchange.begin(NOTHING, 0, 0);
    this.settle();
  }

  /** Answers a head that is no request. */
  refuse(answer: ErrorAnswer): void {
    const { out } = this.core;
    this.started = true;
    out.clear();
    writeErrorAnswer(this.core, REFUSED, answer, false);
    this.writeAnswer(out.bytes, out.headEnd, out.length, true);
    this.note(answer);
    this.settle();
  }

  /** Counts and logs what was refused. */
  note(answer: ErrorAnswer): void {
    this.exchange.refused(answer);
    noteRefusal(this.core, this.peer, answer);
  }

  /** The request breaks the rules of HTTP/2 (RFC 9113 §8.1.1). */
  breakOff(): void {
    this.started = true;
    this.reset(PROTOCOL_ERROR);
    this.leave();
  }

  /** The client will send no more of it. */
  abandon(): void {
    this.reset(CANCEL);
    this.leave();
  }

  private leave(): void {
    if (this.tunnel !== undefined) this.tunnel.socket.onClose(false);
    this.exchange.onClientGone();
    this.settle();
  }

  onContent(bytes: Uint8Array, start: number, end: number): void {
    const { exchange, early } = this;
    if (this.tunnel !== undefined) {
      this.tunnel.socket.onData(bytes, start, end);
      return;
    }
    if (!exchange.active) return;
    if (this.expected >= 0 && !this.counts(end - start)) this.breakOff();
    else if (exchange.upgrading || early.length > 0) early.append(bytes, start, end);
    else {
      const at = exchange.onRequestData(bytes, start, end);
      if (at < end && exchange.active) early.append(bytes, at, end);
    }
    if (early.length > 0) this.hold(true);
  }

  /** Whether the content is no longer than was said. */
  private counts(count: number): boolean {
    this.expected -= count;
    return this.expected >= 0;
  }

  onContentEnd(): void {
    if (this.tunnel !== undefined) this.tunnel.socket.onEnd();
    else this.onOver();
  }

  /** The request ended with trailers, which are in `TRAILERS`. */
  onTrailers(): void {
    if (this.tunnel !== undefined) this.tunnel.socket.onEnd();
    else {
      this.trailers = keptTrailers();
      this.onOver();
    }
  }

  private onOver(): void {
    if (!this.exchange.active || this.exchange.upgrading) return;
    if (this.expected > 0) {
      this.breakOff();
      return;
    }
    this.overDue = true;
    this.passOn();
  }

  /** Passes on what has come of the request, as far as there is a way. */
  private passOn(): void {
    const { exchange, early } = this;
    if (early.length > 0) early.start = exchange.onRequestData(early.bytes, early.start, early.end);
    if (early.length === 0 || !exchange.active) early.clear();
    if (early.length > 0 || !this.overDue || !exchange.active) return;
    const trailed = this.trailers !== undefined && this.trailers.length > 0;
    if (trailed) readTrailers(this.trailers!);
    const verdict = exchange.onRequestOver(trailed);
    if (verdict === 'waits') return;
    this.overDue = false;
    if (verdict === 'short') this.breakOff();
  }

  holdBody(hold: boolean): void {
    this.slow = hold;
    if (!hold && this.exchange.active && !this.exchange.upgrading) this.passOn();
    this.hold(this.slow || this.early.length > 0);
  }

  writeInterim(bytes: Uint8Array, end: number): void {
    this.writeHead(bytes, end);
  }

  writeAnswer(bytes: Uint8Array, headEnd: number, end: number, over: boolean): boolean {
    if (!this.writeHead(bytes, headEnd)) return true;
    return this.write(bytes, headEnd, end, over);
  }

  private writeHead(bytes: Uint8Array, end: number): boolean {
    if (!this.live) return false;
    if (!parseHead(bytes, end)) {
      this.reset(INTERNAL_ERROR);
      return false;
    }
    const at = this.beginHead();
    encodeHead(this.out, this.host.encoder, bytes);
    this.endHead(at);
    return true;
  }

  write(bytes: Uint8Array, start: number, end: number, over: boolean): boolean {
    const fast = start === end || this.send(bytes, start, end);
    if (over) this.end();
    return fast || !this.live;
  }

  writeTrailers(): void {
    if (!this.live) return;
    // What waits is sent first, and by then others will be there.
    if (this.pending > 0) this.answerTrailers = keptTrailers();
    this.end(anyGoesOn());
  }

  encodeTrailers(out: MessageWriter): void {
    if (this.answerTrailers !== undefined) readTrailers(this.answerTrailers);
    encodeTrailers(out, this.host.encoder);
  }

  touch(): void {
    const { timers, options } = this.core;
    this.pendingSeen = this.pending;
    if (options.bodyIdleTimeout > 0 && this.live) timers.set(this, options.bodyIdleTimeout);
  }

  finish(): void {
    this.core.timers.clear(this);
    this.end();
    // The answer is complete, and some of it waits for the client.
    if (this.live) this.touch();
    this.settle();
  }

  abort(): void {
    this.reset(INTERNAL_ERROR);
    this.settle();
  }

  onDrain(): void {
    if (this.tunnel !== undefined) this.tunnel.socket.onDrain();
    else if (this.exchange.active) {
      this.touch();
      this.exchange.relay.onClientDrain();
    }
  }

  /** RFC 9113 §8.1: what is left of a request that was answered early is of no use. */
  onSent(): void {
    if (this.tunnel !== undefined && !this.tunnel.over) return;
    this.reset(NO_ERROR);
    this.settle();
  }

  onClosed(code: number): void {
    if (this.tunnel !== undefined) this.tunnel.socket.onClose(code === NO_ERROR);
    else if (this.exchange.active && !this.localEnded) this.exchange.onClientGone();
    this.settle();
  }

  onTimeout(): void {
    // It takes some of what waits, as far as its windows and its other streams let it.
    if (this.pending !== this.pendingSeen) this.touch();
    else if (!this.exchange.active) this.abandonRest();
    else if (this.exchange.relay.headSent) this.exchange.cutOff(504);
    else if (!this.remoteEnded) this.exchange.giveUp(this.held ? TIMEOUT : REQUEST_TIMEOUT);
  }

  /** Nobody takes what is left of the answer. */
  private abandonRest(): void {
    this.reset(CANCEL);
    this.settle();
  }

  startTunnel(errand: Tunnelled, bytes: Uint8Array, start: number, end: number, onOver?: TunnelEnd): void {
    const { early } = this;
    this.core.timers.clear(this);
    this.tunnel = new StreamTunnel(this, errand, (toBackend, toClient) => {
      onOver?.(toBackend, toClient);
      this.settle();
    });
    this.tunnel.begin(bytes, start, end, early, this.remoteEnded);
    early.clear();
    this.slow = false;
    this.hold(false);
  }

  /** Gives the object back if neither the connection nor an exchange nor a tunnel has anything to do with it any more. */
  settle(): void {
    if (this.live || this.exchange.active || (this.tunnel !== undefined && !this.tunnel.over)) return;
    if (!this.started) return;
    this.started = false;
    this.core.timers.clear(this);
    this.early.clear();
    this.host.giveBack(this);
  }
}
