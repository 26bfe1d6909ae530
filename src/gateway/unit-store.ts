import { type Delta, type Unit, type UnitName, WIRE_ORDER } from '../ir/index.ts';

/** The units that stand, after one delta upon another. */
export interface UnitStore {
  apply(delta: Delta): void;
  get(name: UnitName): Unit | undefined;
  /** In wire order. */
  all(): readonly Unit[];
}

export function createUnitStore(): UnitStore {
  const units = new Map<string, Unit>();
  return {
    apply({ upserts, removals }) {
      for (const unit of upserts) units.set(unitKey(unit), unit);
      for (const name of removals) units.delete(unitKey(name));
    },
    get: name => units.get(unitKey(name)),
    all: () => [...units.values()].sort((a, b) => WIRE_ORDER.indexOf(a.kind) - WIRE_ORDER.indexOf(b.kind)),
  };
}

function unitKey({ kind, name }: UnitName): string {
  return `${kind} ${name}`;
}
