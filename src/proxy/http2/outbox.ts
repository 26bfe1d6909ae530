import { MessageWriter } from '../http1/message-writer.ts';
import type { Socket } from '../socket.ts';
import { atEndOfTurn } from './end-of-turn.ts';
import {
  CONTINUATION,
  DATA,
  END_HEADERS,
  FRAME_HEAD,
  GOAWAY,
  HEADERS,
  MAX_PAYLOAD,
  PING,
  read31,
  write32,
  writeFrameHead,
} from './frames.ts';

/** Bytes of an output buffer to begin with, and the most of one that is kept for the next connection. */
const SMALL = 16 * 1024;
const LARGE = 160 * 1024;
/** So much leaves before the end of the turn. */
const FULL = 64 * 1024;
const KEPT_WRITERS = 32;

const PING_PAYLOAD = new Uint8Array(8);

const writers: MessageWriter[] = [];

/** The frames that one connection sends: those of a turn are put together in one buffer, and leave in one write. */
export class Outbox {
  /** Counts the writes: positions in the buffer hold until it changes. */
  turn = 0;
  /** The peer is slow: content waits in its stream, and other frames in the socket. */
  blocked = false;
  private readonly socket: Pick<Socket, 'write'>;
  private writer: MessageWriter | undefined = undefined;

  constructor(socket: Pick<Socket, 'write'>) {
    this.socket = socket;
  }

  /** The buffer, for whoever appends what is between `begin` and `finish`. */
  get out(): MessageWriter {
    if (this.writer === undefined) {
      this.writer = writers.pop() ?? new MessageWriter(SMALL);
      atEndOfTurn(this);
    }
    return this.writer;
  }

  /** Begins a frame whose length is not known yet; its position in the buffer. */
  begin(type: number, flags: number, stream: number): number {
    const { out } = this;
    out.room(FRAME_HEAD);
    const at = out.length;
    writeFrameHead(out.bytes, at, 0, type, flags, stream);
    out.length += FRAME_HEAD;
    return at;
  }

  /** Ends the frame that was begun at this position. */
  finish(at: number): void {
    const { out } = this;
    const length = out.length - at - FRAME_HEAD;
    out.bytes[at] = length >>> 16;
    out.bytes[at + 1] = length >>> 8;
    out.bytes[at + 2] = length;
    if (out.length > FULL) this.send();
  }

  /** Ends the header block that was begun at this position with HEADERS: as many frames as it needs. */
  finishBlock(at: number): void {
    const { out } = this;
    const size = out.length - at - FRAME_HEAD;
    if (size > MAX_PAYLOAD) this.split(at, size);
    else this.finish(at);
  }

  /** Makes room for the heads of CONTINUATION frames, from the last to the first. */
  private split(at: number, size: number): void {
    const { out } = this;
    const further = Math.ceil(size / MAX_PAYLOAD) - 1;
    out.room(further * FRAME_HEAD);
    const { bytes } = out;
    const stream = read31(bytes, at + 5);
    const from = at + FRAME_HEAD;
    for (let i = further; i > 0; i--) {
      const start = from + i * MAX_PAYLOAD;
      const end = Math.min(start + MAX_PAYLOAD, from + size);
      const head = start + (i - 1) * FRAME_HEAD;
      bytes.copyWithin(head + FRAME_HEAD, start, end);
      writeFrameHead(bytes, head, end - start, CONTINUATION, i === further ? END_HEADERS : 0, stream);
    }
    writeFrameHead(bytes, at, MAX_PAYLOAD, HEADERS, bytes[at + 4]! & ~END_HEADERS, stream);
    out.length += further * FRAME_HEAD;
  }

  /** A frame whose payload is one number of 32 bits. */
  number(type: number, stream: number, value: number): void {
    const at = this.begin(type, 0, stream);
    const { out } = this;
    out.room(4);
    write32(out.bytes, out.length, value);
    out.length += 4;
    this.finish(at);
  }

  /** The peer is told that streams above `last` won't be looked at. */
  goAway(last: number, code: number): void {
    const at = this.begin(GOAWAY, 0, 0);
    const { out } = this;
    out.room(8);
    write32(out.bytes, out.length, last);
    write32(out.bytes, out.length + 4, code);
    out.length += 8;
    this.finish(at);
  }

  ping(): void {
    this.frame(PING, 0, 0, PING_PAYLOAD, 0, PING_PAYLOAD.length);
  }

  frame(type: number, flags: number, stream: number, bytes: Uint8Array, start: number, end: number): void {
    const at = this.begin(type, flags, stream);
    this.out.span(bytes, start, end);
    this.finish(at);
  }

  /** A frame of content; its position in the buffer, where it is as long as `turn` is the same. */
  data(flags: number, stream: number, bytes: Uint8Array, start: number, end: number): number {
    const at = this.begin(DATA, flags, stream);
    this.out.span(bytes, start, end);
    this.finish(at);
    return at;
  }

  /** Adds flags to a frame that has not left yet. */
  mark(at: number, flags: number): void {
    this.out.bytes[at + 4]! |= flags;
  }

  /** The end of the turn. */
  flush(): void {
    if (this.writer === undefined) return;
    this.send();
    const { writer } = this;
    this.writer = undefined;
    if (writers.length < KEPT_WRITERS && writer.bytes.length <= LARGE) writers.push(writer);
  }

  private send(): void {
    const writer = this.writer!;
    this.turn++;
    if (writer.length > 0 && !this.socket.write(writer.bytes, 0, writer.length)) this.blocked = true;
    writer.clear();
  }
}
