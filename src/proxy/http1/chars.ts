/** Tables over bytes (RFC 9110 §5.6.2, RFC 9112): one load per byte decides what it may be. */

/** A tchar in lower case, or 0 for a byte that no token may hold. */
export const TOKEN = new Uint8Array(256);
/** 1 for a byte that a field value may hold: HTAB, SP, visible ASCII and obs-text. */
export const VALUE = new Uint8Array(256);
/** 1 for a byte that a request target may hold: visible ASCII without `#`; what a path may hold is the router's affair. */
export const TARGET = new Uint8Array(256);
/** Value of a hexadecimal digit, or 255. */
export const HEX = new Uint8Array(256).fill(255);
/** 1 for a byte of a registered name: unreserved characters and sub-delims, no escapes. */
export const HOST = new Uint8Array(256);

export const CR = 13;
export const LF = 10;
export const SP = 32;
export const HTAB = 9;
export const COLON = 58;
export const COMMA = 44;
export const SLASH = 47;

function mark(table: Uint8Array, characters: string): void {
  for (let i = 0; i < characters.length; i++) table[characters.charCodeAt(i)] = 1;
}

const DIGITS = '0123456789';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const TCHAR = `!#$%&'*+-.^_\`|~${DIGITS}${LOWER}${LOWER.toUpperCase()}`;

for (const character of TCHAR) TOKEN[character.charCodeAt(0)] = character.toLowerCase().charCodeAt(0);
for (let byte = 0x20; byte < 256; byte++) VALUE[byte] = byte === 0x7f ? 0 : 1;
VALUE[HTAB] = 1;
for (let byte = 0x21; byte < 0x7f; byte++) TARGET[byte] = 1;
TARGET[0x23] = 0;
for (let digit = 0; digit < 16; digit++) {
  HEX[digit.toString(16).charCodeAt(0)] = digit;
  HEX[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}
mark(HOST, `${DIGITS}${LOWER}${LOWER.toUpperCase()}-._~!$&'()*+,;=`);

/** The text of bytes [start, end), one character per byte. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  return start === end ? '' : Buffer.prototype.latin1Slice.call(bytes, start, end);
}

/** Whether bytes [start, end) spell `lower`, whatever their case. */
export function spells(bytes: Uint8Array, start: number, end: number, lower: string): boolean {
  if (end - start !== lower.length) return false;
  for (let i = 0; i < lower.length; i++) if (TOKEN[bytes[start + i]!] !== lower.charCodeAt(i)) return false;
  return true;
}
