import type { Arrival, Doorway, Guest } from '../arrival.ts';
import type { Core } from '../core.ts';
import { DownstreamConnection } from '../downstream-connection.ts';
import type { ErrorAnswer } from '../http1/error-answer.ts';
import type { HelloBytes } from '../socket.ts';
import { ByteConnection, type ByteEntry } from '../transport/byte-connection.ts';

/** Nothing was read yet. */
export const NOTHING_READ: HelloBytes = { bytes: new Uint8Array(), start: 0, end: 0 };

/** Gives a connection to whoever serves HTTP on it. `read`: what was read of it already. */
export function passRequests(core: Core, door: Doorway, arrival: Arrival, read: HelloBytes = NOTHING_READ): void {
  const guest = new DownstreamConnection(core, door, arrival);
  welcome(door, guest);
  if (read.end > read.start) arrival.socket.handler.onData(read.bytes, read.start, read.end);
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
