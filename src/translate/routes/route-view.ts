import type { Rule } from '../../ir/index.ts';
import { type ObjectRef, refOf } from '../../resources/index.ts';
import type { Parent } from '../attach/parent-refs.ts';
import { acceptance } from '../status/route-status.ts';
import { type AnyRoute, hostnamesOf } from './any-route.ts';
import type { RouteRules } from './route-rules.ts';

/** What translation made of a route, whether or not a listener took it. */
export interface RouteView {
  readonly object: ObjectRef;
  /** As in the manifest; empty: those of the listener. */
  readonly hostnames: readonly string[];
  /** Those of which it is known what requests they are for; none in a route of bytes or datagrams. */
  readonly rules: readonly Rule[];
  readonly parents: readonly ParentView[];
}

/** What became of one parentRef. */
export interface ParentView {
  /** Of the parentRef in the route. */
  readonly path: string;
  /** `namespace/name` of the Gateway that it means, whether or not there is one. */
  readonly gateway: string;
  /** Names of the listeners that took the route. */
  readonly listeners: readonly string[];
  /** Why none did; absent if one did, or if the Gateway is not there or not ours. */
  readonly refused?: { readonly reason: string; readonly message: string };
}

export function viewRoute(route: AnyRoute, parents: readonly Parent[], rules: RouteRules): RouteView {
  return {
    object: refOf(route),
    hostnames: hostnamesOf(route),
    rules: rules.kind === 'requests' ? rules.rules : [],
    parents: parents.map(parent => viewParent(route, parent, rules)),
  };
}

function viewParent({ metadata }: AnyRoute, parent: Parent, rules: RouteRules): ParentView {
  const { ref, path } = parent;
  if (parent.kind !== 'ours') {
    return { path, gateway: `${ref.namespace ?? metadata.namespace}/${ref.name}`, listeners: [] };
  }
  const { gateway } = parent;
  const { status, reason, message } = acceptance(parent, rules);
  const listeners = parent.listeners.map(({ listener }) => listener);
  return { path, gateway, listeners, ...(status === 'False' && { refused: { reason, message } }) };
}
