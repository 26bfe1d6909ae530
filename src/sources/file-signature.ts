import { type Stats, statSync } from 'node:fs';

/** What tells two states of a file apart without reading it. Times are ms since 1970, with fractions. */
export interface FileSignature {
  readonly inode: string;
  readonly size: number;
  readonly modified: number;
  readonly changed: number;
}

/** Follows symbolic links; undefined for what is not there or may not be looked at. */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

export function inodeOf(stats: Stats): string {
  return `${stats.dev}:${stats.ino}`;
}

function signatureOf(stats: Stats): FileSignature {
  return { inode: inodeOf(stats), size: stats.size, modified: stats.mtimeMs, changed: stats.ctimeMs };
}

/** The state of a file, or undefined if there is no file of that path. */
export function fileSignature(path: string): FileSignature | undefined {
  const stats = statOf(path);
  return stats?.isFile() ? signatureOf(stats) : undefined;
}

export function sameSignature(a: FileSignature | undefined, b: FileSignature | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.inode === b.inode && a.size === b.size && a.modified === b.modified && a.changed === b.changed;
}
