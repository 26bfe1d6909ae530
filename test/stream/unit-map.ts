import type { Delta, Unit } from '../../src/ir/index.ts';

/** What stands after one delta upon another. */
export interface UnitMap {
  /** Throws where a delta takes away what is not there. */
  apply(delta: Delta): void;
  units(): readonly Unit[];
  /** Kinds, names and hashes, sorted. */
  held(): readonly string[];
}

export function createUnitMap(): UnitMap {
  const map = new Map<string, Unit>();
  return {
    apply({ upserts, removals }) {
      for (const unit of upserts) map.set(`${unit.kind} ${unit.name}`, unit);
      for (const { kind, name } of removals) {
        if (!map.delete(`${kind} ${name}`)) throw new Error(`${kind} ${name} is to be removed and is not there`);
      }
    },
    units: () => [...map.values()],
    held: () => [...map.values()].map(({ kind, name, hash }) => `${kind} ${name} ${hash}`).sort(),
  };
}
