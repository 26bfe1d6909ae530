import { ChunkedDecoder } from './chunked.ts';
import { Fields } from './fields.ts';
import { CHUNKED, LENGTH, NO_BODY, UNTIL_CLOSE } from './framing.ts';
import type { MessageWriter } from './message-writer.ts';
import * as names from './names.ts';
import { DATE, NAME_COUNT } from './names.ts';

const TRAILERS = new Fields(128);
const LAST_CHUNK = Buffer.from('0\r\n', 'latin1');
/** Fields with a meaning for framing, routing, trust or what the body is: never taken from a trailer section (RFC 9110 §6.5.1). */
const NOT_IN_TRAILERS = new Uint8Array(NAME_COUNT).fill(1, names.HOST_FIELD);
NOT_IN_TRAILERS[DATE] = 0;

/** Reads the body of one message as its framing says; one object per connection side, used for one body after another. */
export class BodyReader {
  private framing = NO_BODY;
  private remaining = 0;
  private decoder: ChunkedDecoder | undefined = undefined;
  /** Bytes of content read so far. */
  received = 0;
  done = true;

  begin(framing: number, length: number): void {
    this.framing = framing;
    this.remaining = length;
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
    return this.framing === LENGTH ? this.remaining : this.done ? 0 : Number.POSITIVE_INFINITY;
  }

  /** Takes what belongs to a plain body from [start, end); the position behind it. */
  take(start: number, end: number): number {
    if (this.framing === UNTIL_CLOSE) {
      this.received += end - start;
      return end;
    }
    const count = Math.min(this.remaining, end - start);
    this.received += count;
    this.remaining -= count;
    if (this.remaining === 0) this.done = true;
    return start + count;
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
    return relayTrailers(decoder.trailer, out, chunked) ? at : -1;
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
    return isFields(decoder.trailer) ? at : -1;
  }

  /** The connection was ended in order: that is the end of a body of this kind. */
  endsWithConnection(): boolean {
    return this.framing === UNTIL_CLOSE;
  }
}

/** The end of a body in chunked coding that has no trailers. */
export function endChunks(out: MessageWriter): void {
  out.all(LAST_CHUNK);
  out.crlf();
}

/** Whether the section can be read as field lines; they are in `TRAILERS` then. */
function isFields(section: Uint8Array): boolean {
  return TRAILERS.parse(section, 0, section.length) >= 0;
}

/** False when the section is no field lines. */
function relayTrailers(section: Uint8Array, out: MessageWriter, chunked: boolean): boolean {
  if (!isFields(section)) return false;
  if (!chunked) return true;
  out.all(LAST_CHUNK);
  for (let i = 0; i < TRAILERS.count; i++) {
    if (NOT_IN_TRAILERS[TRAILERS.known[i]!] === 0) out.span(section, TRAILERS.start[i]!, TRAILERS.start[i + 1]!);
  }
  out.crlf();
  return true;
}
