import { latin1, TOKEN } from './chars.ts';

const KNOWN: readonly string[] = ['GET', 'POST', 'PUT', 'HEAD', 'DELETE', 'PATCH', 'OPTIONS', 'CONNECT', 'TRACE'];
/** Methods by length: at most three names to compare. */
const BY_LENGTH: readonly (readonly string[])[] = Array.from({ length: 8 }, (_, length) =>
  KNOWN.filter(method => method.length === length),
);
/** RFC 9110 §9.2.2. */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** The end of the token at `from`. */
export function methodEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && TOKEN[bytes[at]!] !== 0) at++;
  return at;
}

/** Whether it is one of RFC 9110, or PATCH. */
export function isKnownMethod(bytes: Uint8Array, start: number, end: number): boolean {
  return BY_LENGTH[end - start]?.some(method => isMethod(bytes, start, method)) ?? false;
}

/** The method as a string; those of RFC 9110 and PATCH without making one. */
export function methodName(bytes: Uint8Array, start: number, end: number): string {
  const candidates = BY_LENGTH[end - start];
  if (candidates !== undefined) {
    for (let i = 0; i < candidates.length; i++) if (isMethod(bytes, start, candidates[i]!)) return candidates[i]!;
  }
  return latin1(bytes, start, end);
}

function isMethod(bytes: Uint8Array, start: number, method: string): boolean {
  for (let i = 0; i < method.length; i++) if (bytes[start + i] !== method.charCodeAt(i)) return false;
  return true;
}

export function isIdempotent(method: string): boolean {
  return IDEMPOTENT.has(method);
}
