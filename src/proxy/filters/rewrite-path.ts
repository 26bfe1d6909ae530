import type { PathChange } from '../../ir/index.ts';

/**
 * The path after a change (HTTPPathModifier; the query is no part of it). Never empty, and never `//` where prefix and
 * rest meet. With `prefix`, `path` must begin with the prefix that matched.
 */
export function changePath(change: PathChange, path: string): string {
  if (change.kind === 'full') return absolute(safePath(change.value));
  const rest = path.slice(change.prefix.length);
  const value = safePath(change.value);
  if (rest === '') return absolute(value);
  return absolute(value.replace(/\/+$/, '') + (rest.startsWith('/') ? rest : `/${rest}`));
}

function absolute(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}

/** Escapes what would end a path or a line: controls, spaces, `?`, `#` and everything outside ASCII (as UTF-8). */
function safePath(value: string): string {
  return value.replace(/[^\x21\x22\x24-\x3e\x40-\x5b\x5d-\x7e]+/g, percentEncode);
}

function percentEncode(text: string): string {
  return Array.from(new TextEncoder().encode(text), escapeByte).join('');
}

function escapeByte(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
