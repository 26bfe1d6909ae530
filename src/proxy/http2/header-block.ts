import { Stash } from '../stash.ts';
import { ENHANCE_YOUR_CALM, FRAME_SIZE_ERROR, NO_ERROR, PROTOCOL_ERROR } from './error-codes.ts';
import { END_HEADERS, END_STREAM, PADDED, read31, WITH_PRIORITY } from './frames.ts';

/** Frames that one block may come in beyond those that its size needs. */
const MAX_FRAGMENTS = 16;

/** Puts the fragments of one header block together (RFC 9113 §4.3, §6.2, §6.10). */
export class HeaderBlock {
  /** What `open` and `append` leave: the block, if it is whole. */
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  /** The stream whose block is not whole yet; 0: none. */
  stream = 0;
  ended = false;
  /** The peer made the stream depend on itself, which is an error of the stream. */
  selfDependent = false;
  private readonly stash = new Stash();
  private readonly maxBytes: number;
  private fragments = 0;

  /** @param maxBytes of a block, compressed; 0: no bound */
  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** Takes a HEADERS frame. NO_ERROR or an error of the connection; the block is whole if `stream` is 0 then. */
  open(flags: number, stream: number, bytes: Uint8Array, start: number, end: number): number {
    let from = start;
    let to = end;
    if ((flags & PADDED) !== 0) {
      if (from === to) return FRAME_SIZE_ERROR;
      to -= bytes[from++]!;
      if (to < from) return PROTOCOL_ERROR;
    }
    this.selfDependent = false;
    if ((flags & WITH_PRIORITY) !== 0) {
      if (to - from < 5) return FRAME_SIZE_ERROR;
      this.selfDependent = read31(bytes, from) === stream;
      from += 5;
    }
    this.ended = (flags & END_STREAM) !== 0;
    if ((flags & END_HEADERS) !== 0) {
      this.set(bytes, from, to);
      return NO_ERROR;
    }
    this.stash.clear();
    this.fragments = 0;
    this.stream = stream;
    return this.keep(bytes, from, to);
  }

  /** Takes a CONTINUATION frame of the stream. */
  append(flags: number, bytes: Uint8Array, start: number, end: number): number {
    const code = this.keep(bytes, start, end);
    if (code !== NO_ERROR || (flags & END_HEADERS) === 0) return code;
    this.stream = 0;
    this.set(this.stash.bytes, this.stash.start, this.stash.end);
    return NO_ERROR;
  }

  private keep(bytes: Uint8Array, start: number, end: number): number {
    const { stash, maxBytes } = this;
    if (maxBytes > 0 && stash.length + end - start > maxBytes) return ENHANCE_YOUR_CALM;
    stash.append(bytes, start, end);
    this.fragments++;
    return this.fragments > MAX_FRAGMENTS + stash.length / 1024 ? ENHANCE_YOUR_CALM : NO_ERROR;
  }

  private set(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }
}
