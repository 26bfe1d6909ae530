import { dirname } from 'node:path';
import { inodeOf, statOf } from './file-signature.ts';
import type { Root } from './roots.ts';

/** A path that is missing for less (ms) is being replaced. */
const GRACE = 100;

export interface RootPorts {
  /** The path has been missing since a time, for longer than it takes to replace it. */
  missing(root: Root, since: number): void;
  /** The path is there, after it was missing. */
  back(root: Root): void;
  /** Another directory may have the path now: it must be watched and read anew. */
  renew(root: Root): void;
}

/** Looks after the paths that the user gave: no directory that is watched says what becomes of them. */
export interface RootWatch {
  check(): void;
  /** A directory was deleted or moved away; another may have its path, and even its inode number, by now. */
  suspect(directory: string): void;
  close(): void;
}

export function createRootWatch(roots: () => readonly Root[], ports: RootPorts): RootWatch {
  let timer: NodeJS.Timeout | undefined;

  const miss = (root: Root) => {
    root.missed ??= performance.now();
    if (performance.now() - root.missed >= GRACE) ports.missing(root, root.missed);
    else timer ??= setTimeout(checkAgain, GRACE + 1);
  };

  const see = (root: Root, inode: string) => {
    const replaced = root.inode === '' || (root.kind === 'directory' && inode !== root.inode);
    const missed = root.missed !== undefined;
    root.inode = inode;
    root.missed = undefined;
    if (missed) ports.back(root);
    if (missed || replaced) ports.renew(root);
  };

  const check = () => {
    for (const root of roots()) {
      if (root.kind === 'stream') continue;
      const stats = statOf(root.path);
      if (stats) see(root, inodeOf(stats));
      else miss(root);
    }
  };

  const checkAgain = () => {
    timer = undefined;
    check();
  };

  return {
    check,
    suspect(directory) {
      for (const root of roots()) if (root.path === directory || dirname(root.path) === directory) root.inode = '';
      check();
    },
    close: () => clearTimeout(timer),
  };
}
