import type { References } from '../resolve/backend-refs.ts';
import type { AnyRoute } from './any-route.ts';
import { translateRules } from './http.ts';
import type { RouteRules } from './route-rules.ts';
import { translateTransport } from './transport.ts';

/** The rules of a route of any kind. */
export function translateRoute(route: AnyRoute, references: References): RouteRules {
  switch (route.kind) {
    case 'HTTPRoute':
    case 'GRPCRoute':
      return translateRules(route, references);
    case 'TLSRoute':
    case 'TCPRoute':
    case 'UDPRoute':
      return translateTransport(route, references);
  }
}
