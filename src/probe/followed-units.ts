import { type Delta, type Unit, type UnitName, WIRE_ORDER } from '../ir/index.ts';

/** A list of units that is replaced by another, again and again. */
export interface FollowedUnits {
  /** What differs from the list of before; costs a look at each unit. */
  take(units: readonly Unit[]): Delta;
  get<K extends Unit['kind']>(kind: K, name: string): Extract<Unit, { kind: K }> | undefined;
  names(kind: Unit['kind']): Iterable<string>;
}

export function createFollowedUnits(): FollowedUnits {
  const known = new Map(WIRE_ORDER.map(kind => [kind, new Map<string, Unit>()]));
  let followed: readonly Unit[] = [];

  function forgetAllBut(units: readonly Unit[]): readonly UnitName[] {
    const present = new Set(units);
    const gone = [...known.values()].flatMap(own => [...own.values()]).filter(unit => !present.has(unit));
    for (const { kind, name } of gone) known.get(kind)!.delete(name);
    return gone.map(({ kind, name }) => ({ kind, name }));
  }

  return {
    take(units) {
      if (units === followed) return { upserts: [], removals: [] };
      followed = units;
      const upserts = units.filter(unit => {
        const own = known.get(unit.kind)!;
        const before = own.get(unit.name);
        if (before !== unit) own.set(unit.name, unit);
        return before?.hash !== unit.hash;
      });
      const number = [...known.values()].reduce((sum, own) => sum + own.size, 0);
      return { upserts, removals: number > units.length ? forgetAllBut(units) : [] };
    },
    get<K extends Unit['kind']>(kind: K, name: string) {
      const found = known.get(kind)!.get(name);
      return found && isOf(found, kind) ? found : undefined;
    },
    names: kind => known.get(kind)!.keys(),
  };
}

function isOf<K extends Unit['kind']>(unit: Unit, kind: K): unit is Extract<Unit, { kind: K }> {
  return unit.kind === kind;
}
