import type { Conversation } from './conversation.ts';
import type { GrpcWeb } from './grpc/grpc-web.ts';
import { BodyReader } from './http1/body.ts';
import * as answers from './http1/error-answer.ts';
import { CHUNKED, NO_BODY, UNTIL_CLOSE, UNTIL_END } from './http1/framing.ts';
import type { MessageWriter } from './http1/message-writer.ts';
import { INCOMPLETE } from './http1/refusal.ts';
import { MAX_HEAD, type ResponseHead } from './http1/response-head.ts';
import { endChunks } from './http1/trailers.ts';
import { acceptsKey, namesWebSocket } from './http1/websocket.ts';
import { PartialHead } from './partial-head.ts';
import { writeInterimHead, writeResponseHead } from './response-writer.ts';
import type { Stash } from './stash.ts';

/** Up to this many bytes of content leave in one write with the head. */
const WITH_HEAD = 16_384;
/** A backend that has this many interim answers to one request has lost its way. */
const MAX_INTERIMS = 32;
/** Bytes of content of an answer that is not passed on that are read, to keep the connection. */
const MAX_DROPPED = 65_536;

/** The way of one answer from the backend to the client: interim answers, head, body. */
export class ResponseRelay {
  /** The backend said something. */
  started = false;
  /** The client has the head of the answer. */
  headSent = false;
  private readonly exchange: Conversation;
  private readonly body = new BodyReader();
  private interims = 0;
  /** The client has an interim answer. */
  private announced = false;
  /** Another try follows: this answer is not passed on. */
  private dropping = false;
  private status = 0;
  private reusable = false;
  private paused = false;
  /** The client hears of its call in another form. */
  private web: GrpcWeb | undefined = undefined;
  private partial: PartialHead | undefined = undefined;

  constructor(exchange: Conversation) {
    this.exchange = exchange;
  }

  reset(): void {
    this.started = false;
    this.headSent = false;
    this.interims = 0;
    this.announced = false;
    this.dropping = false;
    this.paused = false;
    this.partial = undefined;
    this.web = undefined;
    this.body.begin(NO_BODY, 0);
  }

  /** Bytes of content that went to the client. */
  get received(): number {
    return this.dropping ? 0 : this.body.received;
  }

  /** The client has something of the answer. */
  get passedOn(): boolean {
    return this.headSent || this.announced;
  }

  onData(bytes: Uint8Array, start: number, end: number): void {
    this.started = true;
    if (this.headSent) this.stream(bytes, start, end);
    else if (this.dropping) this.drop(bytes, start, end);
    else if (this.partial === undefined) this.onHead(bytes, start, end);
    else if (this.partial.append(bytes, start, end)) this.onWholeHead(this.partial.stash);
  }

  private onWholeHead({ bytes, start, end }: Stash): void {
    this.partial = undefined;
    this.onHead(bytes, start, end);
  }

  private onHead(bytes: Uint8Array, start: number, end: number): void {
    const { exchange } = this;
    const head = exchange.core.response;
    let at = start;
    do {
      const from = at;
      at = head.parse(bytes, from, end, exchange.toHead);
      if (at === INCOMPLETE) {
        this.partial = new PartialHead(MAX_HEAD);
        this.partial.append(bytes, from, end);
        return;
      }
      if (at > 0 && head.status === 101 && exchange.upgrading && this.agrees(head)) {
        exchange.switchProtocols(bytes, at, end);
        return;
      }
      // A 101 to anything that was not asked for answers nothing.
      if (at < 0 || head.status === 101 || this.interims > MAX_INTERIMS) {
        exchange.answer(answers.BACKEND_BROKEN);
        return;
      }
      if (head.status < 200) this.interim(head);
    } while (head.status < 200 && at < end);
    if (head.status >= 200) this.decide(head, bytes, at, end);
  }

  private agrees({ bytes, fields }: ResponseHead): boolean {
    const { webSocketKey } = this.exchange;
    return namesWebSocket(bytes, fields) && (webSocketKey === '' || acceptsKey(bytes, fields, webSocketKey));
  }

  /** A head that was read elsewhere is in `core.response`; bytes [start, end) of content came with it. */
  onReadHead(bytes: Uint8Array, start: number, end: number): void {
    const { exchange } = this;
    const head = exchange.core.response;
    this.started = true;
    if (head.status >= 200) this.decide(head, bytes, start, end);
    else if (this.interims > MAX_INTERIMS) exchange.answer(answers.BACKEND_BROKEN);
    else this.interim(head);
  }

  private decide(head: ResponseHead, bytes: Uint8Array, at: number, end: number): void {
    const { exchange } = this;
    if (head.status >= 400 && exchange.errand.tryAgainAfter(head.status)) this.dropFrom(head, bytes, at, end);
    else this.forward(head, bytes, at, end);
  }

  private dropFrom(head: ResponseHead, bytes: Uint8Array, at: number, end: number): void {
    this.dropping = true;
    this.reusable = head.keepAlive && head.framing !== UNTIL_CLOSE && this.exchange.body.done;
    this.body.begin(head.framing, head.contentLength);
    this.drop(bytes, at, end);
  }

  /** Reads an answer that is not passed on, so that its connection can be used again: as long as that is worth it. */
  private drop(bytes: Uint8Array, start: number, end: number): void {
    const { body } = this;
    const at = body.done ? start : body.discard(bytes, start, end);
    if (body.done) this.exchange.errand.leave(this.reusable && at === end);
    else if (at < 0 || !this.reusable || body.received > MAX_DROPPED) this.exchange.errand.leave(false);
  }

