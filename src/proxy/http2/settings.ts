import { FLOW_CONTROL_ERROR, NO_ERROR, PROTOCOL_ERROR } from './error-codes.ts';
import { FIRST_WINDOW, MAX_31, MAX_PAYLOAD, read32, write32 } from './frames.ts';

const HEADER_TABLE_SIZE = 0x1;
export const ENABLE_PUSH = 0x2;
export const MAX_CONCURRENT_STREAMS = 0x3;
export const INITIAL_WINDOW_SIZE = 0x4;
const MAX_FRAME_SIZE = 0x5;
export const MAX_HEADER_LIST_SIZE = 0x6;
/** RFC 8441 §3. */
export const ENABLE_CONNECT_PROTOCOL = 0x8;

const LARGEST_FRAME = 0xff_ffff;

/** What the peer wants of us (RFC 9113 §6.5.2), the defaults until it says otherwise. */
export class PeerSettings {
  headerTableSize = 4096;
  maxStreams = Number.POSITIVE_INFINITY;
  initialWindow = FIRST_WINDOW;
  connectProtocol = false;

  /** Takes the payload of one frame; NO_ERROR or an error of the connection. `fromServer`: only clients may ask for pushes. */
  take(bytes: Uint8Array, start: number, end: number, fromServer: boolean): number {
    for (let at = start; at < end; at += 6) {
      const id = (bytes[at]! << 8) | bytes[at + 1]!;
      const code = this.set(id, read32(bytes, at + 2), fromServer);
      if (code !== NO_ERROR) return code;
    }
    return NO_ERROR;
  }

  private set(id: number, value: number, fromServer: boolean): number {
    switch (id) {
      case HEADER_TABLE_SIZE:
        this.headerTableSize = value;
        return NO_ERROR;
      case ENABLE_PUSH:
        return value > (fromServer ? 0 : 1) ? PROTOCOL_ERROR : NO_ERROR;
      case MAX_CONCURRENT_STREAMS:
        this.maxStreams = value;
        return NO_ERROR;
      case INITIAL_WINDOW_SIZE:
        this.initialWindow = value;
        return value > MAX_31 ? FLOW_CONTROL_ERROR : NO_ERROR;
      case MAX_FRAME_SIZE:
        // We send none that is larger than what everybody takes.
        return value < MAX_PAYLOAD || value > LARGEST_FRAME ? PROTOCOL_ERROR : NO_ERROR;
      case ENABLE_CONNECT_PROTOCOL:
        return this.setConnectProtocol(value);
      default:
        return NO_ERROR;
    }
  }

  /** RFC 8441 §3: what was offered can't be taken back. */
  private setConnectProtocol(value: number): number {
    if (value > 1 || (value === 0 && this.connectProtocol)) return PROTOCOL_ERROR;
    this.connectProtocol = value === 1;
    return NO_ERROR;
  }
}

/** The payload of a SETTINGS frame. */
export function settingsPayload(pairs: readonly (readonly [id: number, value: number])[]): Uint8Array {
  const payload = new Uint8Array(pairs.length * 6);
  for (const [i, [id, value]] of pairs.entries()) {
    payload[i * 6] = id >>> 8;
    payload[i * 6 + 1] = id;
    write32(payload, i * 6 + 2, value);
  }
  return payload;
}
