import { lstatSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DirectoryWatch } from './directory-watch.ts';

/** Symbolic links to files: what they lead to lies in a directory of its own, which has to be watched too. */
export interface LinkWatch {
  /** A file was read: if it is a link, its target is watched from now on. */
  follow(path: string): void;
  forget(path: string): void;
  /** The links that lead to a file. */
  to(target: string): readonly string[];
  all(): Iterable<string>;
}

/** Where a link leads; undefined for what is no link or leads nowhere. */
function targetOf(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? realpathSync(path) : undefined;
  } catch {
    return undefined;
  }
}

export function createLinkWatch(watch: DirectoryWatch): LinkWatch {
  const targets = new Map<string, string>();
  const forget = (path: string) => {
    const target = targets.get(path);
    if (target !== undefined) watch.release(dirname(target));
    targets.delete(path);
  };
  return {
    forget,
    follow(path) {
      const target = targetOf(path);
      if (target === targets.get(path)) return;
      forget(path);
      if (target === undefined) return;
      // Where the limit on watches is reached, links are still looked at from time to time.
      watch.acquire(dirname(target));
      targets.set(path, target);
    },
    to: target => [...targets].filter(([, leads]) => leads === target).map(([path]) => path),
    all: () => targets.keys(),
  };
}
