import { listenerLabel } from '../ir/index.ts';
import type { Entry, Loser, LostListener, Miss } from '../router/index.ts';
import type { ConfigView } from './config-view.ts';
import type { ListenerFacts, LoserFacts, MatchFacts, OtherListener } from './explanation.ts';
import { adviceOn, sayMatch, sayMiss, sayStep } from './match-words.ts';
import { placeOf, sourceAt } from './place.ts';

type Named = Pick<Entry<unknown>, 'route' | 'rule' | 'match' | 'matchIndex'>;

/** `kind/namespace/name` of an entry's route, as an object. */
export function routeObject({ route }: { readonly route: { readonly name: string; readonly route: string } }): {
  kind: string;
  namespace: string;
  name: string;
} {
  const [namespace = '', name = ''] = route.route.split('/');
  return { kind: route.name.split('/', 1)[0] ?? '', namespace, name };
}

export function describeLoser(view: ConfigView, { entry, misses, beatenBy }: Loser): LoserFacts {
  const reason = beatenBy ? `holds too, but comes later: ${sayStep(beatenBy)}` : sayMisses(misses);
  return {
    route: entry.route.route,
    rule: entry.rule.index,
    match: entry.matchIndex,
    reason: reason === '' ? 'holds too' : reason,
    ...placeOfMatch(view, entry),
  };
}

/** Where one thing only is missing, what would mend it is worth a word. */
function sayMisses(misses: readonly Miss[]): string {
  const words = misses.map(sayMiss).join('; ');
  const [only, ...others] = misses;
  const isBeside = only?.kind === 'path' || only?.kind === 'host';
  const advice = isBeside && others.length === 0 ? adviceOn(only) : undefined;
  return advice === undefined ? words : `${words} (${advice})`;
}

export function describeMatch(view: ConfigView, entry: Entry<unknown>): MatchFacts {
  const { route, rule, match, matchIndex, hostname } = entry;
  return {
    kind: routeObject(entry).kind,
    route: route.route,
    rule: rule.index,
    ...(rule.ruleName !== undefined && { ruleName: rule.ruleName }),
    match: matchIndex,
    conditions: sayMatch(match),
    hostname,
    ...placeOfMatch(view, entry),
  };
}

/** A rule without matches has its default one nowhere: its place is the rule's. */
export function placeOfMatch(view: ConfigView, entry: Named): { readonly source?: string } {
  const object = routeObject(entry);
  const rule = `spec.rules[${entry.rule.index}]`;
  const found = view.locate(object, `${rule}.matches[${entry.matchIndex}]`);
  return found ? sourceAt(found) : placeOf(view, object, rule);
}

export function describeListener(view: ConfigView, { listener }: Pick<Entry<unknown>, 'listener'>): ListenerFacts {
  const { gateway, port, hostname, origin } = listener;
  const name = listenerLabel(listener);
  return { gateway, name, port, hostname, ...placeOf(view, origin, origin.field) };
}

const WHY_LOST: Readonly<Record<LostListener['why'], string>> = {
  'other-host': 'its hostname does not mean the host',
  'less-specific': 'it has the host too, but the more specific hostname goes first',
  later: 'it has the same hostname, and the first listener of the socket goes first',
};

export function describeOther({ listener, why }: LostListener): OtherListener {
  const { gateway, hostname } = listener;
  const name = listenerLabel(listener);
  return { gateway, name, hostname, reason: WHY_LOST[why] };
}
