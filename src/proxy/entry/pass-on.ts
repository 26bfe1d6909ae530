import type { Arrival, Doorway, Guest } from '../arrival.ts';
import type { Core } from '../core.ts';
import { DownstreamConnection } from '../downstream-connection.ts';
import type { ErrorAnswer } from '../http1/error-answer.ts';
import { Http2Downstream } from '../http2/downstream/http2-downstream.ts';
import type { HelloBytes } from '../socket.ts';
import { ByteConnection, type ByteEntry } from '../transport/byte-connection.ts';
import { readFirstBytes } from './first-bytes.ts';

/** Nothing was read yet. */
export const NOTHING_READ: HelloBytes = { bytes: new Uint8Array(), start: 0, end: 0 };

/** Gives a connection to whoever serves HTTP on it. `read`: what was read of it already. */
export function passRequests(core: Core, door: Doorway, arrival: Arrival, read: HelloBytes = NOTHING_READ): void {
  const guest = speaksHttp2(arrival, read)
    ? new Http2Downstream(core, door, arrival)
    : new DownstreamConnection(core, door, arrival);
  welcome(door, guest);
  if (read.end > read.start) arrival.socket.handler.onData(read.bytes, read.start, read.end);
}

/** Agreed on by ALPN, or in plaintext known beforehand (RFC 9113 §3.2, §3.3). */
function speaksHttp2({ tls }: Arrival, { bytes, start, end }: HelloBytes): boolean {
  return tls === undefined ? end > start && readFirstBytes(bytes, start, end) === 'http2' : tls.protocol === 'h2';
}

/** Gives a connection to a backend, as bytes. */
export function passBytes(core: Core, door: Doorway, arrival: Arrival, entry: ByteEntry, read = NOTHING_READ): void {
  const guest = new ByteConnection(core, door, arrival, entry);
  guest.start(read);
  welcome(door, guest);
}

/** Answers a client that speaks something else than is spoken here, in plaintext. */
export function refuseInPlaintext(core: Core, door: Doorway, arrival: Arrival, answer: ErrorAnswer): void {
  new DownstreamConnection(core, door, arrival).refuse(answer);
}

/** The door may have closed while the connection was on its way in. */
function welcome(door: Doorway, guest: Guest): void {
  if (door.closing) guest.retire();
}
