import { BodyReader } from '../http1/body.ts';
import { NO_BODY } from '../http1/framing.ts';
import { MessageWriter } from '../http1/message-writer.ts';
import { INCOMPLETE } from '../http1/refusal.ts';
import { Stash } from '../stash.ts';

/** What is done with the messages of one connection. */
export interface Recipient {
  /** Reads a head; the position behind it, or a refusal. */
  parse(bytes: Uint8Array, start: number, end: number): number;
  /** The head that was read last, as scratch. */
  readonly head: { readonly framing: number; readonly contentLength: number };
  /** False: the head is all there is, and the message itself follows (1xx). */
  onHead(): boolean;
  onWhole(body: Uint8Array): void;
  /** What came is no message; nothing else is read. */
  onBroken(): void;
}

const NOTHING = new Uint8Array(0);
/** Bytes to begin with, for a message with a body. */
const SIZE = 1_024;

/** Puts whole messages together out of what comes on a connection. */
export class WholeMessages {
  private readonly recipient: Recipient;
  private readonly stash = new Stash();
  private readonly body = new BodyReader();
  private content: MessageWriter | undefined = undefined;
  private inBody = false;
  private broken = false;

  constructor(recipient: Recipient) {
    this.recipient = recipient;
  }

  push(bytes: Uint8Array): void {
    const { stash } = this;
    if (stash.length === 0) {
      const at = this.read(bytes, 0, bytes.length);
      if (at < bytes.length) stash.append(bytes, at, bytes.length);
      return;
    }
    stash.append(bytes, 0, bytes.length);
    stash.start = this.read(stash.bytes, stash.start, stash.end);
    if (stash.length === 0) stash.clear();
  }

  /** The position up to which bytes were used. */
  private read(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (!this.broken) {
      if (!this.inBody) {
        const next = at === end ? INCOMPLETE : this.recipient.parse(bytes, at, end);
        if (next === INCOMPLETE) return at;
        if (next < 0) break;
        at = next;
        if (this.recipient.onHead()) this.begin();
        continue;
      }
      if (!this.body.done) at = this.body.relay(bytes, at, end, this.content!, false);
      if (at < 0) break;
      if (!this.body.done) return at;
      this.deliver();
    }
    if (!this.broken) this.recipient.onBroken();
    this.broken = true;
    return end;
  }

  private begin(): void {
    const { framing, contentLength } = this.recipient.head;
    this.inBody = true;
    this.body.begin(framing, contentLength);
    if (framing === NO_BODY) return;
    this.content ??= new MessageWriter(SIZE);
    this.content.clear();
  }

  private deliver(): void {
    this.inBody = false;
    const { content } = this;
    const length = content?.length ?? 0;
    const body = length === 0 ? NOTHING : Uint8Array.prototype.slice.call(content!.bytes, 0, length);
    content?.clear();
    this.recipient.onWhole(body);
  }
}
