import { WINDOW_UPDATE } from './frames.ts';
import type { Http2Stream } from './http2-stream.ts';
import type { Outbox } from './outbox.ts';

/**
 * What a connection takes of content: the peer gets its windows back for what was taken, not for what a stream holds, so that its
 * memory is bounded by the window. It is told a good part of a window at a time.
 */
export class Receiving {
  private readonly outbox: Outbox;
  /** Sizes of the windows, in bytes. */
  private readonly window: number;
  private readonly streamWindow: number;
  private left: number;
  private owed = 0;

  constructor(outbox: Outbox, window: number, streamWindow: number) {
    this.outbox = outbox;
    this.window = window;
    this.streamWindow = streamWindow;
    this.left = window;
  }

  /** Counts a frame; false: it is more than the connection's window. */
  count(length: number): boolean {
    this.left -= length;
    return this.left >= 0;
  }

  /** The same for its stream. */
  countFor(stream: Http2Stream, length: number): boolean {
    stream.receiveLeft -= length;
    return stream.receiveLeft >= 0;
  }

  /** A frame for `stream` has passed: it holds the content, or has taken it. */
  taken(stream: Http2Stream, length: number): void {
    if (stream.held) stream.heldBytes += length;
    else this.grantStream(stream, length);
  }

  /** What a stream held is taken. */
  release(stream: Http2Stream): void {
    const { heldBytes } = stream;
    stream.heldBytes = 0;
    if (heldBytes > 0) this.grantStream(stream, heldBytes);
  }

  private grantStream(stream: Http2Stream, length: number): void {
    stream.owed += length;
    if (!stream.remoteEnded && stream.owed * 2 >= this.streamWindow) {
      this.outbox.number(WINDOW_UPDATE, stream.id, stream.owed);
      stream.receiveLeft += stream.owed;
      stream.owed = 0;
    }
    this.grant(length);
  }

  /** Content of a stream that is gone, or has ended: the connection's window alone. */
  grant(length: number): void {
    this.owed += length;
    if (this.owed * 2 < this.window) return;
    this.outbox.number(WINDOW_UPDATE, 0, this.owed);
    this.left += this.owed;
    this.owed = 0;
  }
}
