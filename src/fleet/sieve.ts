import type { Delta, UnitName } from '../ir/index.ts';
import { type UnitRejection, understand } from '../proxy/index.ts';

/** Keeps away from workers what they can't obey. */
export interface Sieve {
  /** The rest of the delta: what is left out stays as it was, and is told of until another unit of its name comes. */
  sift(delta: Delta): Delta;
  /** Workers found what shows only to them. */
  note(rejection: UnitRejection): void;
  /** What is left out now. */
  rejections(): readonly UnitRejection[];
}

/** @param version of this program */
export function createSieve(version: string | undefined): Sieve {
  const rejected = new Map<string, UnitRejection>();
  return {
    sift(delta) {
      const { taken, rejections } = understand(delta, version);
      if (rejected.size > 0) for (const name of [...delta.upserts, ...delta.removals]) rejected.delete(keyOf(name));
      for (const rejection of rejections) rejected.set(keyOf(rejection), rejection);
      return taken;
    },
    note: rejection => void rejected.set(keyOf(rejection), rejection),
    rejections: () => [...rejected.values()],
  };
}

function keyOf({ kind, name }: UnitName): string {
  return `${kind} ${name}`;
}
