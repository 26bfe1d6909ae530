import { endpointsName, type TransportRoute, type TransportShare } from '../ir/index.ts';
import type { RequestFacts } from '../proxy/index.ts';

/** The route of bytes that a connection came to, as it was given, and where each open share of it leads. */
export interface ByteWays {
  readonly route?: TransportRoute;
  readonly answers: readonly [RequestFacts, ...RequestFacts[]];
}

/** Routes of bytes by the listener (its name) and the route that facts name. */
export interface GivenTransports {
  route(listener: string, route: string): TransportRoute | undefined;
}

/** Shares that connections and flows come to. */
export function openTransportShares(route: TransportRoute | undefined): readonly TransportShare[] {
  return route?.backends.filter(({ weight }) => weight > 0) ?? [];
}

/** Backends take turns over several connections. */
export function byteWays(given: GivenTransports, connect: () => RequestFacts): ByteWays {
  const first = connect();
  const route = routeOf(given, first);
  const more = openTransportShares(route).slice(1).map(connect);
  return { ...(route && { route }), answers: [first, ...more] };
}

/** From where clients send. */
const FIRST_PORT = 32_768;
const LAST_PORT = 65_535;

/** The backend of a flow is a hash of who sends: ports are tried until each backend was met. */
export function flowWays(given: GivenTransports, send: (port: number) => RequestFacts): ByteWays {
  const first = send(FIRST_PORT);
  const route = routeOf(given, first);
  const wanted = new Set(openTransportShares(route).map(({ target }) => nameOf(target)));
  const met = new Map([[first.backend ?? '', first]]);
  for (let port = FIRST_PORT + 1; port <= LAST_PORT && met.size < wanted.size; port++) {
    const facts = send(port);
    if (!met.has(facts.backend ?? '')) met.set(facts.backend ?? '', facts);
  }
  const [, ...more] = met.values();
  return { ...(route && { route }), answers: [first, ...more] };
}

function nameOf(target: TransportShare['target']): string {
  return target.kind === 'backend' ? endpointsName(target.backend) : '';
}

function routeOf(given: GivenTransports, { listener, route }: RequestFacts): TransportRoute | undefined {
  return listener === undefined || route === undefined ? undefined : given.route(listener, route);
}
