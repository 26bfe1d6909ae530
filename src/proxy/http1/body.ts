import { ChunkedDecoder } from './chunked.ts';
import { CHUNKED, LENGTH, NO_BODY, UNTIL_CLOSE } from './framing.ts';
import type { MessageWriter } from './message-writer.ts';
import { endChunks, readTrailers } from './trailers.ts';

/** The closing empty line; bytes. */
const EMPTY_SECTION = 2;

/** Reads the body of one message as its framing says; one object per connection side, used for one body after another. */
export class BodyReader {
  private framing = NO_BODY;
  /** Bytes of content still to come; negative if nobody knows. */
  private remaining = 0;
  private decoder: ChunkedDecoder | undefined = undefined;
  /** Bytes of content read so far. */
  received = 0;
  done = true;

  /** `length`: of the content in bytes; negative where only its end will tell. */
  begin(framing: number, length: number): void {
    this.framing = framing;
    this.remaining = framing === UNTIL_CLOSE ? -1 : length;
    this.received = 0;
    this.done = framing === NO_BODY;
    if (framing === CHUNKED) {
      this.decoder ??= new ChunkedDecoder();
      this.decoder.reset();
    }
  }

  /** The content stands in the message as it is: spans of it may be forwarded without a copy. */
  get plain(): boolean {
    return this.framing !== CHUNKED;
  }

  /** Content that is known to come still; Infinity if only its end will tell. */
  get expected(): number {
    if (this.done) return 0;
    return this.framing === CHUNKED || this.remaining < 0 ? Number.POSITIVE_INFINITY : this.remaining;
  }

  /** Takes what belongs to a plain body from [start, end); the position behind it. */
  take(start: number, end: number): number {
    if (this.remaining < 0) {
      this.received += end - start;
      return end;
    }
    const count = Math.min(this.remaining, end - start);
    this.received += count;
    this.remaining -= count;
    if (this.remaining === 0 && this.framing === LENGTH) this.done = true;
    return start + count;
  }

  /** The end of a body that ends by itself ({@link UNTIL_END}) is here; false if content is missing. */
  finish(): boolean {
    this.done = true;
    return this.remaining <= 0;
  }

  /** A body in chunked coding came to its end, and has trailers: they are in `TRAILERS` then. */
  readTrailers(): boolean {
    const { decoder } = this;
    return this.framing === CHUNKED && decoder!.trailer.length > EMPTY_SECTION && readTrailers(decoder!.trailer);
  }

  /**
   * Takes what belongs to the body from [start, end) and appends it to `out`: in chunked coding, trailers included, or
   * as mere content. The position behind it, or -1 when the bytes break the coding.
   */
  relay(bytes: Uint8Array, start: number, end: number, out: MessageWriter, chunked: boolean): number {
    if (this.framing !== CHUNKED) {
      const stop = this.take(start, end);
      if (chunked) {
        if (stop > start) out.chunk(bytes, start, stop);
        if (this.done) endChunks(out);
      } else out.span(bytes, start, stop);
      return stop;
    }
    return this.unchunk(bytes, start, end, out, chunked);
  }

  private unchunk(bytes: Uint8Array, start: number, end: number, out: MessageWriter, chunked: boolean): number {
    const decoder = this.decoder!;
    let at = start;
    while (at < end && !decoder.done) {
      at = decoder.step(bytes, at, end);
      if (at < 0) return -1;
      if (decoder.dataEnd === decoder.dataStart) continue;
      this.received += decoder.dataEnd - decoder.dataStart;
      if (chunked) out.chunk(bytes, decoder.dataStart, decoder.dataEnd);
      else out.span(bytes, decoder.dataStart, decoder.dataEnd);
    }
    if (!decoder.done) return at;
    this.done = true;
    if (!readTrailers(decoder.trailer)) return -1;
    if (chunked) endChunks(out, true);
    return at;
  }

  /** Reads and drops; the position behind what belongs to the body, or -1. */
  discard(bytes: Uint8Array, start: number, end: number): number {
    if (this.framing !== CHUNKED) return this.take(start, end);
    const decoder = this.decoder!;
    let at = start;
    while (at < end && !decoder.done) {
      at = decoder.step(bytes, at, end);
      if (at < 0) return -1;
      this.received += decoder.dataEnd - decoder.dataStart;
    }
    if (!decoder.done) return at;
    this.done = true;
    return readTrailers(decoder.trailer) ? at : -1;
  }

  /** The connection was ended in order: that is the end of a body of this kind. */
  endsWithConnection(): boolean {
    return this.framing === UNTIL_CLOSE;
  }
}
