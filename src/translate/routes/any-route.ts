import type { GRPCRoute, HTTPRoute, TCPRoute, TLSRoute, UDPRoute } from '../../resources/index.ts';

/** A route of any kind: all attach to listeners in the same way, and have a status of the same form. */
export type AnyRoute = HTTPRoute | GRPCRoute | TransportRouteObject;
/** Routes of bytes and datagrams: one rule, backends and nothing to match. */
export type TransportRouteObject = TLSRoute | TCPRoute | UDPRoute;

/** Kinds of which every object has a status with an entry per parent. */
export const ROUTE_KINDS: ReadonlySet<string> = new Set<AnyRoute['kind']>([
  'HTTPRoute',
  'GRPCRoute',
  'TLSRoute',
  'TCPRoute',
  'UDPRoute',
]);

/** As in the manifest; empty: those of the listener. Connections of TCP and datagrams have none. */
export function hostnamesOf(route: AnyRoute): readonly string[] {
  switch (route.kind) {
    case 'HTTPRoute':
    case 'GRPCRoute':
    case 'TLSRoute':
      return route.spec.hostnames ?? [];
    case 'TCPRoute':
    case 'UDPRoute':
      return [];
  }
}

/** creationTimestamp in milliseconds since 1970; 0 if the object has none. */
export function createdOf({ metadata: { creationTimestamp } }: AnyRoute): number {
  return (creationTimestamp !== undefined && Date.parse(creationTimestamp)) || 0;
}
