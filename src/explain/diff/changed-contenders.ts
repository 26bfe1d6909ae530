import type { Contender } from './side.ts';

/** What is not the same, in the same order, in both lists of contenders of one hostname. */
export interface ChangedContenders {
  readonly before: readonly Contender[];
  readonly after: readonly Contender[];
}

/**
 * Order matters only among matches of equal rank by path, for those of different rank stand in the same order in both
 * lists. Of each such group, what begins and ends both lists alike is unchanged.
 */
export function changedContenders(before: readonly Contender[], after: readonly Contender[]): ChangedContenders {
  const old = Map.groupBy(before, tierOf);
  const fresh = Map.groupBy(after, tierOf);
  const tiers = [...new Set([...old.keys(), ...fresh.keys()])].map(tier =>
    changedInTier(old.get(tier) ?? [], fresh.get(tier) ?? []),
  );
  return { before: tiers.flatMap(each => each.before), after: tiers.flatMap(each => each.after) };
}

function tierOf({ match: { path } }: Contender): string {
  return path.kind === 'regex' ? `regex ${path.rank ?? path.value.length}` : `${path.kind} ${path.value}`;
}

function changedInTier(before: readonly Contender[], after: readonly Contender[]): ChangedContenders {
  const old = before.map(signature);
  const fresh = after.map(signature);
  const shorter = Math.min(old.length, fresh.length);
  let start = 0;
  while (start < shorter && old[start] === fresh[start]) start++;
  let end = 0;
  while (end < shorter - start && old[old.length - 1 - end] === fresh[fresh.length - 1 - end]) end++;
  return { before: before.slice(start, before.length - end), after: after.slice(start, after.length - end) };
}

function signature({ region, action }: Contender): string {
  return `${region} ${action.treatment.key}`;
}
