import { CR, HTAB, LF } from './chars.ts';
import { INCOMPLETE, MALFORMED } from './refusal.ts';

/**
 * Looks for the end of a head that comes in pieces, from `from` on; `start` is where the head begins. The position behind
 * the empty line, INCOMPLETE, or MALFORMED for a byte that no head may hold (so junk is refused before it ends).
 */
export function headEnd(bytes: Uint8Array, start: number, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    const byte = bytes[at]!;
    if (byte >= 32 || byte === HTAB) {
      if (at > start && bytes[at - 1] === CR) return MALFORMED;
      continue;
    }
    if (byte === LF) {
      if (at === start || bytes[at - 1] !== CR) return MALFORMED;
      if (at - start >= 3 && bytes[at - 2] === LF && bytes[at - 3] === CR) return at + 1;
    } else if (byte !== CR || (at > start && bytes[at - 1] === CR)) return MALFORMED;
  }
  return INCOMPLETE;
}
