import type { Route, TransportRoute } from '../../ir/index.ts';
import type { ObjectRef } from '../../resources/index.ts';
import type { AttachedParent, Parent } from '../attach/parent-refs.ts';
import type { Overtaken } from '../status/notices.ts';
import type { Report } from '../status/report.ts';
import { acceptance, reportRoute } from '../status/route-status.ts';
import type { AnyRoute } from './any-route.ts';
import type { RouteRules } from './route-rules.ts';
import { routeUnits } from './route-units.ts';

/** A route with all that follows from it. */
export interface TranslatedRoute {
  readonly report: Report;
  /** The Gateway (`namespace/name`) of each parent in its status. */
  readonly parentGateways: readonly string[];
  readonly units: readonly (Route | TransportRoute)[];
  /** Names of the listeners that count it among their attachedRoutes. */
  readonly countedBy: readonly string[];
  /** Names of the backends that its units need. */
  readonly backends: readonly string[];
}

/** Which route gets what comes to a listener for a hostname, if it is an older one than this. */
export type OlderAt = (listener: string, hostname: string) => ObjectRef | undefined;

export interface RouteSurroundings {
  readonly olderAt: OlderAt;
  /** Its rules as a Gateway follows them. */
  readonly rulesAt: (gateway: string) => RouteRules;
}

export function joinRoute(
  route: AnyRoute,
  parents: readonly Parent[],
  rules: RouteRules,
  { olderAt, rulesAt }: RouteSurroundings,
): TranslatedRoute {
  const ours = parents.filter(parent => parent.kind === 'ours');
  const accepted = ours.filter(parent => acceptance(parent, rules).status === 'True');
  const units = routeUnits(route, ours, rules, rulesAt);
  return {
    report: reportRoute(route, parents, rules, rules.kind === 'transport' ? overtaken(ours, olderAt) : []),
    parentGateways: ours.map(({ gateway }) => gateway),
    units,
    countedBy: [...new Set(accepted.flatMap(parent => parent.listeners.map(({ listener }) => listener)))],
    backends: [...new Set(units.flatMap(backendsOf))],
  };
}

/** Where an older route of bytes or datagrams leaves nothing to this one. */
function overtaken(parents: readonly AttachedParent[], olderAt: OlderAt): readonly Overtaken[] {
  return parents.flatMap(({ path, listeners }) =>
    listeners.flatMap(({ listener, hostnames }) =>
      hostnames.flatMap(hostname => {
        const by = olderAt(listener, hostname);
        return by ? [{ path, listener, hostname, by }] : [];
      }),
    ),
  );
}

function backendsOf(unit: Route | TransportRoute): readonly string[] {
  const all = unit.kind === 'Route' ? unit.rules : [];
  const shares = all.flatMap(({ action }) => (action.kind === 'forward' ? action.backends : []));
  const filters = [...all, ...shares].flatMap(part => part.filters);
  const mirrors = filters.flatMap(filter => (filter.kind === 'mirror' ? [filter.backend] : []));
  const connected = unit.kind === 'TransportRoute' ? unit.backends : [];
  const targets = [...shares, ...connected].flatMap(({ target }) =>
    target.kind === 'backend' ? [target.backend] : [],
  );
  return [...targets, ...mirrors];
}
