import { type HTTPFilter, nameKey } from '../../resources/index.ts';
import type { Parent } from '../attach/parent-refs.ts';
import { type BackendRef, crossReference } from '../resolve/backend-refs.ts';
import type { CrossReference } from '../resolve/reference-grants.ts';
import type { AnyRoute } from './any-route.ts';

/** What a route refers to and may, whether or not it can be had, and the Gateways that took the route. */
export interface Reached {
  /** `Kind/namespace/name` of what is referred to as backend or mirror, each once, with its ports (none: the one that there is). */
  readonly backends: readonly { readonly object: string; readonly ports: readonly number[] }[];
  readonly gateways: readonly ReachingGateway[];
}

export interface ReachingGateway {
  /** `namespace/name`. */
  readonly gateway: string;
  readonly controllerName: string;
}

export function reachedBy(
  route: AnyRoute,
  parents: readonly Parent[],
  permitted: (reference: CrossReference) => boolean,
): Reached {
  const { namespace } = route.metadata;
  const own = refsOf(route).filter(ref => {
    const crossing = crossReference(ref, route);
    return !crossing || permitted(crossing);
  });
  const refs = own.map(ref => ({
    ...ref,
    object: `${ref.kind}/${nameKey(ref.namespace ?? namespace, ref.name)}`,
  }));
  const backends = [...Map.groupBy(refs, ({ object }) => object)].map(([object, same]) => ({
    object,
    ports: [...new Set(same.flatMap(({ port }) => port ?? []))].sort((a, b) => a - b),
  }));
  const gateways = new Map(
    parents.flatMap(parent =>
      parent.kind === 'ours' && parent.listeners.length > 0
        ? [[parent.gateway, { gateway: parent.gateway, controllerName: parent.controllerName }] as const]
        : [],
    ),
  );
  return { backends, gateways: [...gateways.values()] };
}

type Filtered = { readonly filters?: readonly Pick<HTTPFilter, 'requestMirror'>[] };

function refsOf(route: AnyRoute): readonly BackendRef[] {
  switch (route.kind) {
    case 'HTTPRoute':
    case 'GRPCRoute': {
      const rules: readonly (Filtered & { readonly backendRefs?: readonly (BackendRef & Filtered)[] })[] =
        route.spec.rules ?? [];
      const refs = rules.flatMap(({ backendRefs = [] }) => backendRefs);
      return [...refs, ...[...rules, ...refs].flatMap(mirrorsOf)];
    }
    case 'TLSRoute':
    case 'TCPRoute':
    case 'UDPRoute':
      return route.spec.rules.flatMap(({ backendRefs = [] }) => backendRefs);
  }
}

function mirrorsOf({ filters = [] }: Filtered): readonly BackendRef[] {
  return filters.flatMap(({ requestMirror }) => requestMirror?.backendRef ?? []);
}
