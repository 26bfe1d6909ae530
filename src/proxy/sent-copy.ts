import type { MessageWriter } from './http1/message-writer.ts';

/** Bytes of a body, as they were sent, that are kept so that a request can be sent again. */
export const MAX_REPLAYED_BODY = 65_536;
/** Between these sizes a buffer is kept for another request; bytes. */
const MIN_KEPT = 1_024;
const MAX_KEPT = 4_096;
/** Buffers that no request has, and how many of them are kept: most connections are idle most of the time. */
const spare: Buffer[] = [];
const MAX_SPARE = 256;
const NONE = Buffer.alloc(0);

/** What was sent of one request, to be sent when there is a connection, or once more. */
export class SentCopy {
  bytes: Buffer = NONE;
  length = 0;
  /** All that was sent is here. */
  whole = false;
  private limit = 0;

  /** Forgets the last request; its buffer is for others. */
  clear(): void {
    const { bytes } = this;
    this.length = 0;
    this.whole = false;
    this.bytes = NONE;
    if (bytes !== NONE && bytes.length <= MAX_KEPT && spare.length < MAX_SPARE) spare.push(bytes);
  }

  /** Takes what stands in the output buffer, which belongs to the next message: a head, and what is there of the body. */
  take({ bytes, length }: MessageWriter, headLength: number): void {
    if (this.bytes.length < length) this.bytes = spare.pop() ?? NONE;
    if (this.bytes.length < length) this.bytes = Buffer.allocUnsafeSlow(Math.max(MIN_KEPT, length + 256));
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
