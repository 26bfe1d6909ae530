import { type Attachment, type Route, type Rule, routeName, seal } from '../../ir/index.ts';
import { type HTTPRoute, nameKey } from '../../resources/index.ts';
import type { AttachedParent } from '../attach/parent-refs.ts';

/**
 * One unit for each Gateway that took the route. A route none of whose rules can be followed is there too: its requests
 * are answered with 500 rather than by a route that they were not meant for.
 */
export function routeUnits(
  route: HTTPRoute,
  parents: readonly AttachedParent[],
  rules: readonly Rule[],
): readonly Route[] {
  if (rules.length === 0) return [];
  return [...Map.groupBy(parents, parent => parent.gateway)]
    .map(([gateway, same]) => ({ gateway, attachments: attachments(same) }))
    .filter(group => group.attachments.length > 0)
    .map(group => routeUnit(route, group.gateway, group.attachments, rules));
}

/** Several parentRefs may name one listener; it gets the route once, with the same hostnames whichever named it. */
function attachments(parents: readonly AttachedParent[]): readonly Attachment[] {
  const served = parents.flatMap(parent => parent.listeners.filter(listener => listener.served));
  const byListener = new Map(served.map(({ listener, hostnames }) => [listener, { listener, hostnames }]));
  return [...byListener.values()];
}

function routeUnit(route: HTTPRoute, gateway: string, attached: readonly Attachment[], rules: readonly Rule[]): Route {
  const { namespace, name, creationTimestamp } = route.metadata;
  const key = nameKey(namespace, name);
  return seal({
    kind: 'Route',
    name: routeName(`${route.kind}/${key}`, gateway),
    route: key,
    created: (creationTimestamp !== undefined && Date.parse(creationTimestamp)) || 0,
    attachments: attached,
    rules,
    origin: { kind: route.kind, namespace, name },
  });
}
