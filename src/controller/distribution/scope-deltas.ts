import type { Delta, Unit, UnitName } from '../../ir/index.ts';

/** Deltas that follow one another as one, by scope: of each unit the last word counts. */
export function joinDeltas(all: readonly ReadonlyMap<string, Delta>[]): ReadonlyMap<string, Delta> {
  const filled = all.filter(deltas => deltas.size > 0);
  if (filled.length === 1) return filled[0]!;
  const scopes = new Set(filled.flatMap(deltas => [...deltas.keys()]));
  return new Map([...scopes].map(scope => [scope, join(filled.flatMap(deltas => deltas.get(scope) ?? []))] as const));
}

function join(deltas: readonly Delta[]): Delta {
  const last = new Map<string, { readonly upsert: Unit } | { readonly removal: UnitName }>();
  for (const { upserts, removals } of deltas) {
    for (const upsert of upserts) last.set(`${upsert.kind} ${upsert.name}`, { upsert });
    for (const removal of removals) last.set(`${removal.kind} ${removal.name}`, { removal });
  }
  const words = [...last.values()];
  return {
    upserts: words.flatMap(word => ('upsert' in word ? word.upsert : [])),
    removals: words.flatMap(word => ('removal' in word ? word.removal : [])),
  };
}
