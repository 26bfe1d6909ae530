import { type Listener, type Match, type Route, routeName, type Unit } from '../ir/index.ts';
import { defaultPort } from '../probe/index.ts';
import type { Probe } from './prober.ts';
import type { TestRequest } from './routing-test.ts';

/** What a running gateway says of a request, as far as a test can use it. */
export interface SeenLive {
  readonly method: string;
  /** As in the Host header. */
  readonly host: string;
  /** Path and query. */
  readonly path: string;
  /** `namespace/gateway/section`. */
  readonly listener?: string | undefined;
  /** `Kind/namespace/name`. */
  readonly route?: string | undefined;
  readonly rule?: number | undefined;
  readonly match?: number | undefined;
}

/** Makes requests of tests out of live ones. */
export interface LiveRequests {
  /** Undefined where it is not known to which port the request came. */
  requestOf(seen: SeenLive): TestRequest | undefined;
}

/** `units`: of the gateway whose requests they are. */
export function createLiveRequests(units: readonly Unit[]): LiveRequests {
  const listeners = new Map(units.filter(unit => unit.kind === 'Listener').map(unit => [unit.name, unit]));
  const routes = new Map(units.filter(unit => unit.kind === 'Route').map(unit => [unit.name, unit]));
  return {
    requestOf(seen) {
      const listener = listenerOf(seen, listeners);
      if (listener === undefined) return undefined;
      const { method, host, path } = seen;
      const name = host.replace(/:\d*$/, '');
      const scheme = listener.protocol === 'HTTPS' ? 'https' : 'http';
      const port = listener.port === defaultPort(scheme) ? '' : `:${listener.port}`;
      const url = `${scheme}://${name}${port}${path}`;
      const headers = headersFor(seen, listener, routes);
      return {
        ...(method !== 'GET' && { method }),
        url,
        ...(Object.keys(headers).length > 0 && { headers }),
        ...(isShared(listener, listeners) && { gateway: listener.gateway }),
      };
    },
  };
}

/** Of a request that no listener took, the only one that there is. */
function listenerOf({ listener }: SeenLive, listeners: ReadonlyMap<string, Listener>): Listener | undefined {
  if (listener !== undefined) return listeners.get(listener);
  const ports = new Set([...listeners.values()].map(({ port }) => port));
  return ports.size === 1 ? [...listeners.values()][0] : undefined;
}

function isShared({ port, gateway }: Listener, listeners: ReadonlyMap<string, Listener>): boolean {
  return [...listeners.values()].some(other => other.port === port && other.gateway !== gateway);
}

/** Nobody tells the headers of live requests; what its match asks for, it must have had. */
function headersFor(
  { route, rule, match }: SeenLive,
  { gateway }: Listener,
  routes: ReadonlyMap<string, Route>,
): Record<string, string> {
  const unit = route === undefined ? undefined : routes.get(routeName(route, gateway));
  const found: Match | undefined = unit?.rules.find(({ index }) => index === rule)?.matches[match ?? 0];
  const exact = found?.headers.filter(({ kind }) => kind === 'exact') ?? [];
  return Object.fromEntries(exact.map(({ name, value }) => [name, value]));
}

/** Whether a request of a test comes to the same rule as the live one did. */
export function goesTheSameWay({ route, rule, match }: SeenLive, answers: readonly Probe[]): boolean {
  return answers.every(({ facts }) => facts.route === route && facts.rule === rule && facts.match === match);
}
