import type { PathMatch } from '../ir/index.ts';
import { normalizePath } from './normalize-path.ts';

/** A path condition in the form in which requests are compared with it: `/%c3%a9` in a manifest is `/%C3%A9`. */
export function normalizeMatch(path: PathMatch): PathMatch {
  if (path.kind === 'regex' || path.value === '') return path;
  const value = normalizePath(path.value) ?? path.value;
  return value === path.value ? path : { kind: path.kind, value };
}
