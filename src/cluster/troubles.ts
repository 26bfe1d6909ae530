import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '../resources/index.ts';
import { isFinal, isOfServer, type Trouble } from './trouble.ts';
import { problemsOf } from './trouble-problems.ts';

/** What stands between us and the API server, by the path that was asked for. */
export interface Troubles {
  set(path: string, trouble: Trouble | undefined): void;
  problems(): readonly Problem[];
  /** What time alone, or a mended connection, may cure; one that concerns the whole server comes first. */
  passing(): Trouble | undefined;
  /** Whether the API server has been failing at this for so long that nothing should wait for it. */
  lasting(path: string): boolean;
}

interface Standing extends Trouble {
  /** In ms of `performance.now()`. */
  readonly since: number;
}

/** `patience`: how long a failure must stand until it is a lasting one, in ms. */
export function createTroubles(server: string, patience: number, changed: () => void): Troubles {
  const troubles = new Map<string, Standing>();
  let standing: readonly Problem[] = [];

  const update = () => {
    const next = problemsOf(server, [...troubles.values()], standing);
    if (isDeepStrictEqual(next, standing)) return;
    standing = next;
    changed();
  };

  return {
    set(path, trouble) {
      if (trouble) troubles.set(path, { ...trouble, since: troubles.get(path)?.since ?? performance.now() });
      else troubles.delete(path);
      update();
    },
    problems: () => standing,
    passing() {
      const passing = [...troubles.values()].filter(({ failure }) => !isFinal(failure));
      return passing.find(({ failure }) => isOfServer(failure)) ?? passing[0];
    },
    lasting(path) {
      const trouble = troubles.get(path);
      return trouble !== undefined && !isOfServer(trouble.failure) && performance.now() - trouble.since >= patience;
    },
  };
}
