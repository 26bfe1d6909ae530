import { hkdfSync } from 'node:crypto';

/** How long a key seals tickets; ms. Who comes with an older ticket makes a whole handshake. */
export const TICKET_PERIOD = 12 * 3_600_000;

/**
 * The key of session tickets (48 bytes, as OpenSSL wants it) in a period of {@link TICKET_PERIOD}, counted since 1970: derived from
 * the secret that all threads share, so that a session that began with one is resumed by any, and no key has to travel.
 */
export function ticketKey(secret: Uint8Array, period: number): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `tls tickets ${period}`, 48));
}

export function ticketPeriod(now: number): number {
  return Math.floor(now / TICKET_PERIOD);
}
