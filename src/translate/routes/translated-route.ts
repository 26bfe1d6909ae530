import type { Route, Rule } from '../../ir/index.ts';
import type { HTTPRoute } from '../../resources/index.ts';
import type { Parent } from '../attach/parent-refs.ts';
import type { Report } from '../status/report.ts';
import { acceptance, reportRoute } from '../status/route-status.ts';
import type { RouteRules } from './http.ts';
import { routeUnits } from './route-units.ts';

/** A route with all that follows from it. */
export interface TranslatedRoute {
  readonly report: Report;
  readonly units: readonly Route[];
  /** Names of the listeners that count it among their attachedRoutes. */
  readonly countedBy: readonly string[];
  /** Names of the backends that its units need. */
  readonly backends: readonly string[];
}

export function joinRoute(route: HTTPRoute, parents: readonly Parent[], rules: RouteRules): TranslatedRoute {
  const ours = parents.filter(parent => parent.kind === 'ours');
  const accepted = ours.filter(parent => acceptance(parent, rules).status === 'True');
  const units = routeUnits(route, ours, rules.rules);
  return {
    report: reportRoute(route, parents, rules),
    units,
    countedBy: [...new Set(accepted.flatMap(parent => parent.listeners.map(({ listener }) => listener)))],
    backends: units.length > 0 ? backendsOf(rules.rules) : [],
  };
}

function backendsOf(rules: readonly Rule[]): readonly string[] {
  const shares = rules.flatMap(({ action }) => (action.kind === 'forward' ? action.backends : []));
  const targets = shares.flatMap(({ target }) => (target.kind === 'backend' ? [target.backend] : []));
  const filters = [...rules, ...shares].flatMap(part => part.filters);
  const mirrors = filters.flatMap(filter => (filter.kind === 'mirror' ? [filter.backend] : []));
  return [...new Set([...targets, ...mirrors])];
}
