import type { Socket } from '../socket.ts';
import type { Timers } from '../timers.ts';
import { ContentFrames } from './content-frames.ts';
import { ControlFrames, type ControlUser } from './control-frames.ts';
import * as errors from './error-codes.ts';
import { ENHANCE_YOUR_CALM, NO_ERROR, PROTOCOL_ERROR } from './error-codes.ts';
import { FrameReader, type FrameSink } from './frame-reader.ts';
import * as frames from './frames.ts';
import { FIRST_WINDOW, read32 } from './frames.ts';
import { HeaderBlock } from './header-block.ts';
import type { Http2Stream } from './http2-stream.ts';
import { IdleFrames } from './idle-frames.ts';
import type { Outbox } from './outbox.ts';
import { Receiving } from './receiving.ts';
import { Sending } from './sending.ts';
import { type PeerSettings, settingsPayload } from './settings.ts';
import { StreamTable } from './stream-table.ts';

/** Whose connection it is: it understands header blocks, and makes streams. */
export interface Http2User<S extends Http2Stream = Http2Stream> extends ControlUser {
  /** The peer opens a stream; undefined: none is taken now. Servers only. */
  accept(): S | undefined;
  /**
   * A whole header block, to be decoded in any case, so that both sides keep the same table; `stream` is undefined if nobody wants
   * it. False: it can't be decoded. `ended`: nothing follows it.
   */
  onBlock(stream: S | undefined, bytes: Uint8Array, start: number, end: number, ended: boolean): boolean;
  /** A stream came to its end, or was reset. */
  onStreamGone(stream: S): void;
  /** The connection is of no use any more; the last frame says why and is on its way. Its streams are closed. */
  onFailure(code: number): void;
}

/** Limits and windows of a connection; bytes. */
export interface Http2Limits {
  readonly server: boolean;
  /** Streams that the peer may have open; 0: any number. */
  readonly maxStreams: number;
  /** Of one header block; 0: no bound. */
  readonly maxHeadBytes: number;
  readonly streamWindow: number;
  readonly connectionWindow: number;
  /** What our SETTINGS say, by number. */
  readonly settings: readonly (readonly [id: number, value: number])[];
}

/**
 * One connection of HTTP/2 in either role (RFC 9113): frames in and out, states of streams, both windows each way, settings, and what
 * a peer may not do. What a header block means it does not know.
 */
export class Http2Connection<S extends Http2Stream = Http2Stream> implements FrameSink {
  readonly sending: Sending<S>;
  readonly receiving: Receiving;
  /** No frame is taken any more. */
  failed = false;
  private readonly user: Http2User<S>;
  private readonly limits: Http2Limits;
  private readonly reader: FrameReader;
  private readonly block: HeaderBlock;
  private readonly table: StreamTable<S>;
  private readonly control: ControlFrames<S>;
  private readonly content: ContentFrames<S>;
  private readonly idleFrames: IdleFrames;

  constructor(socket: Pick<Socket, 'write'>, timers: Timers, user: Http2User<S>, limits: Http2Limits) {
    this.user = user;
    this.limits = limits;
    this.idleFrames = new IdleFrames(timers);
    this.sending = new Sending(socket, this.idleFrames);
    this.receiving = new Receiving(this.outbox, limits.connectionWindow, limits.streamWindow);
    this.reader = new FrameReader(this, limits.server);
    this.block = new HeaderBlock(limits.maxHeadBytes);
    this.table = new StreamTable(this.sending, this.receiving, timers, limits, user);
    this.control = new ControlFrames(this.sending, this.table, user, limits.server);
    this.content = new ContentFrames(this.table, this.receiving, this.idleFrames);
    this.greet();
  }

  /** What the peer wants of us. */
  get peer(): PeerSettings {
    return this.control.peer;
  }

  get outbox(): Outbox {
    return this.sending.outbox;
  }

  /** Those that are open. */
  get streams(): ReadonlyMap<number, S> {
    return this.table.open;
  }

  /** The last stream that the peer has opened. */
  get lastRemote(): number {
    return this.table.lastRemote;
  }

  private greet(): void {
    const { outbox, limits } = this;
    if (!limits.server) outbox.out.all(frames.PREFACE);
    const payload = settingsPayload(limits.settings);
    outbox.frame(frames.SETTINGS, 0, 0, payload, 0, payload.length);
    if (limits.connectionWindow > FIRST_WINDOW) {
      outbox.number(frames.WINDOW_UPDATE, 0, limits.connectionWindow - FIRST_WINDOW);
    }
  }

  /** The peer has said its settings. */
  get greeted(): boolean {
    return this.control.settled;
  }

  /** A frame or a header block is here in part. */
  get partial(): boolean {
    return this.reader.partial || this.block.stream !== 0;
  }

  /** Takes what the peer sent. */
  push(bytes: Uint8Array, start: number, end: number): void {
    if (this.failed) return;
    const code = this.reader.push(bytes, start, end);
    if (code !== NO_ERROR) this.fail(code);
  }

  /** The socket takes bytes again. */
  onDrain(): void {
    this.sending.onDrain();
  }

  /** Ends the connection with an error of ours. */
  fail(code: number): void {
    if (this.failed) return;
    this.failed = true;
    this.goAway(this.lastRemote, code);
    this.outbox.flush();
    this.closeAll(code);
    this.user.onFailure(code);
  }

  /** The connection is gone, or about to be: all streams are told. */
  closeAll(code: number): void {
    this.failed = true;
    for (const stream of [...this.streams.values()]) this.table.gone(stream, code);
  }

  /** Tells the peer that streams above `last` won't be looked at. */
  goAway(last: number, code: number): void {
    this.outbox.goAway(last, code);
  }

