import type { Socket } from '../socket.ts';
import type { Timers } from '../timers.ts';
import { Allowance } from './allowance.ts';
import * as errors from './error-codes.ts';
import { ENHANCE_YOUR_CALM, NO_ERROR, PROTOCOL_ERROR } from './error-codes.ts';
import { FrameReader, type FrameSink } from './frame-reader.ts';
import * as frames from './frames.ts';
import { END_HEADERS, END_STREAM, FIRST_WINDOW, MAX_31, MAX_PAYLOAD, read31, read32 } from './frames.ts';
import { HeaderBlock } from './header-block.ts';
import type { Http2Stream } from './http2-stream.ts';
import { Outbox } from './outbox.ts';
import { PeerSettings, settingsPayload } from './settings.ts';

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
  /** Streams that the peer may have open. */
  readonly maxStreams: number;
  /** Of one header block; 0: no bound. */
  readonly maxHeadBytes: number;
  readonly streamWindow: number;
  readonly connectionWindow: number;
  /** What our SETTINGS say, by number. */
  readonly settings: readonly (readonly [id: number, value: number])[];
}

/** Streams that we have reset, and whose last frames may still be on their way: a peer has no more open than it may. */
const REMEMBERED = 256;
const NOTHING = new Uint8Array(0);

/** Resets: cheap to ask for, and each has cost a request (CVE-2023-44487). */
const RESETS = { burst: 500, perSecond: 50, perStream: 0.5 };
/** Frames that carry nothing: settings, pings, priorities, empty content, what nobody knows, windows. */
const IDLE_FRAMES = { burst: 1_000, perSecond: 100, perData: 2, perHead: 4 };

/**
 * One connection of HTTP/2 in either role (RFC 9113): frames in and out, states of streams, both windows each way, settings, and what
 * a peer may not do. What a header block means it does not know.
 */
export class Http2Connection<S extends Http2Stream = Http2Stream> implements FrameSink {
  readonly peer = new PeerSettings();
  readonly outbox: Outbox;
  readonly streams = new Map<number, S>();
  /** The last stream that the peer has opened. */
  lastRemote = 0;
  /** No frame is taken any more. */
  failed = false;
  private readonly user: Http2User<S>;
  private readonly limits: Http2Limits;
  private readonly timers: Timers;
  private readonly reader: FrameReader;
  private readonly block: HeaderBlock;
  private readonly resets = new Allowance(RESETS.burst, RESETS.perSecond);
  private readonly idleFrames = new Allowance(IDLE_FRAMES.burst, IDLE_FRAMES.perSecond);
  private readonly ready: S[] = [];
  private forgotten: Int32Array | undefined = undefined;
  private forgottenAt = 0;
  private settled = false;
  private nextLocal = 1;
  private sendWindow = FIRST_WINDOW;
  private receiveLeft: number;
  private owed = 0;
  private data: S | undefined = undefined;
  private dataLength = 0;
  private dataEnds = false;
  private pumping = false;

  constructor(socket: Pick<Socket, 'write'>, timers: Timers, user: Http2User<S>, limits: Http2Limits) {
    this.user = user;
    this.limits = limits;
    this.timers = timers;
    this.outbox = new Outbox(socket);
    this.reader = new FrameReader(this, limits.server);
    this.block = new HeaderBlock(limits.maxHeadBytes);
    this.receiveLeft = limits.connectionWindow;
    this.greet();
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
    this.outbox.blocked = false;
    this.pump();
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
    for (const stream of [...this.streams.values()]) this.gone(stream, code);
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
    return !this.failed && this.streams.size < this.peer.maxStreams && this.nextLocal <= MAX_31;
  }

  /** Opens a stream; its header block must follow before another stream is opened. Clients only. */
  open(stream: S): void {
    this.register(stream, this.nextLocal);
    this.nextLocal += 2;
  }

