import type { Listener, TransportRoute, Unit } from '../../ir/index.ts';
import { hostPort } from '../../ir/index.ts';
import { openTransportShares } from '../../probe/index.ts';
import { matchTransportReference } from '../../router/index.ts';
import { percent } from '../backends.ts';
import { shareName } from '../share-names.ts';
import { type Backends, backendsOf, wayDetails } from './treatment.ts';

/** Connections of bytes, or datagrams, that went one way and go another. */
export interface TransportChange {
  /** As `explain` takes it: `tls://db.example:8443`, `tcp://localhost:9000`; with a star for a wildcard. */
  readonly url: string;
  /** `namespace/name`. */
  readonly gateway: string;
  /** In words; absent: no listener takes them. */
  readonly before?: string;
  readonly after?: string;
}

/** One for each listener of bytes and each hostname of its routes. */
export function diffTransports(before: readonly Unit[], after: readonly Unit[]): readonly TransportChange[] {
  const [was, is] = [destinations(before), destinations(after)];
  return [...new Set([...was.keys(), ...is.keys()])].sort().flatMap(key => {
    const [old, fresh] = [was.get(key), is.get(key)];
    if (old === fresh) return [];
    const [gateway = '', url = ''] = key.split(' ');
    return [{ url, gateway, ...(old !== undefined && { before: old }), ...(fresh !== undefined && { after: fresh }) }];
  });
}

/** By Gateway and URL. */
function destinations(units: readonly Unit[]): ReadonlyMap<string, string> {
  const routes = units.filter(unit => unit.kind === 'TransportRoute');
  const backends = backendsOf(units);
  const found = new Map<string, string>();
  for (const listener of units) {
    if (listener.kind !== 'Listener' || listener.protocol === 'HTTP' || listener.protocol === 'HTTPS') continue;
    for (const hostname of hostnamesAt(listener, routes)) {
      const route = matchTransportReference(routes, listener.name, hostname);
      found.set(keyOf(listener, hostname), sayRoute(route, listener, backends));
    }
  }
  return found;
}

function hostnamesAt({ name, hostname }: Listener, routes: readonly TransportRoute[]): readonly string[] {
  const named = routes.flatMap(({ attachments }) => attachments.filter(({ listener }) => listener === name));
  return [...new Set([hostname, ...named.flatMap(({ hostnames }) => hostnames)])];
}

function keyOf({ gateway, protocol, port }: Listener, hostname: string): string {
  return `${gateway} ${protocol.toLowerCase()}://${hostPort(hostname === '*' ? 'localhost' : hostname, port)}`;
}

function sayRoute(route: TransportRoute | undefined, listener: Listener, backends: Backends): string {
  const shares = openTransportShares(route);
  if (shares.length === 0) return listener.protocol === 'UDP' ? 'dropped' : 'refused';
  const total = shares.reduce((sum, { weight }) => sum + weight, 0);
  const passed = listener.tls?.mode === 'passthrough';
  const words = shares.map(({ weight, target }) => {
    const share = shares.length === 1 ? '' : `${percent(weight, total)} % `;
    const backend = target.kind === 'backend' && !passed ? backends.get(target.backend) : undefined;
    const tls = backend && wayDetails(backend)['backend TLS'];
    return `${share}${target.kind === 'failure' ? `refused (${target.reason})` : shareName({ target })}${tls === undefined ? '' : ` by TLS, ${tls}`}`;
  });
  return words.sort().join(', ');
}
