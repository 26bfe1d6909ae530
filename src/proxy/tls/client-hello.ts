/** What a TLS client says first, as far as it decides where its connection goes. */
export interface ClientHello {
  /** SNI in lower case, without closing dot; '' if there is none. Under ECH it is the name that everybody may read. */
  readonly serverName: string;
  /** Offered by ALPN. */
  readonly h2: boolean;
  readonly http11: boolean;
  /** Any protocol was offered by ALPN. */
  readonly alpn: boolean;
}

/** Why bytes are no ClientHello that we take. */
export type HelloFault = 'not-tls' | 'malformed' | 'too-large' | 'server-name';

/** `needs`: so many bytes in all, at least, before it is worth another look. */
export type HelloRead =
  | { readonly kind: 'hello'; readonly hello: ClientHello }
  | { readonly kind: 'needs'; readonly bytes: number }
  | { readonly kind: 'fault'; readonly fault: HelloFault };

/** With its records, in bytes: key shares of post-quantum groups are some KiB, and there may be several. */
export const MAX_HELLO_BYTES = 65_536;
/** Of records that one hello may be cut into; clients cut it in two or three to hide its name. */
const MAX_RECORDS = 64;
const RECORD_HEADER = 5;
/** RFC 8446 §5.1. */
const MAX_RECORD = 16_384;
const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const HELLO_HEADER = 4;
const SERVER_NAME = 0;
const ALPN = 16;
/** A name in DNS has no more characters. */
const LONGEST_NAME = 253;

const NOT_TLS: HelloRead = { kind: 'fault', fault: 'not-tls' };
const MALFORMED: HelloRead = { kind: 'fault', fault: 'malformed' };
const TOO_LARGE: HelloRead = { kind: 'fault', fault: 'too-large' };
const BAD_NAME: HelloRead = { kind: 'fault', fault: 'server-name' };

/** Holds a hello that came in several records, put together; valid until the next one. */
let joined = Buffer.alloc(0);

/**
 * Reads the ClientHello at the start of bytes[start..end) (RFC 8446 §4.1.2, RFC 6066 §3, RFC 7301), however it is cut into
 * records. It is not checked beyond what is read of it: OpenSSL, or the backend, reads it again.
 */
export function readClientHello(bytes: Uint8Array, start: number, end: number): HelloRead {
  let at = start;
  let size = 0;
  let wanted = HELLO_HEADER;
  for (let records = 0; ; records++) {
    const fault = faultOfRecord(bytes, at, end);
    if (fault !== undefined) return fault;
    if (at + RECORD_HEADER > end) return needs(at + RECORD_HEADER - start);
    const length = (bytes[at + 3]! << 8) | bytes[at + 4]!;
    const from = at + RECORD_HEADER;
    // What is here of it may be enough to see that it is too long, or no hello at all.
    if (size === 0 && end > from && bytes[from] !== CLIENT_HELLO) return MALFORMED;
    if (size === 0 && length >= HELLO_HEADER && end >= from + HELLO_HEADER) wanted = wantedAt(bytes, from);
    if (wanted > MAX_HELLO_BYTES || records === MAX_RECORDS) return TOO_LARGE;
    if (from + length > end) return needs(Math.min(from + length, MAX_HELLO_BYTES + RECORD_HEADER) - start);
    if (size === 0 && length >= wanted) return readHello(bytes, from + HELLO_HEADER, from + wanted);
    join(bytes, from, length, size);
    size += length;
    if (size >= HELLO_HEADER) wanted = wantedAt(joined, 0);
    if (wanted > MAX_HELLO_BYTES) return TOO_LARGE;
    if (size >= wanted) return readHello(joined, HELLO_HEADER, wanted);
    at = from + length;
  }
}

function faultOfRecord(bytes: Uint8Array, at: number, end: number): HelloRead | undefined {
  if (at < end && bytes[at] !== HANDSHAKE) return NOT_TLS;
  if (at + 1 < end && bytes[at + 1] !== 3) return NOT_TLS;
  if (at + RECORD_HEADER > end) return undefined;
  const length = (bytes[at + 3]! << 8) | bytes[at + 4]!;
  return length === 0 || length > MAX_RECORD ? MALFORMED : undefined;
}

function needs(bytes: number): HelloRead {
  return { kind: 'needs', bytes };
}

