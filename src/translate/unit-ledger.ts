import { type Delta, type Unit, type UnitName, WIRE_ORDER } from '../ir/index.ts';

/** Remembers which units each owner has, and says what became of them as a delta. A unit has one owner, for good. */
export interface UnitLedger {
  /** `owned`: all units that an owner has now, for each owner that may have changed. */
  record(owned: Iterable<readonly [owner: string, units: readonly Unit[]]>): Delta;
}

export function createUnitLedger(): UnitLedger {
  const known = new Map<string, readonly Unit[]>();

  function record(owned: Iterable<readonly [string, readonly Unit[]]>): Delta {
    const upserts: Unit[] = [];
    const removals: UnitName[] = [];
    for (const [owner, units] of owned) {
      const before = known.get(owner) ?? [];
      upserts.push(...units.filter(unit => !before.some(old => old.name === unit.name && old.hash === unit.hash)));
      const gone = before.filter(old => !units.some(unit => unit.name === old.name));
      removals.push(...gone.map(({ kind, name }) => ({ kind, name })));
      if (units.length > 0) known.set(owner, units);
      else known.delete(owner);
    }
    // What refers to others goes before what it refers to.
    return { upserts: upserts.sort(inWireOrder), removals: removals.sort((a, b) => inWireOrder(b, a)) };
  }

  return { record };
}

function inWireOrder(a: UnitName, b: UnitName): number {
  return WIRE_ORDER.indexOf(a.kind) - WIRE_ORDER.indexOf(b.kind) || (a.name < b.name ? -1 : 1);
}
