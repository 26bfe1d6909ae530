import { type FSWatcher, watch } from 'node:fs';
import { errorCode } from './manifest-text.ts';

export interface DirectoryEvent {
  readonly directory: string;
  readonly type: 'rename' | 'change';
  /** The entry of the directory, where the system says it. */
  readonly name: string | undefined;
  /** When it was seen, in ms of `performance.now()`. */
  readonly since: number;
}

/** Watches directories, each once however many ask for it. */
export interface DirectoryWatch {
  /** False if the system's limit on watches is reached: then the directory has to be polled. */
  acquire(directory: string): boolean;
  release(directory: string): void;
  /** Another directory has taken the place of one that is watched. */
  renew(directory: string): void;
  close(): void;
}

const LIMITS = new Set(['EMFILE', 'ENFILE', 'ENOSPC']);

interface Shared {
  readonly watcher: FSWatcher;
  users: number;
}

export function createDirectoryWatch(onEvent: (event: DirectoryEvent) => void): DirectoryWatch {
  const watchers = new Map<string, Shared>();

  const open = (directory: string): FSWatcher => {
    const watcher = watch(directory, { persistent: true }, (type, name) => {
      onEvent({ directory, type, name: name ?? undefined, since: performance.now() });
    });
    // A directory that goes away may end its watch with an error; that it went is seen by itself.
    return watcher.on('error', () => {
      onEvent({ directory, type: 'rename', name: undefined, since: performance.now() });
    });
  };

  return {
    acquire(directory) {
      const shared = watchers.get(directory);
      if (shared) shared.users++;
      if (shared) return true;
      try {
        watchers.set(directory, { watcher: open(directory), users: 1 });
        return true;
      } catch (error) {
        return !LIMITS.has(errorCode(error));
      }
    },
    release(directory) {
      const shared = watchers.get(directory);
      if (shared === undefined || --shared.users > 0) return;
      shared.watcher.close();
      watchers.delete(directory);
    },
    renew(directory) {
      const shared = watchers.get(directory);
      if (shared === undefined) return;
      shared.watcher.close();
      watchers.delete(directory);
      if (this.acquire(directory)) {
        const renewed = watchers.get(directory);
        if (renewed) renewed.users = shared.users;
      }
    },
    close() {
      for (const { watcher } of watchers.values()) watcher.close();
      watchers.clear();
    },
  };
}
