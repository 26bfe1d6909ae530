import type { Condition, RouteStatus } from '../../translate/index.ts';
import type { RouteEvent } from '../events.ts';

/** Sums up what all parents of a route say. No parent says anything when none of them is ours. */
export function routeState(kind: string, route: string, status: RouteStatus | undefined): RouteEvent {
  const conditions = status?.parents.flatMap(parent => parent.conditions) ?? [];
  const accepted = holds(conditions, 'Accepted');
  const resolvedRefs = holds(conditions, 'ResolvedRefs');
  const message = accepted && resolvedRefs ? undefined : complaint(conditions);
  return { event: 'route', kind, route, accepted, resolvedRefs, ...(message === undefined ? {} : { message }) };
}

function holds(conditions: readonly Condition[], type: string): boolean {
  const own = conditions.filter(condition => condition.type === type);
  return own.length > 0 && own.every(condition => condition.status === 'True');
}

function complaint(conditions: readonly Condition[]): string {
  const bad = conditions.find(
    ({ type, status }) => (type === 'Accepted' || type === 'ResolvedRefs') && status !== 'True',
  );
  return bad ? `${bad.reason}: ${bad.message}` : 'none of its parents is a Gateway that is served here';
}