  private register(stream: S, id: number): void {
    stream.begin(this, id, this.peer.initialWindow, this.limits.streamWindow);
    this.streams.set(id, stream);
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
    if (!this.limits.server && id >= this.nextLocal) return PROTOCOL_ERROR;
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
    if (this.limits.server && !this.remembers(id)) return errors.STREAM_CLOSED;
    return this.decode(undefined, block.ended);
  }

  private decode(stream: S | undefined, ended: boolean): number {
    const { bytes, start, end } = this.block;
    return this.user.onBlock(stream, bytes, start, end, ended) ? NO_ERROR : errors.COMPRESSION_ERROR;
  }

  private onNewStream(id: number): number {
    const { block, limits } = this;
    this.lastRemote = id;
    const stream = this.streams.size < limits.maxStreams ? this.user.accept() : undefined;
    if (stream === undefined || block.selfDependent) {
      const code = this.decode(undefined, block.ended);
      return code === NO_ERROR ? this.refuse(id, block.selfDependent ? PROTOCOL_ERROR : errors.REFUSED_STREAM) : code;
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
      return code === NO_ERROR ? this.breakOff(stream, fault) : code;
    }
    stream.remoteEnded = block.ended;
    const code = this.decode(stream, block.ended);
    if (code === NO_ERROR && stream.live && stream.remoteEnded && stream.localEnded) this.gone(stream, NO_ERROR);
    return code;
  }

  /** Resets a stream of which nobody knows but us. */
  private refuse(id: number, code: number): number {
    this.sendReset(id, code);
    return this.resets.take(this.timers.now()) ? NO_ERROR : ENHANCE_YOUR_CALM;
  }

  /** An error of the peer's that one stream pays for. */
  private breakOff(stream: S, code: number): number {
    this.sendReset(stream.id, code);
    this.gone(stream, code);
    return this.resets.take(this.timers.now()) ? NO_ERROR : ENHANCE_YOUR_CALM;
  }

  onDataHead(flags: number, id: number, length: number): number {
    if (this.failed || !this.settled || this.block.stream !== 0 || id === 0) return PROTOCOL_ERROR;
    this.receiveLeft -= length;
    if (this.receiveLeft < 0) return errors.FLOW_CONTROL_ERROR;
    this.dataLength = length;
    this.dataEnds = (flags & END_STREAM) !== 0;
    this.data = this.streams.get(id);
    if (length > 0) this.idleFrames.earn(IDLE_FRAMES.perData);
    else if (!this.dataEnds && !this.idleFrames.take(this.timers.now())) return ENHANCE_YOUR_CALM;
    if (this.data === undefined) return this.onStrayData(id);
    if (this.data.remoteEnded) return this.dropData(this.data, errors.STREAM_CLOSED);
    this.data.receiveLeft -= length;
    return this.data.receiveLeft < 0 ? this.dropData(this.data, errors.FLOW_CONTROL_ERROR) : NO_ERROR;
  }

  private dropData(stream: S, code: number): number {
    this.data = undefined;
    return this.breakOff(stream, code);
  }

  private onStrayData(id: number): number {
    if (this.isIdle(id)) return PROTOCOL_ERROR;
    return !this.limits.server || this.remembers(id) ? NO_ERROR : errors.STREAM_CLOSED;
  }

  onDataPart(bytes: Uint8Array, start: number, end: number): number {
    if (this.data?.live === true) this.data.onContent(bytes, start, end);
    return NO_ERROR;
  }

  onDataEnd(): number {
    const stream = this.data;
    this.data = undefined;
    if (stream?.live !== true) {
      this.grant(this.dataLength);
      return NO_ERROR;
    }
    if (this.dataEnds) {
      stream.remoteEnded = true;
      this.grant(this.dataLength);
      stream.onContentEnd();
      if (stream.live && stream.localEnded) this.gone(stream, NO_ERROR);
    } else if (stream.held) stream.heldBytes += this.dataLength;
    else this.grantStream(stream, this.dataLength);
    return NO_ERROR;
  }

