import { latin1 } from './chars.ts';

/** Up to so many bytes a loop beats a native copy of part of a buffer. */
const SHORT_SPAN = 40;
/** The same for a copy of a whole buffer, which needs less preparation. */
const SHORT_LINE = 16;
/** The same for writing a string. */
const SHORT_TEXT = 192;

/** Bytes of the one output buffer of a thread. */
const LARGE = 160 * 1024;

/**
 * The one output buffer of a thread: a whole message is put together here and leaves in one write. Grows when a message
 * needs it (large heads, many filters) and stays as large.
 */
export class MessageWriter {
  bytes: Buffer;
  length = 0;
  /** Where the head ends that was written last. */
  headEnd = 0;

  /** @param size bytes to begin with */
  constructor(size = LARGE) {
    this.bytes = Buffer.alloc(size);
  }

  clear(): void {
    this.length = 0;
  }

  /** Sees to it that `count` further bytes can be written, which may move all of them. */
  room(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = Buffer.alloc(Math.max(this.bytes.length * 2, this.length + count));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  /** Appends bytes [start, end) of another buffer. */
  span(source: Uint8Array, start: number, end: number): void {
    const count = end - start;
    this.room(count);
    const { bytes, length } = this;
    if (count <= SHORT_SPAN) for (let i = 0; i < count; i++) bytes[length + i] = source[start + i]!;
    else Buffer.prototype.copy.call(source, bytes, length, start, end);
    this.length = length + count;
  }

  /** Appends all of `source`: precomputed lines. */
  all(source: Uint8Array): void {
    const count = source.length;
    this.room(count);
    const { bytes, length } = this;
    if (count <= SHORT_LINE) for (let i = 0; i < count; i++) bytes[length + i] = source[i]!;
    else bytes.set(source, length);
    this.length = length + count;
  }

  /** Appends text of one byte per character; callers never pass CR, LF or anything above 0xFF that came from outside. */
  text(text: string): void {
    this.room(text.length);
    const { bytes, length } = this;
    if (text.length <= SHORT_TEXT) for (let i = 0; i < text.length; i++) bytes[length + i] = text.charCodeAt(i);
    else bytes.write(text, length, 'latin1');
    this.length = length + text.length;
  }

  decimal(value: number): void {
    this.room(16);
    let digits = 1;
    for (let bound = 10; value >= bound; bound *= 10) digits++;
    let rest = value;
    for (let at = this.length + digits - 1; at >= this.length; at--) {
      this.bytes[at] = 48 + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    this.length += digits;
  }

  crlf(): void {
    this.room(2);
    this.bytes[this.length++] = 13;
    this.bytes[this.length++] = 10;
  }

  /** Appends the empty line that ends a head, and remembers where that is. */
  endHead(): void {
    this.crlf();
    this.headEnd = this.length;
  }

  /** Appends bytes [start, end), which are not none, as one chunk of the chunked coding. */
  chunk(source: Uint8Array, start: number, end: number): void {
    this.text((end - start).toString(16));
    this.crlf();
    this.span(source, start, end);
    this.crlf();
  }

  toString(): string {
    return latin1(this.bytes, 0, this.length);
  }
}
