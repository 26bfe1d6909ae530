import { type Attachment, type Route, routeName, seal, type TransportRoute } from '../../ir/index.ts';
import { nameKey } from '../../resources/index.ts';
import type { AttachedParent } from '../attach/parent-refs.ts';
import { type AnyRoute, createdOf } from './any-route.ts';
import type { RouteRules } from './route-rules.ts';

/**
 * One unit for each Gateway that took the route. A route none of whose rules can be followed is there too: its requests
 * are answered with 500 rather than by a route that they were not meant for.
 */
export function routeUnits(
  route: AnyRoute,
  parents: readonly AttachedParent[],
  rules: RouteRules,
  rulesAt: (gateway: string) => RouteRules,
): readonly (Route | TransportRoute)[] {
  if (rules.kind === 'requests' && rules.rules.length === 0) return [];
  return [...Map.groupBy(parents, parent => parent.gateway)]
    .map(([gateway, same]) => ({ gateway, attachments: attachments(same) }))
    .filter(group => group.attachments.length > 0)
    .map(group => routeUnit(route, group.gateway, group.attachments, rulesAt(group.gateway)));
}

/** Several parentRefs may name one listener; it gets the route once, with the same hostnames whichever named it. */
function attachments(parents: readonly AttachedParent[]): readonly Attachment[] {
  const served = parents.flatMap(parent => parent.listeners.filter(listener => listener.served));
  const byListener = new Map(served.map(({ listener, hostnames }) => [listener, { listener, hostnames }]));
  return [...byListener.values()];
}

function routeUnit(
  route: AnyRoute,
  gateway: string,
  attached: readonly Attachment[],
  rules: RouteRules,
): Route | TransportRoute {
  const { namespace, name } = route.metadata;
  const key = nameKey(namespace, name);
  const head = {
    name: routeName(`${route.kind}/${key}`, gateway),
    route: key,
    created: createdOf(route),
    attachments: attached,
  };
  const origin = { kind: route.kind, namespace, name };
  if (rules.kind === 'requests') {
    const grpc = route.kind === 'GRPCRoute' ? ({ grpc: true } as const) : {};
    return seal({ kind: 'Route', ...head, ...grpc, rules: rules.rules, origin });
  }
  const { backends, ruleName } = rules;
  return seal({ kind: 'TransportRoute', ...head, backends, ...(ruleName !== undefined && { ruleName }), origin });
}
