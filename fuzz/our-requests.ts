import { HeadReader } from '../src/proxy/head-reader.ts';
import { HostCache } from '../src/proxy/host-cache.ts';
import { BodyReader } from '../src/proxy/http1/body.ts';
import { CR, latin1 } from '../src/proxy/http1/chars.ts';
import { MessageWriter } from '../src/proxy/http1/message-writer.ts';
import { INCOMPLETE } from '../src/proxy/http1/refusal.ts';
import { RequestHead } from '../src/proxy/http1/request-head.ts';
import { DEFAULT_PROXY_OPTIONS } from '../src/proxy/index.ts';
import { readTarget } from '../src/proxy/target.ts';
import { linesOf } from './our-fields.ts';
import type { End, Message, Reading } from './reading.ts';
import { refusalName } from './refusal-name.ts';

const head = new RequestHead(DEFAULT_PROXY_OPTIONS);
const hosts = new HostCache();
const out = new MessageWriter();

/** The requests of one connection as our parser reads them, without anything around it. */
export class OurRequests implements Reading {
  readonly messages: Message[] = [];
  /** Of the requests that were understood, whether accepted or not: their answers depend on it. */
  readonly methods: string[] = [];
  end: End = 'idle';
  reason = '';
  private readonly heads = new HeadReader(head, DEFAULT_PROXY_OPTIONS.maxHeadBytes);
  private readonly body = new BodyReader();
  private present: Message | undefined = undefined;
  private kept: Buffer = Buffer.alloc(0);
  private last = false;
  /** The last one wants another protocol. */
  upgrading = false;
  /** Where reading stopped because nothing more is read; only right where all came in one piece. */
  stoppedAt = 0;

  push(piece: Uint8Array): void {
    const bytes = this.kept.length === 0 ? piece : Buffer.concat([this.kept, piece]);
    let at = 0;
    for (let next = this.step(bytes, at); next > at; next = this.step(bytes, at)) {
      at = next;
      if (this.stoppedAt === 0 && this.end === 'over') this.stoppedAt = at;
    }
    this.kept = Buffer.from(bytes.subarray(at));
  }

  /** The position behind what was read; `at` when more is needed. */
  private step(bytes: Uint8Array, at: number): number {
    if (this.end === 'refused' || this.end === 'over') return bytes.length;
    if (at === bytes.length) return at;
    return this.present === undefined ? this.onHead(bytes, at) : this.onBody(bytes, at, this.present);
  }

  private onHead(bytes: Uint8Array, from: number): number {
    const { heads } = this;
    const end = bytes.length;
    const at = heads.skipLine(bytes, from, end);
    if (at === end || (bytes[at] === CR && at + 1 === end)) return at;
    const next = heads.read(bytes, at, end);
    if (next === INCOMPLETE) {
      this.end = 'waiting';
      return at;
    }
    if (next < 0) return this.refuse(next, end);
    const refusal = head.method === 'CONNECT' ? 0 : readTarget(head, hosts);
    if (refusal < 0) {
      this.methods.push(head.method);
      return this.refuse(refusal, end);
    }
    this.begin(bytes);
    return next;
  }

  private begin(bytes: Uint8Array): void {
    this.present = {
      method: head.method,
      target: latin1(bytes, head.targetStart, head.targetEnd),
      status: 0,
      minor: head.version - 10,
      fields: linesOf(bytes, head.fields),
      body: '',
      trailers: [],
      whole: false,
    };
    this.messages.push(this.present);
    this.methods.push(head.method);
    this.last = !head.keepAlive || head.webSocket || head.method === 'CONNECT';
    this.upgrading = head.webSocket;
    this.body.begin(head.framing, head.contentLength);
    this.end = 'waiting';
    // Refused whatever follows, which nobody reads.
    if (this.body.done || head.method === 'CONNECT') this.complete(this.present);
  }

  private onBody(bytes: Uint8Array, from: number, message: Message): number {
    out.clear();
    const at = this.body.relay(bytes, from, bytes.length, out, false);
    message.body += out.toString();
    if (at < 0) return this.refuse(at, bytes.length);
    if (this.body.done) this.complete(message);
    return at;
  }

  private complete(message: Message): void {
    message.whole = true;
    this.present = undefined;
    this.end = this.last ? 'over' : 'idle';
  }

  private refuse(refusal: number, end: number): number {
    this.end = 'refused';
    this.reason = this.present === undefined ? refusalName(refusal) : 'body';
    return end;
  }
}

export function readOurRequests(pieces: readonly Uint8Array[]): OurRequests {
  const reader = new OurRequests();
  for (const piece of pieces) reader.push(piece);
  return reader;
}
