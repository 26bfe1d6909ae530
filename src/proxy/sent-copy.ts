import type { MessageWriter } from './http1/message-writer.ts';

/** Bytes of a body, as they were sent, that are kept so that a request can be sent again. */
export const MAX_REPLAYED_BODY = 65_536;
/** A larger buffer is not kept for the next request; bytes. */
const MAX_KEPT = 4_096;
const NONE = Buffer.alloc(0);

/** What was sent of one request, to be sent when there is a connection, or once more. */
export class SentCopy {
  bytes: Buffer = NONE;
  length = 0;
  /** All that was sent is here. */
  whole = false;
  private limit = 0;

  /** Forgets the last request, and a large buffer with it. */
  clear(): void {
    this.length = 0;
    this.whole = false;
    if (this.bytes.length > MAX_KEPT) this.bytes = NONE;
  }

  /** Takes what stands in the output buffer, which belongs to the next message: a head, and what is there of the body. */
  take({ bytes, length }: MessageWriter, headLength: number): void {
    if (this.bytes.length < length) this.bytes = Buffer.allocUnsafeSlow(length + 256);
    bytes.copy(this.bytes, 0, 0, length);
    this.length = length;
    this.limit = headLength + MAX_REPLAYED_BODY;
    this.whole = length <= this.limit;
  }

  /** Adds what was sent since, unless that is more than is kept: then nothing is kept any more. */
  append(source: Uint8Array, start: number, end: number): void {
    if (!this.whole) return;
    const length = this.length + end - start;
    if (length > this.limit) {
      this.clear();
      return;
    }
    if (length > this.bytes.length) this.grow(length);
    this.bytes.set(source.subarray(start, end), this.length);
    this.length = length;
  }

  private grow(length: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.min(this.limit, Math.max(length, this.bytes.length * 2)));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}
