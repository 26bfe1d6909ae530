import type { Route } from '../ir/index.ts';
import { createCandidate } from './candidate.ts';
import type { Leaf } from './leaf.ts';
import type { ListenerTable } from './listener-table.ts';
import { normalizeMatch } from './normalize-match.ts';
import { getLeaf, getPathIndex } from './path-index.ts';
import type { Patterns } from './patterns.ts';
import type { CompileRule, Entry, RoutedRoute } from './router.ts';

/** What is kept of a route unit, what was compiled of each rule, and the leaves in which its candidates stand. */
export interface PlacedRoute<T> {
  readonly route: RoutedRoute;
  /** One per rule, in the order of `route.rules`. */
  readonly actions: readonly T[];
  leaves: Leaf<T>[];
}

/** A route that stands in no leaf yet. */
export function compileRoute<T>(unit: Route, compileRule: CompileRule<T>): PlacedRoute<T> {
  const { name, hash, route, created, attachments } = unit;
  const rules = unit.rules.map(({ index, ruleName, matches }) => {
    return { index, matches, ...(ruleName !== undefined && { ruleName }) };
  });
  const actions = unit.rules.map(rule => compileRule(unit, rule));
  return { route: { name, hash, route, created, attachments, rules }, actions, leaves: [] };
}

/** Puts a candidate per listener, hostname, rule and match into its leaf; unknown listeners wait for their unit. */
export function placeRoute<T>(
  placed: PlacedRoute<T>,
  tables: ReadonlyMap<string, ListenerTable<T>>,
  patterns: Patterns,
): void {
  for (const { listener, hostnames } of placed.route.attachments) {
    const table = tables.get(listener);
    if (!table?.listener) continue;
    for (const hostname of hostnames) placeUnder(placed, table, hostname, patterns);
  }
  // A copy: what was pushed into an empty array keeps room for sixteen more.
  placed.leaves = placed.leaves.slice();
}

function placeUnder<T>(placed: PlacedRoute<T>, table: ListenerTable<T>, hostname: string, patterns: Patterns): void {
  const { route, actions, leaves } = placed;
  const listener = table.listener!;
  const paths = getPathIndex(table.hosts, hostname);
  route.rules.forEach((rule, position) => {
    const action = actions[position]!;
    rule.matches.forEach((match, matchIndex) => {
      const leaf = getLeaf(paths, normalizeMatch(match.path), patterns);
      const entry: Entry<T> = { listener, hostname, route, rule, match, matchIndex, action };
      leaf.candidates.push(createCandidate(entry, patterns));
      leaves.push(leaf);
    });
  });
}