  ping(): void {
    this.outbox.ping();
  }

  /** Whether a stream may be opened; clients only. */
  get canOpen(): boolean {
    return !this.failed && this.streams.size < this.peer.maxStreams && !this.table.exhausted;
  }

  /** Opens a stream; its header block must follow before another stream is opened. Clients only. */
  open(stream: S): void {
    this.register(stream, this.table.next());
  }

  private register(stream: S, id: number): void {
    stream.begin(this, id, this.peer.initialWindow, this.limits.streamWindow);
    this.table.open.set(id, stream);
  }

  onFrame(type: number, flags: number, id: number, bytes: Uint8Array, start: number, end: number): number {
    if (this.failed) return PROTOCOL_ERROR;
    if (!this.greeted && (type !== frames.SETTINGS || (flags & frames.ACK) !== 0)) return PROTOCOL_ERROR;
    if (this.block.stream !== 0) {
      if (type !== frames.CONTINUATION || id !== this.block.stream) return PROTOCOL_ERROR;
      const code = this.block.append(flags, bytes, start, end);
      return code !== NO_ERROR || this.block.stream !== 0 ? code : this.onBlock(id);
    }
    if (type === frames.HEADERS) return this.onHeaders(flags, id, bytes, start, end);
    if (type === frames.RST_STREAM) return this.onReset(id, bytes, start, end);
    if (!this.idleFrames.take()) return ENHANCE_YOUR_CALM;
    return this.control.onFrame(type, flags, id, bytes, start, end);
  }

  private onHeaders(flags: number, id: number, bytes: Uint8Array, start: number, end: number): number {
    if (id === 0 || (id & 1) === 0) return PROTOCOL_ERROR;
    if (!this.limits.server && this.table.isIdle(id)) return PROTOCOL_ERROR;
    const code = this.block.open(flags, id, bytes, start, end);
    return code !== NO_ERROR || this.block.stream !== 0 ? code : this.onBlock(id);
  }

  /** The header block of a stream is whole. */
  private onBlock(id: number): number {
    const { block } = this;
    this.idleFrames.onHead();
    const stream = this.streams.get(id);
    if (stream !== undefined) return this.onFurtherBlock(stream);
    if (this.limits.server && id > this.lastRemote) return this.onNewStream(id);
    if (!this.table.mayLinger(id)) return errors.STREAM_CLOSED;
    return this.decode(undefined, block.ended);
  }

  private decode(stream: S | undefined, ended: boolean): number {
    const { bytes, start, end } = this.block;
    return this.user.onBlock(stream, bytes, start, end, ended) ? NO_ERROR : errors.COMPRESSION_ERROR;
  }

  private onNewStream(id: number): number {
    const { block } = this;
    this.table.lastRemote = id;
    const stream = this.table.full || block.selfDependent ? undefined : this.user.accept();
    if (stream === undefined) {
      const code = this.decode(undefined, block.ended);
      return code === NO_ERROR
        ? this.table.refuse(id, block.selfDependent ? PROTOCOL_ERROR : errors.REFUSED_STREAM)
        : code;
    }
    this.register(stream, id);
    stream.remoteEnded = block.ended;
    return this.decode(stream, block.ended);
  }

  /** Trailers; to a client also the head behind an interim one. */
  private onFurtherBlock(stream: S): number {
    const { block, limits } = this;
    const fault = stream.remoteEnded
      ? errors.STREAM_CLOSED
      : block.selfDependent || (limits.server && !block.ended)
        ? PROTOCOL_ERROR
        : NO_ERROR;
    if (fault !== NO_ERROR) {
      const code = this.decode(undefined, block.ended);
      return code === NO_ERROR ? this.table.breakOff(stream, fault) : code;
    }
    stream.remoteEnded = block.ended;
    const code = this.decode(stream, block.ended);
    if (code === NO_ERROR && stream.live && stream.remoteEnded && stream.localEnded) this.table.gone(stream, NO_ERROR);
    return code;
  }

  onDataHead(flags: number, id: number, length: number): number {
    if (this.failed || !this.greeted || this.block.stream !== 0 || id === 0) return PROTOCOL_ERROR;
    return this.content.onHead(flags, id, length);
  }

  onDataPart(bytes: Uint8Array, start: number, end: number): number {
    this.content.onPart(bytes, start, end);
    return NO_ERROR;
  }

  onDataEnd(): number {
    this.content.onEnd();
    return NO_ERROR;
  }

  private onReset(id: number, bytes: Uint8Array, start: number, end: number): number {
    if (id === 0 || this.table.isIdle(id)) return PROTOCOL_ERROR;
    if (end - start !== 4) return errors.FRAME_SIZE_ERROR;
    const stream = this.streams.get(id);
    // Of a server every reset is one request less; and of a stream that is over it costs nobody anything.
    if (stream === undefined || !this.limits.server) {
      if (!this.idleFrames.take()) return ENHANCE_YOUR_CALM;
    } else if (this.table.countReset() !== NO_ERROR) return ENHANCE_YOUR_CALM;
    if (stream !== undefined) this.table.gone(stream, read32(bytes, start));
    return NO_ERROR;
  }

  onLocalEnd(stream: S): void {
    if (stream.remoteEnded) this.table.gone(stream, NO_ERROR);
    else stream.onSent();
  }

  resetStream(stream: S, code: number): void {
    this.table.reset(stream, code);
    // Malformed messages are as cheap to send as resets.
    if (code === PROTOCOL_ERROR && this.table.countReset() !== NO_ERROR) this.fail(ENHANCE_YOUR_CALM);
  }
}
