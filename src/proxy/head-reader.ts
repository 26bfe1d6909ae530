import { CR, LF } from './http1/chars.ts';
import { headEnd } from './http1/head-end.ts';
import { HEAD_TOO_LARGE, INCOMPLETE } from './http1/refusal.ts';
import type { RequestHead } from './http1/request-head.ts';

/** Reads heads that may come in pieces: one that does is not parsed again at every piece, only its end is looked for. */
export class HeadReader {
  private readonly head: RequestHead;
  private readonly maxBytes: number;
  /** Bytes of an unfinished head that were looked at; 0 when there is none. */
  scanned = 0;
  private lineSkipped = false;

  /** `maxBytes` of a head; 0 for no bound. */
  constructor(head: RequestHead, maxBytes: number) {
    this.head = head;
    this.maxBytes = maxBytes;
  }

  /** RFC 9112 §2.2: one empty line before a request is tolerated. The position behind it, or `start`. */
  skipLine(bytes: Uint8Array, start: number, end: number): number {
    if (bytes[start] !== CR || this.lineSkipped || this.scanned > 0) return start;
    if (start + 1 < end && bytes[start + 1] !== LF) return start;
    if (start + 1 === end) return start;
    this.lineSkipped = true;
    return start + 2;
  }

  /** Parses the head at `start` into the scratch head: the position behind it, INCOMPLETE or another refusal. */
  read(bytes: Uint8Array, start: number, end: number): number {
    const at = this.scanned === 0 ? this.head.parse(bytes, start, end) : this.resume(bytes, start, end);
    this.scanned = at === INCOMPLETE ? end - start : 0;
    if (at !== INCOMPLETE) this.lineSkipped = false;
    return at;
  }

  private resume(bytes: Uint8Array, start: number, end: number): number {
    const found = headEnd(bytes, start, start + this.scanned, end);
    if (found === INCOMPLETE && (this.maxBytes === 0 || end - start <= this.maxBytes)) return INCOMPLETE;
    if (found < 0 && found !== INCOMPLETE) return found;
    const at = this.head.parse(bytes, start, end);
    return at === INCOMPLETE ? HEAD_TOO_LARGE : at;
  }
}
