import { COMMA, HTAB, SP, spells } from './chars.ts';

/** How the end of a body is told. */
export const NO_BODY = 0;
export const LENGTH = 1;
export const CHUNKED = 2;
/** By the end of the connection; responses only. */
export const UNTIL_CLOSE = 3;
/** By itself, apart from the content (HTTP/2), whose length may be known besides. */
export const UNTIL_END = 4;

export const CODING_OK = 0;
/** The list breaks the grammar, names `chunked` twice or not last. */
export const CODING_BAD = 1;
const CODING_UNKNOWN = 2;

/** Judges the value of the one Transfer-Encoding field of a message: OK only for `chunked` alone (RFC 9112 §6.1). */
export function judgeCoding(bytes: Uint8Array, start: number, end: number): number {
  if (spells(bytes, start, end, 'chunked')) return CODING_OK;
  let at = start;
  let unknown = false;
  let chunkedSeen = false;
  while (at <= end) {
    const next = elementEnd(bytes, at, end);
    const [from, to] = trimmed(bytes, at, next);
    if (from === to || chunkedSeen) return CODING_BAD;
    if (spells(bytes, from, to, 'chunked')) chunkedSeen = true;
    else unknown = true;
    at = next + 1;
  }
  return unknown ? CODING_UNKNOWN : CODING_BAD;
}

function elementEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== COMMA) at++;
  return at;
}

function trimmed(bytes: Uint8Array, start: number, end: number): [number, number] {
  let from = start;
  let to = end;
  while (from < to && (bytes[from] === SP || bytes[from] === HTAB)) from++;
  while (to > from && (bytes[to - 1] === SP || bytes[to - 1] === HTAB)) to--;
  return [from, to];
}
