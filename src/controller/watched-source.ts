import type { Problem } from '../resources/index.ts';
import type { Batch, Source } from '../sources/index.ts';

export interface WatchedSourceOptions {
  readonly source: Source;
  /** Nothing is read before. */
  readonly after: Promise<void>;
  /** What stands in the way beside what the source tells, such as statuses that can't be written. */
  readonly problems: () => readonly Problem[];
}

export interface WatchedSource extends Source {
  /** `problems` gives others than before. */
  changed(): void;
}

/** A source that waits for its time, and tells the problems of others with its own: they reach the user by the one way there is. */
export function watchedSource({ source, after, problems }: WatchedSourceOptions): WatchedSource {
  const closing = Promise.withResolvers<void>();
  let closed = false;
  let deliver: ((batch: Batch) => void) | undefined;
  return {
    async start(onBatch) {
      await Promise.race([after, closing.promise]);
      if (closed) return;
      await source.start(batch => {
        deliver = onBatch;
        onBatch(batch);
      });
    },
    problems: () => [...source.problems(), ...problems()],
    locate: source.locate,
    changed: () => deliver?.({ upserts: [], deletes: [], since: performance.now() }),
    close() {
      closed = true;
      closing.resolve();
      deliver = undefined;
      return source.close();
    },
  };
}
