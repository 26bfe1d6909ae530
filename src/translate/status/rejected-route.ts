import type { TranslatedRoute } from '../routes/translated-route.ts';
import { conditionOf } from './condition.ts';
import type { UnitRejection } from './placement.ts';
import { problemOf, type Report } from './report.ts';
import { routeConditions } from './route-conditions.ts';
import type { RouteParentStatus } from './route-status.ts';

/** The report about a route, and for each parent what proxies of its Gateway (`namespace/name`) can't obey of it. */
export function withRejections(
  { report, parentGateways }: TranslatedRoute,
  rejectionsAt: (gateway: string) => readonly UnitRejection[],
): Report {
  const { object, status, problems } = report;
  if (!status || !('parents' in status)) return report;
  const told = parentGateways.map(gateway => {
    const [first, ...others] = rejectionsAt(gateway);
    return first && routeConditions.rejected([first, ...others]);
  });
  const parents = status.parents.map((parent, i): RouteParentStatus => {
    const verdict = told[i];
    return verdict
      ? { ...parent, conditions: [...parent.conditions, conditionOf(verdict, generationOf(parent))] }
      : parent;
  });
  const distinct = new Map(told.flatMap(verdict => (verdict ? [[verdict.message, verdict] as const] : [])));
  return {
    object,
    status: { parents },
    problems: [...problems, ...[...distinct.values()].map(verdict => problemOf(object, verdict))],
  };
}

function generationOf({ conditions }: RouteParentStatus): number {
  return conditions[0]?.observedGeneration ?? 0;
}
