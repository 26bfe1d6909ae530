import type { Socket } from '../socket.ts';

/** Descriptions of RFC 8446 §6.2. */
export const DECODE_ERROR = 50;
export const INTERNAL_ERROR = 80;
export const UNRECOGNIZED_NAME = 112;

/** Tells a TLS client, before any handshake, why there will be none. */
export function sendAlert(socket: Socket, description: number): void {
  socket.write(Uint8Array.of(0x15, 3, 3, 0, 2, 2, description), 0, 7);
}
