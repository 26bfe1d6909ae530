import { headEnd } from './http1/head-end.ts';
import { INCOMPLETE } from './http1/refusal.ts';
import { Stash } from './stash.ts';

/** A head that comes in pieces: kept, and only looked through for its end, so that it need not be parsed at every piece. */
export class PartialHead {
  readonly stash = new Stash();
  private readonly maxBytes: number;
  private scanned = 0;
  private decided = false;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** Appends a piece. True: it is worth parsing, for it is whole, no head at all, or longer than `maxBytes`. */
  append(bytes: Uint8Array, start: number, end: number): boolean {
    const { stash } = this;
    stash.append(bytes, start, end);
    if (!this.decided) {
      const found = headEnd(stash.bytes, stash.start, stash.start + this.scanned, stash.end);
      this.scanned = stash.length;
      this.decided = found !== INCOMPLETE || stash.length > this.maxBytes;
    }
    return this.decided;
  }
}
