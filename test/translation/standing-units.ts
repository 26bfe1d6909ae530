import type { Delta, Unit } from '../../src/ir/index.ts';

/** Takes a delta into the units that stand, by `Kind name`. */
export function take(units: Map<string, Unit>, { upserts, removals }: Delta): void {
  for (const unit of upserts) units.set(`${unit.kind} ${unit.name}`, unit);
  for (const { kind, name } of removals) units.delete(`${kind} ${name}`);
}
