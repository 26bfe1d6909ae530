/** What a connection begins with, as far as it can be told. */
export type FirstBytes = 'http1' | 'http2' | 'tls' | 'more';

/** Of HTTP/2 (RFC 9113 §3.4); no request of HTTP/1.1 begins like this. */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');
/** So much of it tells it apart. */
const ENOUGH = 16;
const TLS_HANDSHAKE = 0x16;

/** Looks at bytes[start..end) of a port of HTTP. Mostly one byte says that it is HTTP/1.1, or will be refused as such. */
export function readFirstBytes(bytes: Uint8Array, start: number, end: number): FirstBytes {
  const first = bytes[start];
  if (first === TLS_HANDSHAKE) return 'tls';
  if (first !== PREFACE[0]) return 'http1';
  const length = Math.min(end - start, ENOUGH);
  for (let at = 1; at < length; at++) if (bytes[start + at] !== PREFACE[at]) return 'http1';
  return length === ENOUGH ? 'http2' : 'more';
}