  /** RFC 9110 §15.2: interim answers go on, but `100` only to who asked for it, and none to HTTP/1.0. */
  private interim(head: ResponseHead): void {
    const { core, client, version, expectsContinue } = this.exchange;
    this.interims++;
    if (version === 10 || (head.status === 100 && !expectsContinue)) return;
    core.out.clear();
    writeInterimHead(core);
    client.writeInterim(core.out.bytes, core.out.length);
    this.announced = true;
  }

  private forward(head: ResponseHead, bytes: Uint8Array, at: number, end: number): void {
    const { exchange, body } = this;
    const { core, client } = exchange;
    const web = exchange.web?.answers(head) ? exchange.web : undefined;
    const endless = isEndless(head) || (web !== undefined && head.framing !== NO_BODY);
    this.web = web;
    exchange.contentType = web?.contentType;
    exchange.chunked = endless && exchange.version === 11;
    exchange.keepAlive &&= !client.closing && this.mayFollow() && (!endless || exchange.chunked);
    this.status = head.status;
    this.reusable = head.keepAlive && head.framing !== UNTIL_CLOSE;
    body.begin(head.framing, head.contentLength);
    core.out.clear();
    writeResponseHead(core, exchange, exchange.responseEdit, exchange.sessionLine());
    if (body.done) this.write(at < end);
    else if (end - at <= WITH_HEAD) this.relay(bytes, at, end);
    else {
      this.headSent = true;
      client.writeAnswer(core.out.bytes, core.out.headEnd, core.out.headEnd, false);
      this.stream(bytes, at, end);
    }
    if (!this.body.done) client.touch();
  }

  /** Whether another request may follow an answer that comes before the end of the present one. */
  private mayFollow(): boolean {
    const { body, expectsContinue } = this.exchange;
    return body.done || (!expectsContinue && body.short);
  }

  /** Bytes of the body. */
  private stream(bytes: Uint8Array, start: number, end: number): void {
    const { client, core, chunked } = this.exchange;
    client.touch();
    if (!this.body.plain || chunked || this.web !== undefined) {
      core.out.clear();
      this.relay(bytes, start, end);
    } else {
      const at = this.body.take(start, end);
      if (at < end && !this.body.done) this.breakOff();
      else this.written(client.write(bytes, start, at, this.body.done), at < end);
    }
  }

  /** Appends bytes of the body to what stands in the output buffer, and writes it. */
  private relay(bytes: Uint8Array, start: number, end: number): void {
    const { core, chunked } = this.exchange;
    const at = this.append(bytes, start, end, core.out, chunked);
    if (at < 0 || (at < end && !this.body.done)) this.breakOff();
    else this.write(at < end);
  }

  private append(bytes: Uint8Array, start: number, end: number, out: MessageWriter, chunked: boolean): number {
    const { body, web } = this;
    if (web !== undefined) return web.relayAnswer(body, bytes, start, end, out, chunked);
    return body.relay(bytes, start, end, out, chunked);
  }

  /** The body breaks its coding. As long as the head stands in the output buffer, nobody has seen it. */
  private breakOff(): void {
    if (this.headSent) {
      this.exchange.cutOff(this.status);
      return;
    }
    this.body.begin(NO_BODY, 0);
    this.exchange.answer(answers.BACKEND_BROKEN);
  }

  /** Writes what stands in the output buffer: first of all the head. */
  private write(excess: boolean): void {
    const { body, exchange } = this;
    const { core, client, version } = exchange;
    const { bytes, headEnd, length } = core.out;
    const trailed = version === 20 && body.done && body.readTrailers();
    const over = body.done && !trailed;
    let fast = true;
    if (!this.headSent) {
      this.headSent = true;
      fast = client.writeAnswer(bytes, headEnd, length, over);
    } else if (length > 0) fast = client.write(bytes, 0, length, over);
    if (trailed) client.writeTrailers();
    this.written(fast, excess);
  }

  private written(fast: boolean, excess: boolean): void {
    if (this.body.done) this.exchange.responseDone(this.status, this.reusable && !excess);
    else if (!fast && !this.paused) {
      this.paused = true;
      this.exchange.errand.holdAnswer(true);
    }
  }

  onClientDrain(): void {
    if (!this.paused) return;
    this.paused = false;
    this.exchange.errand.holdAnswer(false);
  }

  /** The backend ended its side before the answer was known to be whole. */
  onEnd(broken: boolean): void {
    const { exchange } = this;
    if (!this.headSent) exchange.answer(this.started ? answers.BACKEND_BROKEN : answers.BACKEND_CLOSED);
    else if (broken || !this.body.endsWithConnection()) exchange.cutOff(this.status);
    else this.endWith(false);
  }

  /** The end of an answer that ends by itself; `trailed`: with what `TRAILERS` holds. */
  onOver(trailed: boolean): void {
    const { exchange, body } = this;
    if (body.done) return;
    const whole = body.finish();
    if (this.dropping) exchange.errand.leave(whole && this.reusable);
    else if (whole) this.endWith(trailed);
    else exchange.cutOff(this.status);
  }

  private endWith(trailed: boolean): void {
    const { exchange, web } = this;
    const { chunked, client, version } = exchange;
    const { out } = exchange.core;
    out.clear();
    if (web !== undefined) web.endAnswer(trailed, out, chunked);
    else if (chunked) endChunks(out, trailed);
    if (out.length > 0) client.write(out.bytes, 0, out.length, true);
    else if (trailed && version === 20) client.writeTrailers();
    exchange.responseDone(this.status, this.reusable);
  }
}

/** HTTP/1 has no length for it to tell. */
function isEndless({ framing, contentLength }: ResponseHead): boolean {
  return framing === UNTIL_CLOSE || framing === CHUNKED || (framing === UNTIL_END && contentLength < 0);
}
