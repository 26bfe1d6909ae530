import type { TransportRoute } from '../ir/index.ts';
import { createHostIndex, deleteHost, getHost, type HostIndex, mostSpecific, setHost } from './host-index.ts';

/** Routes of bytes and datagrams by listener and server name; changed one route at a time. */
export interface TransportTable {
  /** Takes the route in, or (undefined) out. */
  set(name: string, route: TransportRoute | undefined): void;
  /**
   * The route of the most specific hostname that means `serverName`; of several for one hostname the oldest, then the first
   * in the alphabetical order of `namespace/name`.
   */
  match(listener: string, serverName: string): TransportRoute | undefined;
}

/** By listener, the routes of each hostname in their order: the first has it. */
type Index = HostIndex<readonly TransportRoute[]>;

export function createTransportTable(): TransportTable {
  const routes = new Map<string, TransportRoute>();
  const indexes = new Map<string, Index>();

  function takeOut(route: TransportRoute): void {
    for (const { listener, hostnames } of route.attachments) {
      const index = indexes.get(listener);
      if (index === undefined) continue;
      for (const hostname of hostnames) drop(index, hostname, route);
      if (index.exact.size + index.wildcard.size === 0 && index.any === undefined) indexes.delete(listener);
    }
  }

  function putIn(route: TransportRoute): void {
    for (const { listener, hostnames } of route.attachments) {
      const index: Index = indexes.get(listener) ?? createHostIndex();
      indexes.set(listener, index);
      for (const hostname of hostnames) {
        const others = (getHost(index, hostname) ?? []).filter(other => other !== route);
        setHost(index, hostname, [...others, route].sort(compareTransportRoutes));
      }
    }
  }

  return {
    set(name, route) {
      const before = routes.get(name);
      // The unit that stands stays the same object: what was made ready for it lives on.
      if (before?.hash === route?.hash) return;
      if (before !== undefined) takeOut(before);
      routes.delete(name);
      if (route === undefined) return;
      routes.set(name, route);
      putIn(route);
    },
    match(listener, serverName) {
      const index = indexes.get(listener);
      return index && mostSpecific(index, serverName)?.[0];
    },
  };
}

function drop(index: Index, hostname: string, route: TransportRoute): void {
  const left = (getHost(index, hostname) ?? []).filter(other => other !== route);
  if (left.length > 0) setHost(index, hostname, left);
  else deleteHost(index, hostname);
}

/** Negative where `a` goes before `b` (TCPRoute, UDPRoute, TLSRoute: the oldest, then by name). */
export function compareTransportRoutes(a: TransportRoute, b: TransportRoute): number {
  return a.created - b.created || compareText(a.route, b.route) || compareText(a.name, b.name);
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
