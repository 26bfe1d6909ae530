import type { TransportRoute, Unit } from '../ir/index.ts';
import { matchesHostname } from './hostname.ts';
import { compareHostnames } from './precedence.ts';
import { listenersOf } from './reference.ts';
import { type LostListener, lostListeners } from './trace.ts';
import { compareTransportRoutes } from './transport-table.ts';

/** How a connection of bytes, or the datagrams of a client, find their way, with everything that did not get them. */
export interface TransportTrace {
  /** Those of the socket that TLS could have chosen; none without TLS. */
  readonly otherListeners: readonly LostListener[];
  readonly winner: TransportContender | undefined;
  /** Those that held but came after, then the others. */
  readonly losers: readonly TransportLoser[];
}

/** A route with the most specific of its hostnames that means the server name. */
export interface TransportContender {
  readonly route: TransportRoute;
  readonly hostname: string;
}

export interface TransportLoser {
  readonly route: TransportRoute;
  /** Those under which it stands at the listener. */
  readonly hostnames: readonly string[];
  readonly why: 'other-name' | 'less-specific' | 'younger' | 'later';
}

/** `listener`: name of the one that has the connection; `serverName`: as in `BindRouter.transport`. */
export function traceTransport(
  units: readonly Unit[],
  bind: string,
  listener: string,
  serverName: string,
): TransportTrace {
  const listeners = listenersOf(units, bind).filter(({ tls }) => tls !== undefined);
  const owner = listeners.find(({ name }) => name === listener);
  const here = units.flatMap(unit => (unit.kind === 'TransportRoute' ? (standing(unit, listener) ?? []) : []));
  const held = here
    .flatMap(({ route, hostnames }) => contender(route, hostnames, serverName) ?? [])
    .sort((a, b) => compareHostnames(a.hostname, b.hostname) || compareTransportRoutes(a.route, b.route));
  const [winner, ...beaten] = held;
  const heldRoutes = new Set(held.map(({ route }) => route));
  const missed = here.filter(({ route }) => !heldRoutes.has(route));
  return {
    otherListeners: owner === undefined ? [] : lostListeners(listeners, owner, serverName),
    winner,
    losers: [
      ...beaten.map(each => ({ route: each.route, hostnames: [each.hostname], why: whyBeaten(winner!, each) })),
      ...missed.map(each => ({ ...each, why: 'other-name' as const })),
    ],
  };
}

function standing(route: TransportRoute, listener: string) {
  const hostnames = route.attachments.filter(each => each.listener === listener).flatMap(each => each.hostnames);
  return hostnames.length === 0 ? undefined : { route, hostnames };
}

function contender(
  route: TransportRoute,
  hostnames: readonly string[],
  serverName: string,
): TransportContender | undefined {
  const [hostname] = hostnames.filter(each => matchesHostname(each, serverName)).sort(compareHostnames);
  return hostname === undefined ? undefined : { route, hostname };
}

function whyBeaten(winner: TransportContender, { route, hostname }: TransportContender): TransportLoser['why'] {
  if (compareHostnames(winner.hostname, hostname) < 0) return 'less-specific';
  return winner.route.created < route.created ? 'younger' : 'later';
}
