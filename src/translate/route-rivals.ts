import { Derived, GatherBy, type Graph, type Parts, type Read, type Source } from '../collections/index.ts';
import { type ObjectRef, refKey } from '../resources/index.ts';
import type { AttachedListener, Parent } from './attach/parent-refs.ts';
import { type Claim, exclusionsAmong, olderFirst, withoutExcluded } from './attach/rivals.ts';

/** What routes of one listener do to one another, for all listeners; what is read is remembered by the reader. */
export interface RouteRivals {
  /** The parents of a route without the listeners that a route of another kind has. */
  parentsOf(route: string, parents: readonly Parent[], read: Read): readonly Parent[];
  /** Of routes of bytes and datagrams: who gets what comes to a listener for a hostname, if not this route. */
  olderAt(route: string, listener: string, hostname: string, read: Read): ObjectRef | undefined;
}

/** Routes by `Kind/namespace/name`. */
export function routeRivals(graph: Graph, attachments: Source<readonly Parent[]>): RouteRivals {
  const claims = new GatherBy(graph, attachments, claimsOf);
  const exclusions = new Derived(
    graph,
    claims,
    (all, group) => (isPlace(group) || !haveTwoKinds(all) ? undefined : exclusionsAmong(all)),
    (a, b) => JSON.stringify(a) === JSON.stringify(b),
  );
  const oldest = new Derived(graph, claims, (all, group) => {
    return isPlace(group) && all.length > 1 ? refKey(all.toSorted(olderFirst)[0]!.route) : undefined;
  });

  return {
    parentsOf(route, parents, read) {
      if (isTransport(route)) return parents;
      const [, namespace = ''] = route.split('/');
      return withoutExcluded(parents, namespace, listener => read(exclusions, listener)?.[route]);
    },
    olderAt(route, listener, hostname, read) {
      const first = read(oldest, placeOf(listener, hostname));
      if (first === undefined || first === route) return undefined;
      const [kind = '', namespace = '', name = ''] = first.split('/');
      return { kind, namespace, name };
    },
  };
}

function isTransport(route: string): boolean {
  return !route.startsWith('HTTPRoute/') && !route.startsWith('GRPCRoute/');
}

function attachedListeners(parents: readonly Parent[]): readonly AttachedListener[] {
  return parents.flatMap(parent => (parent.kind === 'ours' ? parent.listeners : []));
}

/** Of requests by listener, with the hostnames; of bytes and datagrams by place, where one route gets everything. */
function claimsOf(parents: readonly Parent[], key: string): Parts<Claim> {
  const [kind = '', namespace = '', name = ''] = key.split('/');
  const route = { kind, namespace, name };
  const created = parents.find(parent => parent.kind === 'ours')?.created ?? 0;
  const byListener = new Map(attachedListeners(parents).map(({ listener, hostnames }) => [listener, hostnames]));
  const claims = [...byListener].map(([listener, hostnames]) => [listener, { route, created, hostnames }] as const);
  if (!isTransport(key)) return claims;
  return claims.flatMap(([listener, { hostnames }]) =>
    hostnames.map(hostname => [placeOf(listener, hostname), { route, created, hostnames: [] }] as const),
  );
}

function haveTwoKinds(claims: readonly Claim[]): boolean {
  const kind = claims[0]?.route.kind;
  return claims.some(({ route }) => route.kind !== kind);
}

function placeOf(listener: string, hostname: string): string {
  return `${listener} ${hostname}`;
}

/** No listener's name has a space. */
function isPlace(group: string): boolean {
  return group.includes(' ');
}
