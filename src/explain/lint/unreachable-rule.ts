import { type ObjectRef, refKey } from '../../resources/index.ts';
import type { MatchRef } from '../match-ref.ts';
import type { Shadow } from '../symbolic/shadow.ts';
import { unreachableRules } from '../symbolic/unreachable.ts';
import type { Finding } from './finding.ts';
import type { LintSubject } from './subject.ts';

/** Rules and matches that others leave no requests. Hosts that another listener owns are told as HostnameTaken. */
export function shadowedRules(subject: LintSubject): readonly Finding[] {
  return unreachableRules(subject.units).flatMap(shadow => {
    const route = subject.get(shadow.route);
    const written = (route?.kind === 'HTTPRoute' && route.spec.rules[shadow.rule]?.matches?.length) || 1;
    // Behind those that are written stand those of preflights (CORS), which are nobody's to mend.
    if (!shadow.by || (shadow.match ?? 0) >= written) return [];
    return [describe(shadow, shadow.by, subject)];
  });
}

function describe({ route, rule, match, all, why }: Shadow, by: MatchRef, { placeOf }: LintSubject): Finding {
  const others = new Set(all.map(each => `${refKey(each.route)} ${each.rule}`)).size - 1;
  const more = others > 0 ? `, together with ${others === 1 ? 'another rule' : `${others} other rules`},` : '';
  const taker = `${nameOf(by, route)} (${placeOf(by.route, `spec.rules[${by.rule}]`)})`;
  const what = match === undefined ? 'the rule' : 'this match';
  return {
    code: 'UnreachableRule',
    object: route,
    path: `spec.rules[${rule}]${match === undefined ? '' : `.matches[${match}]`}`,
    message: `no request can reach ${what}: ${taker}${more} takes them all, for ${why}`,
  };
}

function nameOf(by: MatchRef, own: ObjectRef): string {
  const rule = `match ${by.match} of rule ${by.rule}`;
  return refKey(by.route) === refKey(own) ? rule : `${rule} of ${by.route.kind} ${by.route.namespace}/${by.route.name}`;
}
