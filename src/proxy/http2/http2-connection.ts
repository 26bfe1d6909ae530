import type { Socket } from '../socket.ts';
import type { Timers } from '../timers.ts';
import { Allowance } from './allowance.ts';
import * as errors from './error-codes.ts';
import { ENHANCE_YOUR_CALM, NO_ERROR, PROTOCOL_ERROR } from './error-codes.ts';
import { FrameReader, type FrameSink } from './frame-reader.ts';
import * as frames from './frames.ts';
import { END_STREAM, FIRST_WINDOW, read31, read32 } from './frames.ts';
import { HeaderBlock } from './header-block.ts';
import type { Http2Stream } from './http2-stream.ts';
import type { Outbox } from './outbox.ts';
import { Receiving } from './receiving.ts';
import { Sending } from './sending.ts';
import { PeerSettings, settingsPayload } from './settings.ts';
import { StreamTable } from './stream-table.ts';

/** Whose connection it is: it understands header blocks, and makes streams. */
export interface Http2User<S extends Http2Stream = Http2Stream> {
  /** The peer opens a stream; undefined: none is taken now. Servers only. */
  accept(): S | undefined;
  /**
   * A whole header block, to be decoded in any case, so that both sides keep the same table; `stream` is undefined if nobody wants
   * it. False: it can't be decoded. `ended`: nothing follows it.
   */
  onBlock(stream: S | undefined, bytes: Uint8Array, start: number, end: number, ended: boolean): boolean;
  /** `connection.peer` has changed. */
  onSettings(): void;
  /** The peer takes no further streams, and those above `last` it has not looked at: they are closed with REFUSED_STREAM next. */
  onGoAway(last: number, code: number): void;
  onPong(): void;
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

const NOTHING = new Uint8Array(0);

/** Frames that carry nothing: settings, pings, priorities, empty content, what nobody knows, windows. */
const IDLE_FRAMES = { burst: 1_000, perSecond: 100, perData: 2, perHead: 4 };

/**
 * One connection of HTTP/2 in either role (RFC 9113): frames in and out, states of streams, both windows each way, settings, and what
 * a peer may not do. What a header block means it does not know.
 */
export class Http2Connection<S extends Http2Stream = Http2Stream> implements FrameSink {
  readonly peer = new PeerSettings();
  readonly sending: Sending<S>;
  readonly receiving: Receiving;
  /** No frame is taken any more. */
  failed = false;
  private readonly user: Http2User<S>;
  private readonly limits: Http2Limits;
  private readonly timers: Timers;
  private readonly reader: FrameReader;
  private readonly block: HeaderBlock;
  private readonly table: StreamTable<S>;
  private readonly idleFrames = new Allowance(IDLE_FRAMES.burst, IDLE_FRAMES.perSecond);
  private settled = false;
  private dataLength = 0;
  private dataEnds = false;

  constructor(socket: Pick<Socket, 'write'>, timers: Timers, user: Http2User<S>, limits: Http2Limits) {
    this.user = user;
    this.limits = limits;
    this.timers = timers;
    this.sending = new Sending(socket, this.idleFrames);
    this.receiving = new Receiving(this.outbox, limits.connectionWindow, limits.streamWindow);
    this.reader = new FrameReader(this, limits.server);
    this.block = new HeaderBlock(limits.maxHeadBytes);
    this.table = new StreamTable(this.sending, this.receiving, timers, limits, user);
    this.greet();
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
    return this.settled;
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
    const { outbox } = this;
    const at = outbox.begin(frames.GOAWAY, 0, 0);
    const { out } = outbox;
    out.room(8);
    frames.write32(out.bytes, out.length, last);
    frames.write32(out.bytes, out.length + 4, code);
    out.length += 8;
    outbox.finish(at);
  }

  ping(): void {
    const { outbox } = this;
    const at = outbox.begin(frames.PING, 0, 0);
    outbox.out.all(new Uint8Array(8));
    outbox.finish(at);
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
    if (!this.settled && (type !== frames.SETTINGS || (flags & frames.ACK) !== 0)) return PROTOCOL_ERROR;
    if (this.block.stream !== 0) {
      if (type !== frames.CONTINUATION || id !== this.block.stream) return PROTOCOL_ERROR;
      const code = this.block.append(flags, bytes, start, end);
      return code !== NO_ERROR || this.block.stream !== 0 ? code : this.onBlock(id);
    }
    if (type === frames.HEADERS) return this.onHeaders(flags, id, bytes, start, end);
    if (type === frames.RST_STREAM) return this.onReset(id, bytes, start, end);
    if (!this.idleFrames.take(this.timers.now())) return ENHANCE_YOUR_CALM;
    return this.onLesser(type, flags, id, bytes, start, end);
  }

  /** Frames that carry no part of a message. */
  private onLesser(type: number, flags: number, id: number, bytes: Uint8Array, start: number, end: number): number {
    switch (type) {
      case frames.WINDOW_UPDATE:
        return end - start === 4 ? this.onWindow(id, read31(bytes, start)) : errors.FRAME_SIZE_ERROR;
      case frames.SETTINGS:
        return this.onSettings(flags, id, bytes, start, end);
      case frames.PING:
        return this.onPing(flags, id, bytes, start, end);
      case frames.GOAWAY:
        return this.onGoAway(id, bytes, start, end);
      case frames.PRIORITY:
        return this.onPriority(id, bytes, start, end);
      case frames.PUSH_PROMISE:
      case frames.CONTINUATION:
        return PROTOCOL_ERROR;
      default:
        return NO_ERROR;
    }
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
    this.idleFrames.earn(IDLE_FRAMES.perHead);
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
    if (this.failed || !this.settled || this.block.stream !== 0 || id === 0) return PROTOCOL_ERROR;
    if (!this.receiving.count(length)) return errors.FLOW_CONTROL_ERROR;
    this.dataLength = length;
    this.dataEnds = (flags & END_STREAM) !== 0;
    this.table.reading = this.streams.get(id);
    if (length > 0) this.idleFrames.earn(IDLE_FRAMES.perData);
    else if (!this.dataEnds && !this.idleFrames.take(this.timers.now())) return ENHANCE_YOUR_CALM;
    if (this.table.reading === undefined) return this.onStrayData(id);
    if (this.table.reading.remoteEnded) return this.dropData(this.table.reading, errors.STREAM_CLOSED);
    if (this.receiving.countFor(this.table.reading, length)) return NO_ERROR;
    return this.dropData(this.table.reading, errors.FLOW_CONTROL_ERROR);
  }

