import type { MessageWriter } from '../http1/message-writer.ts';
import { Stash } from '../stash.ts';
import { MAX_PAYLOAD } from './frames.ts';
import type { Http2Connection } from './http2-connection.ts';

/** How our side of a stream ends, once what waits has left: not yet, with content, with trailers. */
const OPEN = 0;
const END = 1;
const TRAILERS = 2;

/**
 * One stream of a connection (RFC 9113 §5): its two windows, what waits to be sent, and which sides have ended. Whoever uses
 * it extends it, is told what happens by the `on…` methods, and may use the object for one stream after another.
 */
export abstract class Http2Stream {
  id = 0;
  /** The peer has sent all. */
  remoteEnded = false;
  /** So have we. */
  localEnded = false;
  /** Registered with its connection: neither closed nor reset. */
  live = false;
  /** What the connection keeps of it. */
  sendWindow = 0;
  receiveLeft = 0;
  /** Bytes that the peer may send again, once we tell it. */
  owed = 0;
  /** Bytes that wait with whoever uses the stream. */
  heldBytes = 0;
  held = false;
  /** It stands in the connection's line of those that wait for their turn. */
  queued = false;
  /** Its last frame in the output buffer, and the write that it leaves in. */
  lastAt = 0;
  lastTurn = -1;
  protected connection!: Http2Connection;
  private readonly backlog = new Stash();
  private ending = OPEN;
  private waits = false;

  /** Content from the peer, valid during the call. */
  abstract onContent(bytes: Uint8Array, start: number, end: number): void;
  /** The peer has sent all, its trailers apart. Not called where a header block said so. */
  abstract onContentEnd(): void;
  /** What was sent has left: more may come. */
  abstract onDrain(): void;
  /** Our side has ended, and the peer's has not. */
  abstract onSent(): void;
  /** Appends the header block of the trailers that `end` spoke of. */
  abstract encodeTrailers(out: MessageWriter): void;
  /**
   * The last that it is told: both sides have ended (NO_ERROR), the peer reset it, or the connection is gone. Not called after
   * a `reset` of our own.
   */
  abstract onClosed(code: number): void;

  /** Called by the connection. */
  begin(connection: Http2Connection, id: number, sendWindow: number, receiveWindow: number): void {
    this.connection = connection;
    this.id = id;
    this.live = true;
    this.remoteEnded = false;
    this.localEnded = false;
    this.sendWindow = sendWindow;
    this.receiveLeft = receiveWindow;
    this.owed = 0;
    this.heldBytes = 0;
    this.held = false;
    this.queued = false;
    this.lastTurn = -1;
    this.ending = OPEN;
    this.waits = false;
    this.backlog.clear();
  }

  /** What its connection is about to send. */
  get out(): MessageWriter {
    return this.connection.outbox.out;
  }

  /** Begins a header block; the position to give to `endHead`. What is appended to `out` until then is its payload. */
  beginHead(): number {
    return this.connection.sending.beginBlock(this, false);
  }

  endHead(at: number): void {
    this.connection.outbox.finishBlock(at);
  }

  /** Sends content. False: part of it waits, or the peer is slow; `onDrain` follows. */
  send(bytes: Uint8Array, start: number, end: number): boolean {
    if (!this.live) return false;
    const { backlog } = this;
    const at = backlog.length > 0 ? start : this.connection.sending.content(this, bytes, start, end);
    if (at < end) backlog.append(bytes, at, end);
    else if (!this.connection.outbox.blocked) return true;
    this.waits = true;
    this.connection.sending.enqueue(this);
    return false;
  }

  /** Ends our side, behind what waits. */
  end(trailers = false): void {
    if (!this.live || this.ending !== OPEN) return;
    this.ending = trailers ? TRAILERS : END;
    if (this.backlog.length === 0) this.sendEnd();
  }

  private sendEnd(): void {
    const { connection } = this;
    this.waits = false;
    if (this.ending === TRAILERS) {
      const at = connection.sending.beginBlock(this, true);
      this.encodeTrailers(this.out);
      connection.outbox.finishBlock(at);
    } else connection.sending.end(this);
    this.localEnded = true;
    connection.onLocalEnd(this);
  }

  /** Its turn to send: one frame of what waits. */
  pump(): void {
    const { backlog } = this;
    if (backlog.length > 0 && !this.sendSome()) return;
    if (this.ending !== OPEN) {
      if (!this.localEnded) this.sendEnd();
    } else if (this.waits) {
      this.waits = false;
      this.onDrain();
    }
  }

  /** Whether nothing waits any more. */
  private sendSome(): boolean {
    const { backlog, connection } = this;
    const to = Math.min(backlog.end, backlog.start + MAX_PAYLOAD);
    backlog.start = connection.sending.content(this, backlog.bytes, backlog.start, to);
    if (backlog.length > 0) {
      if (this.sendWindow > 0) connection.sending.enqueue(this);
      return false;
    }
    backlog.clear();
    return true;
  }

  /** Whether content waits for a window or for its turn. */
  get waiting(): boolean {
    return this.waits || this.backlog.length > 0;
  }

  /** Bytes of content that wait. */
  get pending(): number {
    return this.backlog.length;
  }

  /** Stops or goes on taking content: the peer gets its window back for what is taken. */
  hold(hold: boolean): void {
    if (this.held === hold) return;
    this.held = hold;
    if (!hold && this.live) this.connection.receiving.release(this);
  }

  /** Breaks it off; nothing more is told of it. */
  reset(code: number): void {
    if (this.live) this.connection.resetStream(this, code);
  }

  /** Called by the connection: it is no stream any more. */
  detach(): void {
    this.live = false;
    this.waits = false;
    this.backlog.clear();
  }
}
