import { type AnyResource, refKey, refOf } from '../../resources/index.ts';
import type { Batch, Source } from '../../sources/index.ts';

/**
 * A source that several read, one after the other: whoever starts it gets everything that stands, and from then on what
 * changes, in the place of whoever had it before.
 */
export function relaySource(source: Source): Source {
  const objects = new Map<string, AnyResource>();
  let deliverTo: (batch: Batch) => void = () => {};
  let started: Promise<void> | undefined;

  function take(batch: Batch): void {
    for (const ref of batch.deletes) objects.delete(refKey(ref));
    for (const resource of batch.upserts) objects.set(refKey(refOf(resource)), resource);
    deliverTo(batch);
  }

  /** Whoever asks again after a failure has it tried again. */
  function startOnce(): Promise<void> {
    started ??= source.start(take).catch(error => {
      started = undefined;
      throw error;
    });
    return started;
  }

  return {
    async start(onBatch) {
      deliverTo = () => {};
      await startOnce();
      deliverTo = onBatch;
      onBatch({ upserts: [...objects.values()], deletes: [], since: performance.now() });
    },
    problems: () => source.problems(),
    locate: (object, path) => source.locate(object, path),
    close: () => source.close(),
  };
}