  private grantStream(stream: Http2Stream, count: number): void {
    stream.owed += count;
    if (!stream.remoteEnded && stream.owed * 2 >= this.limits.streamWindow) {
      this.outbox.number(frames.WINDOW_UPDATE, stream.id, stream.owed);
      stream.receiveLeft += stream.owed;
      stream.owed = 0;
    }
    this.grant(count);
  }

  /** Gives the peer the connection's window back, a good part of it at a time. */
  private grant(count: number): void {
    this.owed += count;
    if (this.owed * 2 < this.limits.connectionWindow || this.failed) return;
    this.outbox.number(frames.WINDOW_UPDATE, 0, this.owed);
    this.receiveLeft += this.owed;
    this.owed = 0;
  }

  private onReset(id: number, bytes: Uint8Array, start: number, end: number): number {
    if (id === 0 || this.isIdle(id)) return PROTOCOL_ERROR;
    if (end - start !== 4) return errors.FRAME_SIZE_ERROR;
    if (!this.resets.take(this.timers.now())) return ENHANCE_YOUR_CALM;
    const stream = this.streams.get(id);
    if (stream !== undefined) this.gone(stream, read32(bytes, start));
    return NO_ERROR;
  }

  private onPriority(id: number, bytes: Uint8Array, start: number, end: number): number {
    if (id === 0) return PROTOCOL_ERROR;
    const fault = end - start !== 5 ? errors.FRAME_SIZE_ERROR : read31(bytes, start) === id ? PROTOCOL_ERROR : NO_ERROR;
    if (fault === NO_ERROR) return NO_ERROR;
    const stream = this.streams.get(id);
    return stream === undefined ? fault : this.breakOff(stream, fault);
  }

  private onSettings(flags: number, id: number, bytes: Uint8Array, start: number, end: number): number {
    if (id !== 0) return PROTOCOL_ERROR;
    if ((flags & frames.ACK) !== 0) return end === start ? NO_ERROR : errors.FRAME_SIZE_ERROR;
    if ((end - start) % 6 !== 0) return errors.FRAME_SIZE_ERROR;
    const before = this.peer.initialWindow;
    const code = this.peer.take(bytes, start, end, !this.limits.server);
    if (code !== NO_ERROR) return code;
    this.settled = true;
    if (!this.moveWindows(this.peer.initialWindow - before)) return errors.FLOW_CONTROL_ERROR;
    this.outbox.frame(frames.SETTINGS, frames.ACK, 0, NOTHING, 0, 0);
    this.user.onSettings();
    this.pump();
    return NO_ERROR;
  }

  /** RFC 9113 §6.9.2: windows of open streams move by the difference, and may become negative. */
  private moveWindows(by: number): boolean {
    if (by === 0) return true;
    for (const stream of this.streams.values()) {
      stream.sendWindow += by;
      if (stream.sendWindow > MAX_31) return false;
      if (stream.sendWindow > 0 && stream.waiting) this.enqueue(stream);
    }
    return true;
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
    for (const stream of above) if (stream.live) this.gone(stream, errors.REFUSED_STREAM);
    return NO_ERROR;
  }

  private onWindow(id: number, by: number): number {
    if (id === 0) {
      this.sendWindow += by;
      if (by === 0) return PROTOCOL_ERROR;
      if (this.sendWindow > MAX_31) return errors.FLOW_CONTROL_ERROR;
      this.pump();
      return NO_ERROR;
    }
    const stream = this.streams.get(id);
    if (stream === undefined) return this.isIdle(id) ? PROTOCOL_ERROR : NO_ERROR;
    stream.sendWindow += by;
    if (by === 0) return this.breakOff(stream, PROTOCOL_ERROR);
    if (stream.sendWindow > MAX_31) return this.breakOff(stream, errors.FLOW_CONTROL_ERROR);
    if (stream.waiting) {
      this.enqueue(stream);
      this.pump();
    }
    return NO_ERROR;
  }

