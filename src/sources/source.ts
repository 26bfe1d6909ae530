import type { AnyResource, Location, ObjectRef, Problem } from '../resources/index.ts';

/**
 * What happened since the last batch; the first batch is everything there is. It is empty where only `problems` may have
 * changed.
 */
export interface Batch {
  readonly upserts: readonly AnyResource[];
  readonly deletes: readonly ObjectRef[];
  /** When the first event behind this batch was seen, in ms of `performance.now()`. */
  readonly since: number;
}

/** Where resources come from. It keeps the last good state of what it can't read, and says so in `problems`. */
export interface Source {
  /**
   * Reads everything, calls `onBatch` once with it (even when it is empty) and then for each change until `close`.
   * Rejects only if there is nothing to read at all (a path that does not exist), with a message for the user.
   */
  start(onBatch: (batch: Batch) => void): Promise<void>;
  /** Every problem that stands now, in the order of files and lines. */
  problems(): readonly Problem[];
  /** Where an object, or a field of it (`spec.rules[0]`), is written; the nearest parent if the field is absent. */
  locate(object: ObjectRef, path?: string): Location | undefined;
  close(): Promise<void>;
}
