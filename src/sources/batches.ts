import type { Difference } from './object-index.ts';
import type { Batch } from './source.ts';

/** Makes batches of changes: one for all that happens in a turn of the event loop. */
export interface Batches {
  /** Something is different since a time, in ms of `performance.now()`. */
  changed(since: number): void;
  /** Delivers what there is now, without waiting for the turn to end. */
  deliver(): void;
  /** Delivers everything there is as the first batch; nothing is delivered before. */
  open(onBatch: (batch: Batch) => void, since: number): void;
  close(): void;
}

export function createBatches(take: () => Difference): Batches {
  let deliverTo: ((batch: Batch) => void) | undefined;
  let changedSince: number | undefined;

  const deliver = () => {
    if (changedSince === undefined || deliverTo === undefined) return;
    const since = changedSince;
    changedSince = undefined;
    deliverTo({ ...take(), since });
  };

  return {
    deliver,
    changed(since) {
      if (changedSince === undefined) setImmediate(deliver);
      changedSince = Math.min(since, changedSince ?? since);
    },
    open(onBatch, since) {
      deliverTo = onBatch;
      changedSince = since;
      deliver();
    },
    close() {
      deliverTo = undefined;
    },
  };
}
