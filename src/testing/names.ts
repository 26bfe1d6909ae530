import { parseBackendName } from '../ir/index.ts';
import type { RequestFacts } from '../proxy/index.ts';

/** Stands for no route or no backend. */
export const NONE = 'none';

/** A route as tests name it: `namespace/name`. */
export function routeLabel({ route }: Pick<RequestFacts, 'route'>): string {
  return route === undefined ? NONE : route.slice(route.indexOf('/') + 1);
}

/** A backend as tests name it: `namespace/name:port`, with its kind where it is no Service. */
export function backendLabel({ backend }: Pick<RequestFacts, 'backend'>): string {
  if (backend === undefined) return NONE;
  const { kind, namespace, name, port } = parseBackendName(backend);
  return `${kind === 'Service' ? '' : `${kind}/`}${namespace}/${name}:${port}`;
}

/** Whether a test means this route: `[HTTPRoute/]namespace/name`, `name` in the namespace default, `none`. */
export function meansRoute(named: string, { route }: Pick<RequestFacts, 'route'>): boolean {
  if (route === undefined || named === NONE) return route === undefined && named === NONE;
  const parts = named.split('/').length;
  if (parts === 3) return route === named;
  return routeLabel({ route }) === (parts === 1 ? `default/${named}` : named);
}

/**
 * Whether a test means this backend: `[[Kind/]namespace/]name[:port]`, `none`. Kind and port may be any where they are left out; the
 * namespace is that of the route.
 */
export function meansBackend(named: string, { route, backend }: Pick<RequestFacts, 'route' | 'backend'>): boolean {
  if (backend === undefined || named === NONE) return backend === undefined && named === NONE;
  const { kind, namespace, name, port } = parseBackendName(backend);
  const [path = '', wantedPort = String(port)] = named.split(':');
  const [wantedName, wantedNamespace = route?.split('/')[1], wantedKind = kind] = path.split('/').reverse();
  return name === wantedName && namespace === wantedNamespace && kind === wantedKind && String(port) === wantedPort;
}
