import { type Delta, type Unit, unitKey } from '../ir/index.ts';

/** A unit of a scope that is another now. */
export interface UnitChange {
  readonly key: string;
  readonly before: Unit | undefined;
  readonly now: Unit | undefined;
}

/** Does to `units` what the delta says, and tells what is different for that. */
export function applyDelta(units: Map<string, Unit>, { upserts, removals }: Delta): readonly UnitChange[] {
  const changes: UnitChange[] = [];
  for (const now of upserts) {
    const key = unitKey(now);
    const before = units.get(key);
    units.set(key, now);
    if (before?.hash !== now.hash) changes.push({ key, before, now });
  }
  for (const name of removals) {
    const key = unitKey(name);
    const before = units.get(key);
    if (units.delete(key)) changes.push({ key, before, now: undefined });
  }
  return changes;
}
