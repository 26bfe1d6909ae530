import { SLASH, spells } from './chars.ts';

const MAIN = 'application';
const SUB = 'grpc';
const PLUS = 43;
const SEMICOLON = 59;

/** Whether a Content-Type is that of gRPC: `application/grpc`, alone or with `+proto` or parameters; not `grpc-web`. */
export function namesGrpc(bytes: Uint8Array, start: number, end: number): boolean {
  const slash = start + MAIN.length;
  const stop = slash + 1 + SUB.length;
  if (end < stop || bytes[slash] !== SLASH) return false;
  if (end > stop && bytes[stop] !== PLUS && bytes[stop] !== SEMICOLON) return false;
  return spells(bytes, slash + 1, stop, SUB) && spells(bytes, start, slash, MAIN);
}
