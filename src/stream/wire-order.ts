import { type Delta, type UnitName, WIRE_ORDER } from '../ir/index.ts';

/** Make before break: what is referred to comes before what refers to it, and goes after. Kinds of another program go last. */
export function inWireOrder({ upserts, removals }: Delta): Delta {
  return { upserts: byKind(upserts, WIRE_ORDER), removals: byKind(removals, LAST_FIRST) };
}

const LAST_FIRST = WIRE_ORDER.toReversed();

function byKind<T extends UnitName>(units: readonly T[], order: typeof WIRE_ORDER): readonly T[] {
  if (units.length < 2) return units;
  const kinds = Map.groupBy(units, unit => unit.kind);
  const all = new Set([...order, ...kinds.keys()]);
  return [...all].flatMap(kind => kinds.get(kind) ?? []);
}
