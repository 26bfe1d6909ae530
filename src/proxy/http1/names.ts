import { spells, TOKEN } from './chars.ts';

/** Field names that the proxy itself understands. A field that is none of them is only copied. */
const OTHER = 0;
export const HOST_FIELD = 1;
export const CONTENT_LENGTH = 2;
export const TRANSFER_ENCODING = 3;
export const CONNECTION = 4;
export const KEEP_ALIVE = 5;
export const PROXY_CONNECTION = 6;
export const TE = 7;
export const UPGRADE = 8;
export const HTTP2_SETTINGS = 9;
export const PROXY_AUTHENTICATE = 10;
export const PROXY_AUTHORIZATION = 11;
export const EXPECT = 12;
export const TRAILER = 13;
export const DATE = 14;
export const X_FORWARDED_FOR = 15;
export const X_FORWARDED_PROTO = 16;
export const X_FORWARDED_HOST = 17;
export const FORWARDED = 18;
export const X_REQUEST_ID = 19;
export const VIA = 20;
export const X_SLUICE_DEBUG = 21;
export const COOKIE = 22;
export const CONTENT_TYPE = 23;
export const SEC_WEBSOCKET_ACCEPT = 24;

/** Fields that are about one connection alone, in either direction (RFC 9110 §7.6.1). */
export const HOP_BY_HOP: readonly number[] = [CONNECTION, KEEP_ALIVE, PROXY_CONNECTION, TE, TRANSFER_ENCODING, UPGRADE];

/** A backend that turns field names into variables (CGI, WSGI) can't tell these from the names with dashes. */
const MISTAKABLE = [
  'content-length',
  'transfer-encoding',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-request-id',
].flatMap(underscored);

/** Nothing to the proxy, but not to be believed behind a body: who is asking, what the body is, what is to be done. */
const OF_THE_HEAD = [
  'authorization',
  'set-cookie',
  'www-authenticate',
  'content-encoding',
  'content-range',
  'range',
  'cache-control',
  'location',
  'max-forwards',
];

const NAMES: readonly string[] = [
  '',
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'upgrade',
  'http2-settings',
  'proxy-authenticate',
  'proxy-authorization',
  'expect',
  'trailer',
  'date',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'forwarded',
  'x-request-id',
  'via',
  'x-sluice-debug',
  'cookie',
  'content-type',
  'sec-websocket-accept',
  ...MISTAKABLE,
  ...OF_THE_HEAD,
];
/** Names of fields that are forwarded from nobody: only their dashes differ from those of fields that count. */
export const LOOK_ALIKES: readonly number[] = MISTAKABLE.map(name => NAMES.indexOf(name));
export const NAME_COUNT = NAMES.length;

/** All ways to write a name with underscores for some of its dashes. */
function underscored(name: string): readonly string[] {
  const [first = '', ...rest] = name.split('-');
  const all = rest.reduce((heads, part) => heads.flatMap(head => [`${head}-${part}`, `${head}_${part}`]), [first]);
  return all.filter(other => other !== name);
}

/** Hash of a name in lower case: the same that parsing rolls along (h · 31 + c). */
export function hashName(lower: string): number {
  let hash = 0;
  for (let i = 0; i < lower.length; i++) hash = (Math.imul(hash, 31) + lower.charCodeAt(i)) | 0;
  return hash;
}

/** The hash of bytes [start, end) in lower case. */
export function hashSpan(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0;
  for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + TOKEN[bytes[i]!]!) | 0;
  return hash;
}

const BUCKETS = 4096;
const slot = (hash: number): number => (hash ^ (hash >>> 12) ^ (hash >>> 24)) & (BUCKETS - 1);

const TABLE = new Uint8Array(BUCKETS);
for (let id = 1; id < NAME_COUNT; id++) {
  const at = slot(hashName(NAMES[id]!));
  if (TABLE[at] !== 0) throw new Error(`field names ${NAMES[id]} and ${NAMES[TABLE[at]!]} share a slot`);
  TABLE[at] = id;
}

/** Which of the known names bytes [start, end) are, or OTHER. */
export function knownName(hash: number, bytes: Uint8Array, start: number, end: number): number {
  const id = TABLE[slot(hash)]!;
  return id !== OTHER && spells(bytes, start, end, NAMES[id]!) ? id : OTHER;
}

/** A set of known names, as a table by id. */
export function nameSet(...ids: readonly number[]): Uint8Array {
  const set = new Uint8Array(NAME_COUNT);
  for (const id of ids) set[id] = 1;
  return set;
}