  /** Nobody has opened it yet. */
  private isIdle(id: number): boolean {
    if ((id & 1) === 0) return true;
    return this.limits.server ? id > this.lastRemote : id >= this.nextLocal;
  }

  /** Sends as much content as the windows allow; the position behind it. */
  sendContent(stream: Http2Stream, bytes: Uint8Array, start: number, end: number): number {
    const { outbox } = this;
    let at = start;
    while (at < end && !outbox.blocked) {
      const count = Math.min(end - at, MAX_PAYLOAD, stream.sendWindow, this.sendWindow);
      if (count <= 0) break;
      stream.lastTurn = outbox.turn;
      stream.lastAt = outbox.data(0, stream.id, bytes, at, at + count);
      stream.sendWindow -= count;
      this.sendWindow -= count;
      this.idleFrames.earn(IDLE_FRAMES.perData);
      at += count;
    }
    return at;
  }

  /** Ends our side of a stream: with its last frame, if that has not left yet. */
  sendEnd(stream: Http2Stream): void {
    const { outbox } = this;
    if (stream.lastTurn === outbox.turn) outbox.mark(stream.lastAt, END_STREAM);
    else outbox.data(END_STREAM, stream.id, NOTHING, 0, 0);
  }

  beginBlock(stream: Http2Stream, ended: boolean): number {
    const { outbox } = this;
    // The buffer may move to the next write while the stream thinks of this one.
    const { out } = outbox;
    stream.lastTurn = outbox.turn;
    stream.lastAt = out.length;
    return outbox.begin(frames.HEADERS, ended ? END_HEADERS | END_STREAM : END_HEADERS, stream.id);
  }

  finishBlock(at: number): void {
    this.outbox.finishBlock(at);
  }

  onLocalEnd(stream: S): void {
    if (stream.remoteEnded) this.gone(stream, NO_ERROR);
    else stream.onSent();
  }

  /** Puts a stream at the end of the line of those that have something to send. */
  enqueue(stream: S): void {
    if (stream.queued) return;
    stream.queued = true;
    this.ready.push(stream);
  }

  /** Lets one stream after the other send a frame, as long as there is room. */
  private pump(): void {
    if (this.pumping) return;
    this.pumping = true;
    const { ready, outbox } = this;
    while (ready.length > 0 && !outbox.blocked && this.sendWindow > 0) {
      const stream = ready.shift()!;
      stream.queued = false;
      if (stream.live) stream.pump();
    }
    this.pumping = false;
  }

  /** What a stream held is taken. */
  release(stream: Http2Stream): void {
    const { heldBytes } = stream;
    stream.heldBytes = 0;
    if (heldBytes > 0) this.grantStream(stream, heldBytes);
  }

  resetStream(stream: S, code: number): void {
    this.sendReset(stream.id, code);
    this.leave(stream);
    // Malformed messages are as cheap to send as resets.
    if (code === PROTOCOL_ERROR && !this.resets.take(this.timers.now())) this.fail(ENHANCE_YOUR_CALM);
  }

  private sendReset(id: number, code: number): void {
    this.forgotten ??= new Int32Array(REMEMBERED);
    this.forgotten[this.forgottenAt] = id;
    this.forgottenAt = (this.forgottenAt + 1) % REMEMBERED;
    this.outbox.number(frames.RST_STREAM, id, code);
  }

  private remembers(id: number): boolean {
    return this.forgotten?.includes(id) === true;
  }

  private gone(stream: S, code: number): void {
    if (code === NO_ERROR) this.resets.earn(RESETS.perStream);
    this.leave(stream, code);
  }

  private leave(stream: S, code = -1): void {
    this.streams.delete(stream.id);
    if (this.data === stream) this.data = undefined;
    if (stream.queued) this.ready.splice(this.ready.indexOf(stream), 1);
    const { heldBytes } = stream;
    stream.detach();
    if (heldBytes > 0) this.grant(heldBytes);
    if (code >= 0) stream.onClosed(code);
    this.user.onStreamGone(stream);
  }
}
