import type { PathChange } from '../../ir/index.ts';

/** What becomes of the path of a request. */
export function sayPathChange(change: PathChange): string {
  if (change.kind === 'full') return `path ${change.value}`;
  return `${change.value || '/'} in place of ${change.prefix || '/'}`;
}
