import { type Delta, type Unit, type UnitName, WIRE_ORDER } from '../ir/index.ts';

/** Remembers which units each owner has, and says what became of them as a delta. A unit has one owner, for good. */
export interface Publisher {
  /** `owned`: all units that an owner has now, for each owner that may have changed. */
  publish(owned: Iterable<readonly [owner: string, units: readonly Unit[]]>): Delta;
}

export function createPublisher(): Publisher {
  const published = new Map<string, readonly Unit[]>();

  function publish(owned: Iterable<readonly [string, readonly Unit[]]>): Delta {
    const upserts: Unit[] = [];
    const removals: UnitName[] = [];
    for (const [owner, units] of owned) {
      const before = published.get(owner) ?? [];
      upserts.push(...units.filter(unit => !before.some(old => old.name === unit.name && old.hash === unit.hash)));
      const gone = before.filter(old => !units.some(unit => unit.name === old.name));
      removals.push(...gone.map(({ kind, name }) => ({ kind, name })));
      if (units.length > 0) published.set(owner, units);
      else published.delete(owner);
    }
    // What refers to others goes before what it refers to.
    return { upserts: upserts.sort(inWireOrder), removals: removals.sort((a, b) => inWireOrder(b, a)) };
  }

  return { publish };
}

function inWireOrder(a: UnitName, b: UnitName): number {
  return WIRE_ORDER.indexOf(a.kind) - WIRE_ORDER.indexOf(b.kind) || (a.name < b.name ? -1 : 1);
}
