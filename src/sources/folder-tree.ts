import { type Dirent, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { DirectoryWatch } from './directory-watch.ts';
import type { FileId } from './file-set.ts';
import { inodeOf, statOf } from './file-signature.ts';
import { errorCode } from './manifest-text.ts';

/** A directory that is read; `name` as the user would write it. */
export interface Directory {
  readonly path: string;
  readonly name: string;
  readonly rank: number;
  readonly inode: string;
}

export interface TreePorts {
  readonly watch: DirectoryWatch | undefined;
  /** A file of manifests is there; it may be known already. */
  found(id: FileId): void;
  /** A directory can't be watched, for the system's limit is reached. */
  unwatched(directory: Directory): void;
  /** A directory was listed, or could not be. */
  listed(directory: Directory, error?: unknown): void;
}

/** The directories below the paths that the user gave. */
export interface FolderTree {
  has(path: string): boolean;
  get(path: string): Directory | undefined;
  /** Watches a directory and finds what is in it, unless it is there already under another path. */
  add(path: string, name: string, rank: number): void;
  /** Forgets a directory and all below it. */
  drop(path: string): void;
  /** Lists a directory again. */
  rescan(path: string): void;
  all(): readonly string[];
}

/** Hidden entries and what editors leave behind are no manifests. */
export function isVisible(name: string): boolean {
  return !name.startsWith('.') && !name.endsWith('~');
}

export function isManifestName(name: string): boolean {
  return isVisible(name) && /\.(ya?ml|json)$/i.test(name);
}

export function createFolderTree(ports: TreePorts): FolderTree {
  const directories = new Map<string, Directory>();
  /** Links may lead to one directory twice, or around in a circle: it is read once. */
  const byInode = new Map<string, string>();

  const entriesOf = (directory: Directory): readonly Dirent[] => {
    try {
      const entries = readdirSync(directory.path, { withFileTypes: true });
      ports.listed(directory);
      return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') ports.listed(directory, error);
      return [];
    }
  };

  const visit = (directory: Directory, entry: Dirent) => {
    if (!isVisible(entry.name)) return;
    const path = join(directory.path, entry.name);
    const type = entry.isSymbolicLink() ? statOf(path) : entry;
    const name = join(directory.name, entry.name);
    if (type?.isDirectory()) tree.add(path, name, directory.rank);
    else if (type?.isFile() && isManifestName(entry.name)) {
      ports.found({ key: path, name, rank: directory.rank, named: false });
    }
  };

  const tree: FolderTree = {
    has: path => directories.has(path),
    get: path => directories.get(path),
    all: () => [...directories.keys()],
    add(path, name, rank) {
      const stats = statOf(path);
      if (stats === undefined || directories.has(path) || byInode.has(inodeOf(stats))) return;
      const directory = { path, name, rank, inode: inodeOf(stats) };
      directories.set(path, directory);
      byInode.set(directory.inode, path);
      // Watched first, then listed: what comes in between is seen twice rather than never.
      if (ports.watch?.acquire(path) === false) ports.unwatched(directory);
      tree.rescan(path);
    },
    drop(path) {
      for (const directory of [...directories.values()]) {
        if (directory.path !== path && !directory.path.startsWith(path + sep)) continue;
        directories.delete(directory.path);
        byInode.delete(directory.inode);
        ports.watch?.release(directory.path);
      }
    },
    rescan(path) {
      const directory = directories.get(path);
      if (directory === undefined) return;
      for (const entry of entriesOf(directory)) visit(directory, entry);
    },
  };
  return tree;
}
