import { HTAB, latin1, SP, spells } from '../http1/chars.ts';
import { hashName } from '../http1/names.ts';
import type { RequestHead } from '../http1/request-head.ts';

const COOKIE = 'cookie';
const COOKIE_HASH = hashName(COOKIE);
const COMMA = 44;
const SEMICOLON = 59;
const EQUALS = 61;
/** A browser may send several cookies of one name, of several paths or domains; nobody has this many by chance. */
const MAX_TOKENS = 4;

/** How the requests of a rule carry their token. */
export interface Carried {
  /** Name of a cookie; undefined: it has a field of its own. */
  readonly cookie: Uint8Array | undefined;
  /** Name of that field, in lower case, and its hash. */
  readonly field: string;
  readonly fieldHash: number;
}

const found: string[] = [];

export function carriedBy(carrier: { readonly kind: 'cookie' | 'header'; readonly name: string }): Carried {
  if (carrier.kind === 'cookie') {
    return { cookie: Buffer.from(carrier.name, 'latin1'), field: COOKIE, fieldHash: COOKIE_HASH };
  }
  const field = carrier.name.toLowerCase();
  return { cookie: undefined, field, fieldHash: hashName(field) };
}

/** All that stands where a token of the rule would: valid until the next call. */
export function findTokens({ bytes, fields }: RequestHead, carried: Carried): readonly string[] {
  const { hash, start, nameEnd, valueStart, valueEnd, count } = fields;
  found.length = 0;
  for (let i = 0; i < count; i++) {
    if (hash[i] !== carried.fieldHash || !spells(bytes, start[i]!, nameEnd[i]!, carried.field)) continue;
    if (carried.cookie !== undefined) findCookies(bytes, valueStart[i]!, valueEnd[i]!, carried.cookie);
    else findMembers(bytes, valueStart[i]!, valueEnd[i]!);
  }
  return found;
}

/** `name=value; name=value` (RFC 6265 §4.2.1); names are compared with their case. */
function findCookies(bytes: Uint8Array, from: number, end: number, name: Uint8Array): void {
  for (let at = from; at < end; ) {
    while (at < end && (isBlank(bytes[at]) || bytes[at] === SEMICOLON)) at++;
    const value = at + name.length + 1;
    const ours = value <= end && bytes[value - 1] === EQUALS && begins(bytes, at, name);
    while (at < end && bytes[at] !== SEMICOLON) at++;
    if (ours) take(bytes, value, at);
  }
}

/** Whoever joins the lines of one field puts a comma between them (RFC 9110 §5.3); no token has one. */
function findMembers(bytes: Uint8Array, from: number, end: number): void {
  for (let at = from; at <= end; at++) {
    const start = at;
    while (at < end && bytes[at] !== COMMA) at++;
    take(bytes, start, at);
  }
}

function begins(bytes: Uint8Array, at: number, name: Uint8Array): boolean {
  for (let i = 0; i < name.length; i++) if (bytes[at + i] !== name[i]) return false;
  return true;
}

function take(bytes: Uint8Array, start: number, end: number): void {
  if (found.length === MAX_TOKENS) return;
  let first = start;
  let last = end;
  while (first < last && isBlank(bytes[first])) first++;
  while (last > first && isBlank(bytes[last - 1])) last--;
  if (last > first) found.push(latin1(bytes, first, last));
}

function isBlank(byte: number | undefined): boolean {
  return byte === SP || byte === HTAB;
}