  private dropData(stream: S, code: number): number {
    this.table.reading = undefined;
    return this.table.breakOff(stream, code);
  }

  private onStrayData(id: number): number {
    if (this.table.isIdle(id)) return PROTOCOL_ERROR;
    return this.table.mayLinger(id) ? NO_ERROR : errors.STREAM_CLOSED;
  }

  onDataPart(bytes: Uint8Array, start: number, end: number): number {
    if (this.table.reading !== undefined) this.table.reading.onContent(bytes, start, end);
    return NO_ERROR;
  }

  onDataEnd(): number {
    const stream = this.table.reading;
    this.table.reading = undefined;
    if (stream?.live !== true) this.receiving.grant(this.dataLength);
    else if (this.dataEnds) {
      stream.remoteEnded = true;
      this.receiving.grant(this.dataLength);
      stream.onContentEnd();
      if (stream.live && stream.localEnded) this.table.gone(stream, NO_ERROR);
    } else this.receiving.taken(stream, this.dataLength);
    return NO_ERROR;
  }

  private onReset(id: number, bytes: Uint8Array, start: number, end: number): number {
    if (id === 0 || this.table.isIdle(id)) return PROTOCOL_ERROR;
    if (end - start !== 4) return errors.FRAME_SIZE_ERROR;
    const stream = this.streams.get(id);
    // Of a server every reset is one request less; and of a stream that is over it costs nobody anything.
    if (stream === undefined || !this.limits.server) {
      if (!this.idleFrames.take(this.timers.now())) return ENHANCE_YOUR_CALM;
    } else if (this.table.countReset() !== NO_ERROR) return ENHANCE_YOUR_CALM;
    if (stream !== undefined) this.table.gone(stream, read32(bytes, start));
    return NO_ERROR;
  }

  private onPriority(id: number, bytes: Uint8Array, start: number, end: number): number {
    if (id === 0) return PROTOCOL_ERROR;
    const fault = end - start !== 5 ? errors.FRAME_SIZE_ERROR : read31(bytes, start) === id ? PROTOCOL_ERROR : NO_ERROR;
    if (fault === NO_ERROR) return NO_ERROR;
    const stream = this.streams.get(id);
    return stream === undefined ? fault : this.table.breakOff(stream, fault);
  }

  private onSettings(flags: number, id: number, bytes: Uint8Array, start: number, end: number): number {
    if (id !== 0) return PROTOCOL_ERROR;
    if ((flags & frames.ACK) !== 0) return end === start ? NO_ERROR : errors.FRAME_SIZE_ERROR;
    if ((end - start) % 6 !== 0) return errors.FRAME_SIZE_ERROR;
    const before = this.peer.initialWindow;
    const code = this.peer.take(bytes, start, end, !this.limits.server);
    if (code !== NO_ERROR) return code;
    this.settled = true;
    const by = this.peer.initialWindow - before;
    for (const stream of this.streams.values()) {
      if (!this.sending.widenStream(stream, by)) return errors.FLOW_CONTROL_ERROR;
    }
    this.outbox.frame(frames.SETTINGS, frames.ACK, 0, NOTHING, 0, 0);
    this.user.onSettings();
    this.sending.pump();
    return NO_ERROR;
  }

  private onPing(flags: number, id: number, bytes: Uint8Array, start: number, end: number): number {
    if (id !== 0) return PROTOCOL_ERROR;
    if (end - start !== 8) return errors.FRAME_SIZE_ERROR;
    if ((flags & frames.ACK) !== 0) this.user.onPong();
    else this.outbox.frame(frames.PING, frames.ACK, 0, bytes, start, end);
    return NO_ERROR;
  }

  private onGoAway(id: number, bytes: Uint8Array, start: number, end: number): number {
    if (id !== 0) return PROTOCOL_ERROR;
    if (end - start < 8) return errors.FRAME_SIZE_ERROR;
    const last = read31(bytes, start);
    const code = read32(bytes, start + 4);
    const above = this.limits.server ? [] : [...this.streams.values()].filter(stream => stream.id > last);
    // First of all: who hears that its stream was refused may want another at once, and not here.
    this.user.onGoAway(last, code);
    for (const stream of above) if (stream.live) this.table.gone(stream, errors.REFUSED_STREAM);
    return NO_ERROR;
  }

  private onWindow(id: number, by: number): number {
    if (id === 0) {
      if (by === 0) return PROTOCOL_ERROR;
      return this.sending.widen(by) ? NO_ERROR : errors.FLOW_CONTROL_ERROR;
    }
    const stream = this.streams.get(id);
    if (stream === undefined) return this.table.isIdle(id) ? PROTOCOL_ERROR : NO_ERROR;
    if (by === 0) return this.table.breakOff(stream, PROTOCOL_ERROR);
    if (!this.sending.widenStream(stream, by)) return this.table.breakOff(stream, errors.FLOW_CONTROL_ERROR);
    this.sending.pump();
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