/** Of the whole handshake message that begins at `at`, with its header. */
function wantedAt(bytes: Uint8Array, at: number): number {
  return HELLO_HEADER + ((bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!);
}

function join(bytes: Uint8Array, from: number, length: number, size: number): void {
  if (joined.length < size + length) {
    const larger = Buffer.alloc(Math.max(4_096, 2 * (size + length)));
    larger.set(joined.subarray(0, size));
    joined = larger;
  }
  joined.set(bytes.subarray(from, from + length), size);
}

/** The body of a hello: version, random, session id, cipher suites, compression methods, extensions. */
function readHello(bytes: Uint8Array, start: number, end: number): HelloRead {
  let at = start + 34;
  at = behind8(bytes, at, end);
  at = behind16(bytes, at, end);
  at = behind8(bytes, at, end);
  if (at < 0) return MALFORMED;
  if (at === end) return { kind: 'hello', hello: { serverName: '', h2: false, http11: false, alpn: false } };
  if (behind16(bytes, at, end) !== end) return MALFORMED;
  return readExtensions(bytes, at + 2, end);
}

/** Behind a vector whose length stands in one byte; -1 if it is longer than what is there. */
function behind8(bytes: Uint8Array, at: number, end: number): number {
  if (at < 0 || at + 1 > end) return -1;
  const next = at + 1 + bytes[at]!;
  return next > end ? -1 : next;
}

function behind16(bytes: Uint8Array, at: number, end: number): number {
  if (at < 0 || at + 2 > end) return -1;
  const next = at + 2 + ((bytes[at]! << 8) | bytes[at + 1]!);
  return next > end ? -1 : next;
}

function readExtensions(bytes: Uint8Array, start: number, end: number): HelloRead {
  let name: string | undefined;
  let offered = 0;
  for (let at = start; at < end; ) {
    const next = behind16(bytes, at + 2, end);
    if (next < 0) return MALFORMED;
    const type = (bytes[at]! << 8) | bytes[at + 1]!;
    if (type === SERVER_NAME) {
      if (name !== undefined) return MALFORMED;
      const found = readName(bytes, at + 4, next);
      if (typeof found !== 'string') return found;
      name = found;
    } else if (type === ALPN) {
      offered |= readProtocols(bytes, at + 4, next);
      if (offered < 0) return MALFORMED;
    }
    at = next;
  }
  const hello = {
    serverName: name ?? '',
    h2: (offered & H2) !== 0,
    http11: (offered & HTTP11) !== 0,
    alpn: offered !== 0,
  };
  return { kind: 'hello', hello };
}

/** One name, of type host_name: no other type was ever given a number, and no client sends two. */
function readName(bytes: Uint8Array, start: number, end: number): string | HelloRead {
  if (behind16(bytes, start, end) !== end || start + 2 === end) return MALFORMED;
  if (bytes[start + 2] !== 0 || behind16(bytes, start + 3, end) !== end) return MALFORMED;
  const from = start + 5;
  const to = end > from && bytes[end - 1] === DOT ? end - 1 : end;
  if (to === from || to - from > LONGEST_NAME) return BAD_NAME;
  for (let at = from; at < to; at++) if (NAME_BYTES[bytes[at]!] === 0) return BAD_NAME;
  return Buffer.prototype.latin1Slice.call(bytes, from, to).toLowerCase();
}

const DOT = 0x2e;
/** Letters, digits, `-`, `_` and `.`. */
const NAME_BYTES = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number(/^[A-Za-z0-9._-]$/.test(String.fromCharCode(byte))),
);

const OFFERED = 1;
const H2 = 2;
const HTTP11 = 4;

/** Bits of what is offered; negative if it is malformed. */
function readProtocols(bytes: Uint8Array, start: number, end: number): number {
  if (behind16(bytes, start, end) !== end || start + 2 === end) return -1;
  let offered = OFFERED;
  for (let at = start + 2; at < end; ) {
    const next = behind8(bytes, at, end);
    if (next < 0 || next === at + 1) return -1;
    const length = next - at - 1;
    if (length === 2 && bytes[at + 1] === 0x68 && bytes[at + 2] === 0x32) offered |= H2;
    else if (length === 8 && Buffer.prototype.latin1Slice.call(bytes, at + 1, next) === 'http/1.1') offered |= HTTP11;
    at = next;
  }
  return offered;
}
