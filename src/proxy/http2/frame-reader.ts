import { Stash } from '../stash.ts';
import { FRAME_SIZE_ERROR, NO_ERROR, PROTOCOL_ERROR } from './error-codes.ts';
import { DATA, FRAME_HEAD, MAX_PAYLOAD, PADDED, PREFACE, read31 } from './frames.ts';

/** Who acts on frames. Each answer is NO_ERROR or the error that the connection ends with. */
export interface FrameSink {
  /** A whole frame of any type but DATA; its payload is [start, end). */
  onFrame(type: number, flags: number, stream: number, bytes: Uint8Array, start: number, end: number): number;
  /** The head of a DATA frame; `length` is its payload's, which counts against the windows. */
  onDataHead(flags: number, stream: number, length: number): number;
  /** Some of its content. */
  onDataPart(bytes: Uint8Array, start: number, end: number): number;
  /** The end of the frame. */
  onDataEnd(): number;
}

/** Waiting for the preface; for the head of a frame; in content; in padding. */
const START = 0;
const HEAD = 1;
const CONTENT = 2;
const PADDING = 3;

/** Cuts the bytes of a connection into frames. Content passes as it comes; other frames are whole when they are told of. */
export class FrameReader {
  private readonly sink: FrameSink;
  private readonly stash = new Stash();
  private phase: number;
  private content = 0;
  private padding = 0;

  /** `preface`: the peer is a client. */
  constructor(sink: FrameSink, preface: boolean) {
    this.sink = sink;
    this.phase = preface ? START : HEAD;
  }

  /** Part of a frame is here, and the rest is missing. */
  get partial(): boolean {
    return this.stash.length > 0 || this.phase !== HEAD;
  }

  /** Takes what came; NO_ERROR or the error that the connection ends with, behind which nothing is read. */
  push(bytes: Uint8Array, start: number, end: number): number {
    const { stash } = this;
    if (stash.length === 0) {
      const at = this.process(bytes, start, end);
      if (at >= 0 && at < end) stash.append(bytes, at, end);
      return at < 0 ? -at : NO_ERROR;
    }
    stash.append(bytes, start, end);
    const at = this.process(stash.bytes, stash.start, stash.end);
    if (at >= 0) stash.start = at;
    if (stash.length === 0) stash.clear();
    return at < 0 ? -at : NO_ERROR;
  }

  /** The position up to which bytes were used, or an error as a negative number. */
  private process(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    for (;;) {
      const { phase } = this;
      const next = this.step(bytes, at, end);
      if (next < 0 || (next === at && this.phase === phase)) return next;
      at = next;
    }
  }

  private step(bytes: Uint8Array, at: number, end: number): number {
    switch (this.phase) {
      case START:
        return this.onPreface(bytes, at, end);
      case HEAD:
        return this.onHead(bytes, at, end);
      case CONTENT:
        return this.onContent(bytes, at, end);
      default:
        return this.onPadding(at, end);
    }
  }

  private onPreface(bytes: Uint8Array, start: number, end: number): number {
    const have = Math.min(PREFACE.length, end - start);
    for (let i = 0; i < have; i++) if (bytes[start + i] !== PREFACE[i]) return -PROTOCOL_ERROR;
    if (have < PREFACE.length) return start;
    this.phase = HEAD;
    return start + have;
  }

  private onHead(bytes: Uint8Array, start: number, end: number): number {
    if (end - start < FRAME_HEAD) return start;
    const length = (bytes[start]! << 16) | (bytes[start + 1]! << 8) | bytes[start + 2]!;
    if (length > MAX_PAYLOAD) return -FRAME_SIZE_ERROR;
    const type = bytes[start + 3]!;
    const from = start + FRAME_HEAD;
    if (type === DATA) return this.onDataHead(bytes, start, from, end, length);
    if (end - from < length) return start;
    const code = this.sink.onFrame(type, bytes[start + 4]!, read31(bytes, start + 5), bytes, from, from + length);
    return code === NO_ERROR ? from + length : -code;
  }

  private onDataHead(bytes: Uint8Array, start: number, from: number, end: number, length: number): number {
    const flags = bytes[start + 4]!;
    const padded = (flags & PADDED) !== 0;
    if (padded && length === 0) return -FRAME_SIZE_ERROR;
    if (padded && from === end) return start;
    this.padding = padded ? bytes[from]! : 0;
    this.content = padded ? length - 1 - this.padding : length;
    if (this.content < 0) return -PROTOCOL_ERROR;
    const code = this.sink.onDataHead(flags, read31(bytes, start + 5), length);
    if (code !== NO_ERROR) return -code;
    this.phase = CONTENT;
    return padded ? from + 1 : from;
  }

  private onContent(bytes: Uint8Array, start: number, end: number): number {
    const count = Math.min(this.content, end - start);
    if (count > 0) {
      this.content -= count;
      const code = this.sink.onDataPart(bytes, start, start + count);
      if (code !== NO_ERROR) return -code;
    }
    if (this.content === 0) this.phase = PADDING;
    return start + count;
  }

  private onPadding(start: number, end: number): number {
    const count = Math.min(this.padding, end - start);
    this.padding -= count;
    if (this.padding > 0) return start + count;
    this.phase = HEAD;
    const code = this.sink.onDataEnd();
    return code === NO_ERROR ? start + count : -code;
  }
}
