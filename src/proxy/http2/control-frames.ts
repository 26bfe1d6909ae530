import { FLOW_CONTROL_ERROR, FRAME_SIZE_ERROR, NO_ERROR, PROTOCOL_ERROR, REFUSED_STREAM } from './error-codes.ts';
import * as frames from './frames.ts';
import { read31, read32 } from './frames.ts';
import type { Http2Stream } from './http2-stream.ts';
import type { Sending } from './sending.ts';
import { PeerSettings } from './settings.ts';
import type { StreamTable } from './stream-table.ts';

/** Who hears of them. */
export interface ControlUser {
  /** `ControlFrames.peer` has changed. */
  onSettings(): void;
  /** The peer takes no further streams, and those above `last` it has not looked at: they are closed with REFUSED_STREAM next. */
  onGoAway(last: number, code: number): void;
  onPong(): void;
}

const NOTHING = new Uint8Array(0);

/**
 * What frames of a peer do that are no part of a message (RFC 9113 §6): settings, pings, windows, farewells, priorities. Methods say
 * NO_ERROR, or the error that the connection ends with.
 */
export class ControlFrames<S extends Http2Stream> {
  readonly peer = new PeerSettings();
  /** The peer has said its settings. */
  settled = false;
  private readonly sending: Sending<S>;
  private readonly table: StreamTable<S>;
  private readonly user: ControlUser;
  private readonly server: boolean;

  /** @param server we are */
  constructor(sending: Sending<S>, table: StreamTable<S>, user: ControlUser, server: boolean) {
    this.sending = sending;
    this.table = table;
    this.user = user;
    this.server = server;
  }

  onFrame(type: number, flags: number, id: number, bytes: Uint8Array, start: number, end: number): number {
    switch (type) {
      case frames.WINDOW_UPDATE:
        return end - start === 4 ? this.onWindow(id, read31(bytes, start)) : FRAME_SIZE_ERROR;
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

  private onWindow(id: number, by: number): number {
    if (id === 0) {
      if (by === 0) return PROTOCOL_ERROR;
      return this.sending.widen(by) ? NO_ERROR : FLOW_CONTROL_ERROR;
    }
    const stream = this.table.open.get(id);
    if (stream === undefined) return this.table.isIdle(id) ? PROTOCOL_ERROR : NO_ERROR;
    if (by === 0) return this.table.breakOff(stream, PROTOCOL_ERROR);
    if (!this.sending.widenStream(stream, by)) return this.table.breakOff(stream, FLOW_CONTROL_ERROR);
    this.sending.pump();
    return NO_ERROR;
  }

  private onSettings(flags: number, id: number, bytes: Uint8Array, start: number, end: number): number {
    if (id !== 0) return PROTOCOL_ERROR;
    if ((flags & frames.ACK) !== 0) return end === start ? NO_ERROR : FRAME_SIZE_ERROR;
    if ((end - start) % 6 !== 0) return FRAME_SIZE_ERROR;
    const before = this.peer.initialWindow;
    const code = this.peer.take(bytes, start, end, !this.server);
    if (code !== NO_ERROR) return code;
    this.settled = true;
    const by = this.peer.initialWindow - before;
    for (const stream of this.table.open.values()) {
      if (!this.sending.widenStream(stream, by)) return FLOW_CONTROL_ERROR;
    }
    this.sending.outbox.frame(frames.SETTINGS, frames.ACK, 0, NOTHING, 0, 0);
    this.user.onSettings();
    this.sending.pump();
    return NO_ERROR;
  }

  private onPing(flags: number, id: number, bytes: Uint8Array, start: number, end: number): number {
    if (id !== 0) return PROTOCOL_ERROR;
    if (end - start !== 8) return FRAME_SIZE_ERROR;
    if ((flags & frames.ACK) !== 0) this.user.onPong();
    else this.sending.outbox.frame(frames.PING, frames.ACK, 0, bytes, start, end);
    return NO_ERROR;
  }

  private onGoAway(id: number, bytes: Uint8Array, start: number, end: number): number {
    if (id !== 0) return PROTOCOL_ERROR;
    if (end - start < 8) return FRAME_SIZE_ERROR;
    const last = read31(bytes, start);
    const code = read32(bytes, start + 4);
    const above = this.server ? [] : [...this.table.open.values()].filter(stream => stream.id > last);
    // First of all: who hears that its stream was refused may want another at once, and not here.
    this.user.onGoAway(last, code);
    for (const stream of above) if (stream.live) this.table.gone(stream, REFUSED_STREAM);
    return NO_ERROR;
  }

  private onPriority(id: number, bytes: Uint8Array, start: number, end: number): number {
    if (id === 0) return PROTOCOL_ERROR;
    const fault = end - start !== 5 ? FRAME_SIZE_ERROR : read31(bytes, start) === id ? PROTOCOL_ERROR : NO_ERROR;
    if (fault === NO_ERROR) return NO_ERROR;
    const stream = this.table.open.get(id);
    return stream === undefined ? fault : this.table.breakOff(stream, fault);
  }
}
