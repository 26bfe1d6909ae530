import { resolve } from 'node:path';
import { inodeOf, statOf } from './file-signature.ts';

/** A path that the user gave. */
export interface Root {
  /** Absolute; '-' for standard input. */
  readonly path: string;
  /** As the user wrote it. */
  readonly name: string;
  readonly rank: number;
  /** `stream`: can be read once and not watched, such as standard input or a pipe. */
  readonly kind: 'directory' | 'file' | 'stream';
  /** Of the directory that is watched under this path. */
  inode: string;
  /** When it was first missed, in ms of `performance.now()`, while it is. */
  missed: number | undefined;
}

function openRoot(name: string, rank: number): Root {
  if (name === '-') return { path: '-', name: 'stdin', rank, kind: 'stream', inode: '', missed: undefined };
  // As from a variable that is not set; it must not come to mean the working directory.
  if (name === '') throw new Error('a PATH is empty; name a file or a folder, for example . or k8s/');
  const path = resolve(name);
  const stats = statOf(path);
  if (stats === undefined) throw new Error(`${name}: no such file or directory`);
  const kind = stats.isDirectory() ? 'directory' : stats.isFile() ? 'file' : 'stream';
  return { path, name, rank, kind, inode: inodeOf(stats), missed: undefined };
}

/** The paths that the user gave, each once. Throws an Error for the user if one does not exist. */
export function openRoots(names: readonly string[]): readonly Root[] {
  const roots = names.map(openRoot);
  return roots.filter((root, index) => roots.findIndex(({ path }) => path === root.path) === index);
}
