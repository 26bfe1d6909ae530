import { BodyReader } from '../src/proxy/http1/body.ts';
import { MessageWriter } from '../src/proxy/http1/message-writer.ts';
import { INCOMPLETE } from '../src/proxy/http1/refusal.ts';
import { MAX_HEAD, ResponseHead } from '../src/proxy/http1/response-head.ts';
import { PartialHead } from '../src/proxy/partial-head.ts';
import { linesOf } from './our-fields.ts';
import type { End, Message, Reading } from './reading.ts';
import { refusalName } from './refusal-name.ts';

const head = new ResponseHead();
const out = new MessageWriter();

/** The responses of one connection as our parser reads them, without anything around it. */
export class OurResponses implements Reading {
  readonly messages: Message[] = [];
  /** Positions behind the messages that are whole; only right where all came in one piece. */
  readonly ends: number[] = [];
  end: End = 'idle';
  reason = '';
  private readonly asked: readonly string[];
  private answered = 0;
  private readonly body = new BodyReader();
  private partial: PartialHead | undefined = undefined;
  private present: Message | undefined = undefined;

  constructor(asked: readonly string[]) {
    this.asked = asked;
  }

  push(piece: Uint8Array): void {
    if (this.partial === undefined) this.process(piece);
    else if (this.partial.append(piece, 0, piece.length)) {
      const { bytes, start, end } = this.partial.stash;
      this.partial = undefined;
      this.process(bytes.subarray(start, end));
    }
  }

  private process(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length && this.end !== 'refused' && this.end !== 'over' && this.partial === undefined) {
      at = this.present === undefined ? this.onHead(bytes, at) : this.onBody(bytes, at, this.present);
    }
  }

  private onHead(bytes: Uint8Array, from: number): number {
    const end = bytes.length;
    const at = head.parse(bytes, from, end, this.asked[this.answered] === 'HEAD');
    if (at === INCOMPLETE) {
      this.end = 'waiting';
      this.partial = new PartialHead(MAX_HEAD);
      this.partial.append(bytes, from, end);
      return end;
    }
    if (at < 0) return this.refuse(refusalName(at), end);
    this.begin(bytes, bytes[from + 7]! - 48);
    if (this.present === undefined) this.ends.push(at);
    return at;
  }

  private begin(bytes: Uint8Array, minor: number): void {
    const { status } = head;
    this.present = {
      method: '',
      target: '',
      status,
      minor,
      fields: linesOf(bytes, head.fields),
      body: '',
      trailers: [],
      whole: false,
    };
    this.messages.push(this.present);
    if (status >= 200) this.answered++;
    this.body.begin(head.framing, head.contentLength);
    this.end = 'waiting';
    if (this.body.done) this.complete(this.present);
  }

  private onBody(bytes: Uint8Array, from: number, message: Message): number {
    out.clear();
    const at = this.body.relay(bytes, from, bytes.length, out, false);
    message.body += out.toString();
    if (at < 0) return this.refuse('body', bytes.length);
    if (!this.body.done) return at;
    this.complete(message);
    this.ends.push(at);
    return at;
  }

  private complete(message: Message): void {
    message.whole = true;
    this.present = undefined;
    const last = message.status === 101 || (message.status >= 200 && !head.keepAlive);
    this.end = last ? 'over' : 'idle';
  }

  private refuse(reason: string, end: number): number {
    this.end = 'refused';
    this.reason = reason;
    return end;
  }

  finish(): void {
    if (this.present === undefined || !this.body.endsWithConnection() || this.end !== 'waiting') return;
    this.complete(this.present);
    this.end = 'over';
  }
}

export function readOurResponses(pieces: readonly Uint8Array[], asked: readonly string[], ends: boolean): OurResponses {
  const reader = new OurResponses(asked);
  for (const piece of pieces) reader.push(piece);
  if (ends) reader.finish();
  return reader;
}
