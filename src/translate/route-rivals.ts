import { Derived, type Graph, IndexBy, type Read, type Source } from '../collections/index.ts';
import { type ObjectRef, refOf } from '../resources/index.ts';
import type { AttachedListener, Parent } from './attach/parent-refs.ts';
import { type Claim, type Exclusion, exclusionsAmong, olderFirst, withoutExcluded } from './attach/rivals.ts';
import { type AnyRoute, createdOf } from './routes/any-route.ts';

/** What routes of one listener do to one another, for all listeners; what is read is remembered by the reader. */
export interface RouteRivals {
  /** The parents of a route without the listeners that a route of another kind has. */
  parentsOf(route: string, parents: readonly Parent[], read: Read): readonly Parent[];
  /** Of routes of bytes and datagrams: who gets what comes to a listener for a hostname, if not this route. */
  olderAt(route: string, listener: string, hostname: string, read: Read): ObjectRef | undefined;
}

/** Routes by `Kind/namespace/name`. */
export function routeRivals(
  graph: Graph,
  routes: Source<AnyRoute>,
  attachments: Source<readonly Parent[]>,
): RouteRivals {
  const listenersOf = (kind: string) => (parents: readonly Parent[], key: string) =>
    key.startsWith(`${kind}/`) ? attachedListeners(parents).map(({ listener }) => listener) : [];
  const withHttp = new IndexBy(graph, attachments, listenersOf('HTTPRoute'));
  const withGrpc = new IndexBy(graph, attachments, listenersOf('GRPCRoute'));
  const claimOf = (key: string, read: Read, hostnames: (parents: readonly Parent[]) => readonly string[]): Claim => {
    const route = read(routes, key)!;
    return { route: refOf(route), created: createdOf(route), hostnames: hostnames(read(attachments, key)!) };
  };

  // Only listeners with both kinds have anything to compare.
  const exclusions = new Derived(
    graph,
    withGrpc,
    (calls, listener, read): Readonly<Record<string, Exclusion>> | undefined => {
      const requests = read(withHttp, listener);
      if (!requests) return undefined;
      return exclusionsAmong(
        [...requests, ...calls].map(key => claimOf(key, read, parents => hostnamesAt(parents, listener))),
      );
    },
    (a, b) => JSON.stringify(a) === JSON.stringify(b),
  );

  const connected = new IndexBy(graph, attachments, (parents, key) => (isTransport(key) ? placesOf(parents) : []));
  const oldest = new Derived(graph, connected, (keys, _, read) => {
    if (keys.length < 2) return undefined;
    const [first] = keys
      .map(key => ({ key, claim: claimOf(key, read, () => []) }))
      .sort((a, b) => olderFirst(a.claim, b.claim));
    return first?.key;
  });

  return {
    parentsOf(route, parents, read) {
      if (isTransport(route)) return parents;
      return withoutExcluded(parents, listener => read(exclusions, listener)?.[route]);
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

function hostnamesAt(parents: readonly Parent[], listener: string): readonly string[] {
  return attachedListeners(parents).find(each => each.listener === listener)?.hostnames ?? [];
}

function placesOf(parents: readonly Parent[]): readonly string[] {
  return attachedListeners(parents).flatMap(({ listener, hostnames }) =>
    hostnames.map(hostname => placeOf(listener, hostname)),
  );
}

function placeOf(listener: string, hostname: string): string {
  return `${listener} ${hostname}`;
}
