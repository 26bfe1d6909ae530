import type { Problem } from '../../resources/index.ts';
import { sameJson } from '../same-json.ts';

/** What stands in the way of writing, each problem under a key of its own. */
export interface WriteProblems {
  set(key: string, problem: Problem): void;
  delete(key: string): void;
  clear(): void;
  /** In the order of their keys. */
  all(): readonly Problem[];
}

export function createWriteProblems(changed: () => void): WriteProblems {
  const standing = new Map<string, Problem>();
  return {
    set(key, problem) {
      if (sameJson(standing.get(key), problem)) return;
      standing.set(key, problem);
      changed();
    },
    delete(key) {
      if (standing.delete(key)) changed();
    },
    clear() {
      if (standing.size === 0) return;
      standing.clear();
      changed();
    },
    all: () => [...standing].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, problem]) => problem),
  };
}
