import { BodyReader } from '../http1/body.ts';
import { NO_BODY, UNTIL_CLOSE } from '../http1/framing.ts';
import { INCOMPLETE } from '../http1/refusal.ts';
import { MAX_HEAD, type ResponseHead } from '../http1/response-head.ts';
import { PartialHead } from '../partial-head.ts';

/** `more`: its end is still to come. `broken`: it is no answer. */
export type Progress = 'more' | 'whole' | 'broken';

const MAX_INTERIMS = 32;
/** Bytes of a body that are read to keep the connection; a longer one is not worth it. */
const MAX_READ = 1_048_576;

/** Reads an answer that nobody wants, to know where it ends; one object, used for one answer after another. */
export class UnwantedAnswer {
  /** Something of it came. */
  started = false;
  /** Its connection may carry another request. */
  reusable = false;
  private readonly body = new BodyReader();
  private toHead = false;
  private inBody = false;
  private interims = 0;
  private partial: PartialHead | undefined = undefined;

  /** `toHead`: it answers a HEAD request. */
  begin(toHead: boolean): void {
    this.toHead = toHead;
    this.started = false;
    this.reusable = false;
    this.inBody = false;
    this.interims = 0;
    this.partial = undefined;
    this.body.begin(NO_BODY, 0);
  }

  /** Takes bytes [start, end); `head` is scratch. */
  take(head: ResponseHead, bytes: Uint8Array, start: number, end: number): Progress {
    this.started = true;
    if (this.inBody) return this.skip(bytes, start, end);
    if (this.partial === undefined) return this.onHead(head, bytes, start, end);
    if (!this.partial.append(bytes, start, end)) return 'more';
    const { stash } = this.partial;
    this.partial = undefined;
    return this.onHead(head, stash.bytes, stash.start, stash.end);
  }

  private onHead(head: ResponseHead, bytes: Uint8Array, start: number, end: number): Progress {
    for (let at = start; at < end; ) {
      const from = at;
      at = head.parse(bytes, from, end, this.toHead);
      if (at === INCOMPLETE) {
        this.partial = new PartialHead(MAX_HEAD);
        this.partial.append(bytes, from, end);
        return 'more';
      }
      if (at < 0 || head.status === 101 || this.interims > MAX_INTERIMS) return 'broken';
      if (head.status >= 200) return this.onFinalHead(head, bytes, at, end);
      this.interims++;
    }
    return 'more';
  }

  /** Takes a head that was read elsewhere, and bytes [start, end) of content that came with it. */
  takeHead(head: ResponseHead, bytes: Uint8Array, start: number, end: number): Progress {
    this.started = true;
    if (head.status >= 200) return this.onFinalHead(head, bytes, start, end);
    return this.interims++ > MAX_INTERIMS ? 'broken' : 'more';
  }

  /** The end of an answer that ends by itself. */
  finish(): Progress {
    return this.body.finish() ? 'whole' : 'broken';
  }

  private onFinalHead(head: ResponseHead, bytes: Uint8Array, at: number, end: number): Progress {
    this.inBody = true;
    this.reusable = head.keepAlive && head.framing !== UNTIL_CLOSE;
    this.body.begin(head.framing, head.contentLength);
    return this.skip(bytes, at, end);
  }

  private skip(bytes: Uint8Array, start: number, end: number): Progress {
    const at = this.body.done ? start : this.body.discard(bytes, start, end);
    if (at < 0) return 'broken';
    if (!this.body.done && this.body.received <= MAX_READ) return 'more';
    this.reusable &&= this.body.done && at === end;
    return 'whole';
  }

  /** Whether the end of the connection, in order, is the end of the answer. */
  endsWithConnection(): boolean {
    return this.inBody && this.body.endsWithConnection();
  }
}
