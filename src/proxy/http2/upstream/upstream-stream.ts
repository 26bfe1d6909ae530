import { createHash } from 'node:crypto';
import { BodyReader } from '../../http1/body.ts';
import { latin1 } from '../../http1/chars.ts';
import { fillResponse } from '../../http1/filled-response.ts';
import type { MessageWriter } from '../../http1/message-writer.ts';
import { TRAILERS } from '../../http1/trailers.ts';
import type { Socket, SocketHandler } from '../../socket.ts';
import type { Upstream, UpstreamUser } from '../../upstream/upstream.ts';
import { CANCEL, NO_ERROR, PROTOCOL_ERROR, REFUSED_STREAM } from '../error-codes.ts';
import { type FieldSection, RESPONSE, TRAILERS as TRAILER_SECTION } from '../hpack/index.ts';
import { Http2Stream } from '../http2-stream.ts';
import { StreamSocket } from '../stream-socket.ts';
import type { Http2Upstream } from './http2-upstream.ts';

const NOTHING = new Uint8Array(0);
/** Stands for an answer that HTTP/2 does not allow: nobody can read it either. */
const NO_ANSWER = Buffer.from('malformed\r\n', 'latin1');
/** RFC 6455 §1.3. */
const WEBSOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const NOBODY: SocketHandler = { onData() {}, onDrain() {}, onEnd() {}, onClose() {} };

/** One request to a backend, and its answer: takes the bytes of HTTP/1.1, and makes frames of them. */
export class UpstreamStream extends Http2Stream implements Upstream {
  user: UpstreamUser | undefined = undefined;
  served = 0;
  /** It waits to be used for another request. */
  resting = false;
  /** What it becomes where the backend agrees to a WebSocket. */
  socket: Socket | undefined = undefined;
  private tunnel: StreamSocket | undefined = undefined;
  private readonly owner: Http2Upstream;
  private readonly body = new BodyReader();
  /** The head of the request has left. */
  private opened = false;
  /** The head of the answer, not of an interim one, is here. */
  private answered = false;
  /** Its user knows that nothing more of the answer comes. */
  private told = false;
  private toHead = false;
  private key: string | undefined = undefined;
  /** That of a request which waits for the backend's settings. */
  private head: Buffer | undefined = undefined;
  /** Field lines with their empty one. */
  private trailers: Buffer | undefined = undefined;

  constructor(owner: Http2Upstream) {
    super();
    this.owner = owner;
  }

  /** Is there for `user`, whose request follows at once. */
  serve(user: UpstreamUser, served: number): void {
    this.user = user;
    this.served = served;
    this.resting = false;
    this.socket = undefined;
    this.tunnel = undefined;
    this.opened = false;
    this.answered = false;
    this.told = false;
    this.remoteEnded = false;
    this.localEnded = false;
    this.key = undefined;
    this.trailers = undefined;
    user.upstream = this;
  }

  override reset(code: number): void {
    if (this.live) this.owner.onReset();
    super.reset(code);
  }

  /** Nobody knows it any more. Whoever has a tunnel through it, may. */
  get reusable(): boolean {
    return (
      !this.resting && !this.live && this.user === undefined && this.tunnel === undefined && this.head === undefined
    );
  }

