import type { Socket } from '../socket.ts';
import { DATA, END_HEADERS, END_STREAM, FIRST_WINDOW, HEADERS, MAX_31, MAX_PAYLOAD } from './frames.ts';
import type { Http2Stream } from './http2-stream.ts';
import type { IdleFrames } from './idle-frames.ts';
import { Outbox } from './outbox.ts';

const NOTHING = new Uint8Array(0);

/** What a connection sends: content within the windows of stream and connection (RFC 9113 §5.2), streams one after the other. */
export class Sending<S extends Http2Stream> {
  readonly outbox: Outbox;
  private readonly idleFrames: IdleFrames;
  /** Those that have something to send and a window for it, or wait to hear that there is room. */
  private readonly ready: S[] = [];
  private window = FIRST_WINDOW;
  private pumping = false;

  constructor(socket: Pick<Socket, 'write'>, idleFrames: IdleFrames) {
    this.outbox = new Outbox(socket);
    this.idleFrames = idleFrames;
  }

  /** Sends as much content as the windows allow; the position behind it. */
  content(stream: Http2Stream, bytes: Uint8Array, start: number, end: number): number {
    const { outbox } = this;
    let at = start;
    while (at < end && !outbox.blocked) {
      const count = Math.min(end - at, MAX_PAYLOAD, stream.sendWindow, this.window);
      if (count <= 0) break;
      stream.lastTurn = outbox.turn;
      stream.lastAt = outbox.data(0, stream.id, bytes, at, at + count);
      stream.sendWindow -= count;
      this.window -= count;
      this.idleFrames.onSent(count);
      at += count;
    }
    return at;
  }

  /** Ends our side of a stream: with its last frame, if that has not left yet. */
  end(stream: Http2Stream): void {
    const { outbox } = this;
    if (stream.lastTurn === outbox.turn) outbox.mark(stream.lastAt, END_STREAM);
    else outbox.frame(DATA, END_STREAM, stream.id, NOTHING, 0, 0);
  }

  /** Begins a header block; its position, for `outbox.finishBlock`. */
  beginBlock(stream: Http2Stream, ended: boolean): number {
    const { outbox } = this;
    stream.lastTurn = outbox.turn;
    stream.lastAt = outbox.begin(HEADERS, ended ? END_HEADERS | END_STREAM : END_HEADERS, stream.id);
    return stream.lastAt;
  }

  /** Puts a stream at the end of the line. */
  enqueue(stream: S): void {
    if (stream.queued) return;
    stream.queued = true;
    this.ready.push(stream);
  }

  /** It is no stream any more. */
  forget(stream: S): void {
    if (stream.queued) this.ready.splice(this.ready.indexOf(stream), 1);
    stream.queued = false;
  }

  /** The socket takes bytes again. */
  onDrain(): void {
    this.outbox.blocked = false;
    this.pump();
  }

  /** Lets one stream after the other send a frame, as long as there is room. */
  pump(): void {
    if (this.pumping) return;
    this.pumping = true;
    const { ready, outbox } = this;
    while (ready.length > 0 && !outbox.blocked && this.window > 0) {
      const stream = ready.shift()!;
      stream.queued = false;
      stream.pump();
    }
    this.pumping = false;
  }

  /** The peer takes `by` more bytes; false: more than there may be. */
  widen(by: number): boolean {
    this.window += by;
    if (this.window > MAX_31) return false;
    this.pump();
    return true;
  }

  /** The same for one stream, whose window may also shrink, and become negative (§6.9.2). */
  widenStream(stream: S, by: number): boolean {
    stream.sendWindow += by;
    if (stream.sendWindow > MAX_31) return false;
    if (stream.sendWindow > 0 && stream.waiting) this.enqueue(stream);
    return true;
  }
}
