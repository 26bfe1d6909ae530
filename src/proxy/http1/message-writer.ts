import { latin1 } from './chars.ts';

/** Below this a loop beats a native copy. */
const LOOP = 192;
const HEX_DIGITS = Buffer.from('0123456789abcdef', 'latin1');

/**
 * The one output buffer of a thread: a whole message is put together here and leaves in one write. Grows when a message
 * needs it (large heads, many filters) and stays as large.
 */
export class MessageWriter {
  bytes: Buffer = Buffer.alloc(160 * 1024);
  length = 0;

  clear(): void {
    this.length = 0;
  }

  private room(count: number): void {
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
    if (count <= LOOP) for (let i = 0; i < count; i++) bytes[length + i] = source[start + i]!;
    else bytes.set(source.subarray(start, end), length);
    this.length = length + count;
  }

  /** Appends all of `source`: precomputed lines. */
  all(source: Uint8Array): void {
    this.span(source, 0, source.length);
  }

  /** Appends text of one byte per character; callers never pass CR, LF or anything above 0xFF that came from outside. */
  text(text: string): void {
    this.room(text.length);
    const { bytes, length } = this;
    if (text.length <= LOOP) for (let i = 0; i < text.length; i++) bytes[length + i] = text.charCodeAt(i);
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

  /** Appends bytes in lower-case hexadecimal. */
  hex(source: Uint8Array, start: number, end: number): void {
    this.room((end - start) * 2);
    for (let i = start; i < end; i++) {
      this.bytes[this.length++] = HEX_DIGITS[source[i]! >> 4]!;
      this.bytes[this.length++] = HEX_DIGITS[source[i]! & 15]!;
    }
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
