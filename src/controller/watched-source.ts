import type { Problem } from '../resources/index.ts';
import type { Batch, Source } from '../sources/index.ts';

/** Something beside the source that may stand in the way, such as the writing of statuses. */
export interface Troubled {
  problems(): readonly Problem[];
}

export interface WatchedSource extends Source {
  /** One of the others has other problems than before. */
  changed(): void;
}

/** A source that tells the problems of others with its own, so that they reach the user by the one way there is. */
export function watchedSource(source: Source, others: readonly Troubled[]): WatchedSource {
  let deliver: ((batch: Batch) => void) | undefined;
  return {
    start: onBatch =>
      source.start(batch => {
        deliver = onBatch;
        onBatch(batch);
      }),
    problems: () => [...source.problems(), ...others.flatMap(other => other.problems())],
    locate: source.locate,
    changed: () => deliver?.({ upserts: [], deletes: [], since: performance.now() }),
    close() {
      deliver = undefined;
      return source.close();
    },
  };
}
