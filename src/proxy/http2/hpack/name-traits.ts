import { TOKEN } from '../../http1/chars.ts';
import * as names from '../../http1/names.ts';
import { hashName, knownName, NAME_COUNT } from '../../http1/names.ts';

/** What a name means to HTTP/2 itself (RFC 9113 §8.2, §8.3). Pseudo-header fields have the numbers up to `PROTOCOL`. */
export const METHOD = 0;
export const SCHEME = 1;
export const AUTHORITY = 2;
export const PATH = 3;
export const STATUS = 4;
/** RFC 8441. */
export const PROTOCOL = 5;
export const PSEUDO_COUNT = 6;
/** Nothing. */
export const PLAIN = 6;
export const COOKIE = 7;
/** `te`, which may say `trailers` alone. */
export const TE = 8;
/** A field about one connection, which has no place in HTTP/2. */
export const OF_CONNECTION = 9;
/** No name, or one that is not in lower case, or a pseudo-header field that nobody knows. */
export const BAD_NAME = 10;

/** By id of a pseudo-header field. */
export const PSEUDO_NAMES: readonly string[] = [':method', ':scheme', ':authority', ':path', ':status', ':protocol'];
const COLON = 58;

/** What a field is known as that is known by `name`. */
export function knownAs(name: string): number {
  return knownName(hashName(name), Buffer.from(name, 'latin1'), 0, name.length);
}

const TRAIT = new Uint8Array(NAME_COUNT).fill(PLAIN);
for (const id of names.HOP_BY_HOP) TRAIT[id] = OF_CONNECTION;
TRAIT[names.TE] = TE;
TRAIT[knownAs('cookie')] = COOKIE;

/** What was found out about a name: one for all, as every name is looked at by itself. */
export interface NameVerdict {
  /** As `names.ts` makes it. */
  hash: number;
  /** Id in `names.ts`; 0 for others. */
  known: number;
  trait: number;
}

/** Looks at the name [start, end) and writes down what it is. */
export function judgeName(bytes: Uint8Array, start: number, end: number, verdict: NameVerdict): void {
  verdict.known = 0;
  verdict.hash = 0;
  if (bytes[start] === COLON && end > start) {
    verdict.trait = pseudoOf(bytes, start, end);
    return;
  }
  let hash = 0;
  let good = end > start;
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (TOKEN[byte] !== byte || byte === 0) good = false;
    hash = (Math.imul(hash, 31) + byte) | 0;
  }
  verdict.hash = hash;
  if (good) verdict.known = knownName(hash, bytes, start, end);
  verdict.trait = good ? TRAIT[verdict.known]! : BAD_NAME;
}

function pseudoOf(bytes: Uint8Array, start: number, end: number): number {
  for (let id = 0; id < PSEUDO_COUNT; id++) if (isName(bytes, start, end, PSEUDO_NAMES[id]!)) return id;
  return BAD_NAME;
}

function isName(bytes: Uint8Array, start: number, end: number, name: string): boolean {
  if (end - start !== name.length) return false;
  for (let i = 0; i < name.length; i++) if (bytes[start + i] !== name.charCodeAt(i)) return false;
  return true;
}
