import { SLASH, spells } from './chars.ts';

/** What a Content-Type says of a call: none; gRPC; gRPC-Web, as bytes or in base64. */
export const NO_CALL = 0;
export const GRPC = 1;
const GRPC_WEB = 2;
export const GRPC_WEB_TEXT = 3;

const MAIN = 'application';
/** Longer ones first: each is the beginning of the next. */
const SUBTYPES = [
  ['grpc-web-text', GRPC_WEB_TEXT],
  ['grpc-web', GRPC_WEB],
  ['grpc', GRPC],
] as const;
const PLUS = 43;
const SEMICOLON = 59;

/** The kind of call whose Content-Type stands at [start, end): alone, with a message format (`+proto`), or with parameters. */
export function callKindOf(bytes: Uint8Array, start: number, end: number): number {
  const slash = start + MAIN.length;
  if (slash + SUBTYPES[2][0].length >= end || bytes[slash] !== SLASH) return NO_CALL;
  for (const [name, kind] of SUBTYPES) {
    const stop = slash + 1 + name.length;
    if (stop > end || (stop < end && bytes[stop] !== PLUS && bytes[stop] !== SEMICOLON)) continue;
    if (spells(bytes, slash + 1, stop, name)) return spells(bytes, start, slash, MAIN) ? kind : NO_CALL;
  }
  return NO_CALL;
}