  write(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.opened) return this.content(bytes, start, end);
    const { body } = this;
    const { request } = this.owner.scratch;
    const at = request.read(bytes, start, end);
    this.opened = true;
    this.toHead = request.toHead;
    body.begin(request.framing, request.contentLength);
    if (request.webSocket) return this.askForTunnel(bytes, start, end);
    this.open();
    return body.done ? this.finishRequest() : this.content(bytes, at, end);
  }

  /** Sends the head that was read last. */
  private open(): void {
    const { owner } = this;
    owner.openStream(this);
    const head = this.beginHead();
    owner.scratch.request.write(owner.outbox, owner.encoder, owner.secure);
    this.endHead(head);
  }

  /** A WebSocket is only asked of a backend that has said that it knows how (RFC 8441 §3). */
  private askForTunnel(bytes: Uint8Array, start: number, end: number): boolean {
    const { owner } = this;
    this.key = owner.scratch.request.webSocketKey;
    if (owner.tunnels) this.open();
    else {
      this.head = Buffer.from(bytes.subarray(start, end));
      owner.defer(this);
    }
    return true;
  }

  /** The backend has said what it knows. */
  onGreeted(): void {
    const { head, owner, user } = this;
    this.head = undefined;
    if (head === undefined || user === undefined) return;
    if (owner.tunnels) {
      owner.scratch.request.read(head, 0, head.length);
      this.open();
    } else user.onUpstreamData(NO_ANSWER, 0, NO_ANSWER.length);
  }

  private content(bytes: Uint8Array, start: number, end: number): boolean {
    const { body } = this;
    if (body.done || !this.live) return true;
    let flowing: boolean;
    if (body.plain) {
      const to = body.take(start, end);
      flowing = to === start || this.send(bytes, start, to);
    } else flowing = this.chunks(bytes, start, end);
    return body.done ? this.finishRequest() : flowing;
  }

  private chunks(bytes: Uint8Array, start: number, end: number): boolean {
    const { content } = this.owner.scratch;
    content.clear();
    if (this.body.relay(bytes, start, end, content, false) < 0) throw new Error('chunks of our own can not be read');
    return content.length === 0 || this.send(content.bytes, 0, content.length);
  }

  private finishRequest(): boolean {
    if (this.key !== undefined) return true;
    const trailed = this.body.readTrailers();
    if (trailed) this.trailers = Buffer.from(TRAILERS.bytes);
    this.end(trailed);
    return true;
  }

  encodeTrailers(out: MessageWriter): void {
    this.owner.writeTrailers(out, this.trailers!);
  }

  onSent(): void {}

  onDrain(): void {
    if (this.tunnel !== undefined) this.tunnel.onDrain();
    else this.user?.onUpstreamDrain();
  }

  /** A whole block of fields. False: it can't be decoded. */
  onBlock(bytes: Uint8Array, start: number, end: number, ended: boolean): boolean {
    const { decoder, scratch } = this.owner;
    const section = this.answered ? scratch.trailers : scratch.response;
    if (!decoder.decode(bytes, start, end, section, this.answered ? TRAILER_SECTION : RESPONSE)) return false;
    const bad = section.fault !== '' || section.tooLarge;
    if (this.user === undefined) this.onUnwanted(bad);
    else if (this.answered) this.onTrailers(section, bad || !ended);
    else if (bad || !this.fill(section, ended)) this.breakOff();
    else this.onHead(section, ended);
    return true;
  }

  private fill(section: FieldSection, ended: boolean): boolean {
    return fillResponse(this.owner.core.response, section.bytes, section.status, ended, this.toHead);
  }

  private onHead(section: FieldSection, ended: boolean): void {
    const { status } = section;
    this.answered = status >= 200;
    this.told = ended;
    if (this.key !== undefined && status >= 200 && status < 300 && !ended) this.agree(section);
    else this.user!.onUpstreamHead(NOTHING, 0, 0);
  }

  /** The backend agrees to a WebSocket: that is told in the words of HTTP/1.1 (RFC 8441 §5). */
  private agree({ bytes, fields }: FieldSection): void {
    const accept = createHash('sha1').update(`${this.key}${WEBSOCKET_GUID}`).digest('base64');
    const lines = latin1(bytes, fields.start[0]!, fields.start[fields.count]!);
    const head = `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n${lines}\r\n`;
    this.tunnel = new StreamSocket(this, this.owner.socket, NOBODY);
    this.socket = this.tunnel;
    const answer = Buffer.from(head, 'latin1');
    this.user!.onUpstreamData(answer, 0, answer.length);
  }

  private onTrailers(section: FieldSection, bad: boolean): void {
    if (bad) {
      this.breakOff();
      return;
    }
    this.told = true;
    TRAILERS.bytes = section.bytes;
    this.user!.onUpstreamOver(section.fields.count > 0);
  }

  /** All was said that somebody wanted to hear; the end of it is waited for, so that the stream closes in order. */
  private onUnwanted(bad: boolean): void {
    if (bad) this.reset(PROTOCOL_ERROR);
  }

  /** The answer breaks the rules. */
  private breakOff(): void {
    const { answered } = this;
    this.reset(PROTOCOL_ERROR);
    if (answered) this.take()?.onUpstreamEnd(true);
    else this.user?.onUpstreamData(NO_ANSWER, 0, NO_ANSWER.length);
  }

  onContent(bytes: Uint8Array, start: number, end: number): void {
    if (this.tunnel !== undefined) this.tunnel.onData(bytes, start, end);
    else if (!this.answered) this.breakOff();
    else if (this.user === undefined) this.reset(CANCEL);
    else this.user.onUpstreamData(bytes, start, end);
  }

  onContentEnd(): void {
    if (this.tunnel !== undefined) this.tunnel.onEnd();
    else if (!this.answered) this.breakOff();
    else {
      this.told = true;
      this.user?.onUpstreamOver(false);
    }
  }

  onClosed(code: number): void {
    if (this.tunnel !== undefined) this.tunnel.onClose(code === NO_ERROR && this.remoteEnded);
    else if (!this.told) this.take()?.onUpstreamEnd(true, code === REFUSED_STREAM);
  }

  private take(): UpstreamUser | undefined {
    const { user } = this;
    this.user = undefined;
    if (user !== undefined) user.upstream = undefined;
    return user;
  }

  release(): void {
    this.take();
    // What is left of the request is of no use; the end of the answer is on its way.
    if (this.live && !this.localEnded) this.reset(CANCEL);
    else this.owner.left(this);
  }

  close(): void {
    this.take();
    if (this.tunnel !== undefined) this.tunnel.destroy();
    else if (this.live && !(this.localEnded && this.remoteEnded)) {
      if (!this.answered) this.owner.suspect();
      this.reset(CANCEL);
    } else this.owner.left(this);
  }

  handOver(handler: SocketHandler): void {
    this.take();
    this.tunnel!.handler = handler;
  }
}
