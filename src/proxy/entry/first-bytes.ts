import { CR, LF, SP } from '../http1/chars.ts';
import { isKnownMethod } from '../http1/methods.ts';

/** What a connection begins with, as far as it can be told. */
export type FirstBytes = 'http1' | 'http2' | 'tls' | 'more';

/** Of HTTP/2 (RFC 9113 §3.4); no request of HTTP/1.1 begins like this. */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');
/** So much of it tells it apart. */
const ENOUGH = 16;
const TLS_HANDSHAKE = 0x16;
const UPPER_A = 65;
const UPPER_Z = 90;

/**
 * A line of three words in capital letters that begins with no method anybody knows: whoever says that does not speak HTTP/1.1,
 * whose targets and versions are no such words, and would not understand an answer in it. As a preface of HTTP/2 it is refused
 * without one.
 */
function isForeign(bytes: Uint8Array, start: number, end: number): boolean {
  const first = wordEnd(bytes, start, end);
  if (first === start || bytes[first] !== SP || isKnownMethod(bytes, start, first)) return false;
  const second = wordEnd(bytes, first + 1, end);
  if (second === first + 1 || bytes[second] !== SP) return false;
  const third = wordEnd(bytes, second + 1, end);
  return third > second + 1 && bytes[third] === CR && bytes[third + 1] === LF;
}

/** Where something else than a capital letter is. */
function wordEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at]! >= UPPER_A && bytes[at]! <= UPPER_Z) at++;
  return at;
}

/** Looks at bytes[start..end) of a port of HTTP. Mostly one byte says that it is HTTP/1.1, or will be refused as such. */
export function readFirstBytes(bytes: Uint8Array, start: number, end: number): FirstBytes {
  const first = bytes[start];
  if (first === TLS_HANDSHAKE) return 'tls';
  if (isForeign(bytes, start, end)) return 'http2';
  if (first !== PREFACE[0]) return 'http1';
  const length = Math.min(end - start, ENOUGH);
  for (let at = 1; at < length; at++) if (bytes[start + at] !== PREFACE[at]) return 'http1';
  return length === ENOUGH ? 'http2' : 'more';
}
