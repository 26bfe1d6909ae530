import { type Delta, type Unit, type UnitName, unitKey, WIRE_ORDER } from '../ir/index.ts';

/** The units that stand, after one delta upon another. */
export interface UnitStore {
  apply(delta: Delta): void;
  get(name: UnitName): Unit | undefined;
  /** In wire order; the same list for as long as nothing changes. */
  all(): readonly Unit[];
}

export function createUnitStore(): UnitStore {
  const units = new Map<string, Unit>();
  let ordered: readonly Unit[] | undefined;

  function inWireOrder(): readonly Unit[] {
    return [...units.values()].sort((a, b) => WIRE_ORDER.indexOf(a.kind) - WIRE_ORDER.indexOf(b.kind));
  }

  return {
    apply({ upserts, removals }) {
      ordered = undefined;
      for (const unit of upserts) units.set(unitKey(unit), unit);
      for (const name of removals) units.delete(unitKey(name));
    },
    get: name => units.get(unitKey(name)),
    all() {
      ordered ??= inWireOrder();
      return ordered;
    },
  };
}
