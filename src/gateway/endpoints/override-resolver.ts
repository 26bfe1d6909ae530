import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { backendName, type Endpoint } from '../../ir/index.ts';

/** Another program in place of the endpoints of a Service port; the same port may be named several times. */
export interface BackendOverride {
  /** `namespace/name` of the Service. */
  readonly service: string;
  readonly port: number;
  readonly to: { readonly host: string; readonly port: number };
}

/** Keeps the addresses of the overrides; names are looked up again, for a laptop's network changes. */
export interface OverrideResolver {
  /** Resolves when every name has been looked up once, or has taken too long. */
  start(): Promise<void>;
  close(): void;
}

export interface OverrideEvents {
  onEndpoints(backend: string, endpoints: readonly Endpoint[]): void;
  /** A name that can't be resolved; its last addresses stay. `undefined`: it can be again. */
  onUnresolved(host: string, message: string | undefined): void;
}

/** In ms. */
const REFRESH = 30_000;
const RETRY = 2_000;
const PATIENCE = 2_000;

export function createOverrideResolver(
  overrides: readonly BackendOverride[],
  events: OverrideEvents,
): OverrideResolver {
  const byBackend = Map.groupBy(overrides, overriddenBackend);
  const addresses = new Map<string, readonly string[]>();
  const names = [...new Set(overrides.map(({ to }) => to.host))].filter(host => isIP(host) === 0);
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  async function resolve(host: string): Promise<boolean> {
    try {
      addresses.set(host, preferred(host, await lookup(host, { all: true })));
      events.onUnresolved(host, undefined);
      return true;
    } catch {
      events.onUnresolved(host, `${host} cannot be resolved to an address`);
      return false;
    }
  }

  function publish(): void {
    for (const [backend, own] of byBackend) {
      events.onEndpoints(
        backend,
        own.flatMap(({ to }) => endpointsOf(to.host, to.port)),
      );
    }
  }

  function endpointsOf(host: string, port: number): Endpoint[] {
    const known = isIP(host) === 0 ? (addresses.get(host) ?? []) : [host];
    return known.map(address => ({ address, port, state: 'ready' }));
  }

  async function refresh(): Promise<void> {
    const resolved = await Promise.all(names.map(resolve));
    if (closed) return;
    publish();
    if (names.length === 0) return;
    timer = setTimeout(refresh, resolved.includes(false) ? RETRY : REFRESH);
    timer.unref();
  }

  return {
    start: () => Promise.race([refresh(), delay(PATIENCE, undefined, { ref: false })]),
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

function overriddenBackend({ service, port }: BackendOverride): string {
  const [namespace = '', name = ''] = service.split('/');
  return backendName({ kind: 'Service', namespace, name, port });
}

/**
 * A program on `localhost` may listen on either family only, so both are tried (a refused connection costs nothing there);
 * elsewhere a family without a route would cost a connect timeout, and IPv4 is the one that always has one.
 */
function preferred(host: string, found: readonly { address: string; family: number }[]): readonly string[] {
  const v4 = found.filter(entry => entry.family === 4);
  const use = host === 'localhost' || v4.length === 0 ? found : v4;
  return [...new Set(use.map(entry => entry.address))].sort();
}
