import type { GRPCRoute, HTTPRoute, HTTPRouteRule, ObjectRef } from '../resources/index.ts';
import type { ConfigView } from './config-view.ts';

/** What routes of requests and of calls have in common, as in a manifest. */
export interface WrittenRoute {
  readonly spec: Pick<HTTPRoute['spec'], 'parentRefs'> & { readonly rules?: readonly WrittenRule[] };
}

export type WrittenRule = Pick<HTTPRouteRule, 'backendRefs' | 'filters'>;

/** A route of requests or calls as its manifest has it; undefined for objects of other kinds and those that are not there. */
export function writtenRoute(view: Pick<ConfigView, 'get'>, object: ObjectRef): WrittenRoute | undefined {
  const found = view.get(object);
  if (found?.kind === 'HTTPRoute') return found as HTTPRoute;
  return found?.kind === 'GRPCRoute' ? (found as GRPCRoute) : undefined;
}
