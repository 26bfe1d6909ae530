import { judgeName, type NameVerdict } from './name-traits.ts';

/** RFC 7541 appendix A: `name`, or `name: value`, in the order of their indexes, from 1. */
const ENTRIES: readonly string[] = `
:authority
:method: GET
:method: POST
:path: /
:path: /index.html
:scheme: http
:scheme: https
:status: 200
:status: 204
:status: 206
:status: 304
:status: 400
:status: 404
:status: 500
accept-charset
accept-encoding: gzip, deflate
accept-language
accept-ranges
accept
access-control-allow-origin
age
allow
authorization
cache-control
content-disposition
content-encoding
content-language
content-length
content-location
content-range
content-type
cookie
date
etag
expect
expires
from
host
if-match
if-modified-since
if-none-match
if-range
if-unmodified-since
last-modified
link
location
max-forwards
proxy-authenticate
proxy-authorization
range
referer
refresh
retry-after
server
set-cookie
strict-transport-security
transfer-encoding
user-agent
vary
via
www-authenticate`
  .trim()
  .split('\n');

export const STATIC_COUNT = 61;

/** All entries as lines `name: value\r\n`, one after the other; arrays by index, from 1. */
const LINES = ENTRIES.map(entry => (entry.includes(': ') ? `${entry}\r\n` : `${entry}: \r\n`));
export const STATIC_BYTES: Buffer = Buffer.from(LINES.join(''), 'latin1');
export const STATIC_START = new Int32Array(STATIC_COUNT + 1);
export const STATIC_NAME_LENGTH = new Int32Array(STATIC_COUNT + 1);
export const STATIC_VALUE_LENGTH = new Int32Array(STATIC_COUNT + 1);
export const STATIC_HASH = new Int32Array(STATIC_COUNT + 1);
export const STATIC_KNOWN = new Uint8Array(STATIC_COUNT + 1);
export const STATIC_TRAIT = new Uint8Array(STATIC_COUNT + 1);

/** Index of an entry by the hash of its name: of the first with that name. */
const SLOTS = 512;
const BY_NAME = new Uint8Array(SLOTS);
const slot = (hash: number): number => (hash ^ (hash >>> 9) ^ (hash >>> 18)) & (SLOTS - 1);

fill();

function fill(): void {
  const verdict: NameVerdict = { hash: 0, known: 0, trait: 0 };
  let at = 0;
  LINES.forEach((line, i) => {
    const index = i + 1;
    const nameLength = line.indexOf(': ');
    judgeName(STATIC_BYTES, at, at + nameLength, verdict);
    STATIC_START[index] = at;
    STATIC_NAME_LENGTH[index] = nameLength;
    STATIC_VALUE_LENGTH[index] = line.length - nameLength - 4;
    STATIC_HASH[index] = verdict.hash;
    STATIC_KNOWN[index] = verdict.known;
    STATIC_TRAIT[index] = verdict.trait;
    if (verdict.hash !== 0) indexName(verdict.hash, index);
    at += line.length;
  });
}

function indexName(hash: number, index: number): void {
  let at = slot(hash);
  while (BY_NAME[at] !== 0) at = (at + 1) & (SLOTS - 1);
  BY_NAME[at] = index;
}

/** Index of the first entry whose name has this hash (no two have the same), or 0. Other names may have it too. */
export function staticIndex(hash: number): number {
  for (let at = slot(hash); BY_NAME[at] !== 0; at = (at + 1) & (SLOTS - 1)) {
    if (STATIC_HASH[BY_NAME[at]!] === hash) return BY_NAME[at]!;
  }
  return 0;
}
