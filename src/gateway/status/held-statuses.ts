import { refKey } from '../../resources/index.ts';
import type { Output } from '../../translate/index.ts';

export type StatusChange = Output['statuses'][number];

/**
 * Statuses that wait until the data plane has taken what they rest on. Of one object the latest counts, and none is told
 * before what came before it may be; objects that have nothing to do with each other don't wait for each other.
 */
export interface HeldStatuses {
  hold(changes: readonly StatusChange[], taken: Promise<void>): void;
  /** Resolves when none waits. */
  idle(): Promise<void>;
}

/** `release` gets each object once at a time. */
export function createHeldStatuses(release: (changes: readonly StatusChange[]) => void): HeldStatuses {
  /** By object: when the last one that waits may be told. */
  const waiting = new Map<string, Promise<void>>();
  const due = new Map<string, StatusChange>();
  const pending = new Set<Promise<void>>();
  let flushing: Promise<void> | undefined;

  /** In the next turn: what becomes due at one time is told once. */
  function flush(): Promise<void> {
    flushing ??= new Promise(resolve =>
      setImmediate(() => {
        const changes = [...due.values()];
        due.clear();
        flushing = undefined;
        release(changes);
        resolve();
      }),
    );
    return flushing;
  }

  async function wait(
    entries: readonly (readonly [string, StatusChange])[],
    before: readonly Promise<void>[],
    taken: Promise<void>,
  ): Promise<void> {
    await Promise.all([taken, ...before]);
    for (const [key, change] of entries) due.set(key, change);
    void flush();
  }

  return {
    hold(changes, taken) {
      if (changes.length === 0) return;
      const entries = changes.map(change => [refKey(change.object), change] as const);
      const before = new Set(entries.flatMap(([key]) => waiting.get(key) ?? []));
      const told = wait(entries, [...before], taken)
        // A data plane that is closed takes nothing any more.
        .catch(() => {})
        .then(() => {
          pending.delete(told);
          for (const [key] of entries) if (waiting.get(key) === told) waiting.delete(key);
        });
      pending.add(told);
      for (const [key] of entries) waiting.set(key, told);
    },
    async idle() {
      while (pending.size > 0) await Promise.all(pending);
      await flushing;
    },
  };
}
