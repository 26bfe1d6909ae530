import assert from 'node:assert/strict';
import { type Backend, type Bind, endpointsName, parseBackendName, seal, type Unit } from '../../src/ir/index.ts';
import { createProxy } from '../../src/proxy/in-thread.ts';
import { type DataPlane, DEFAULT_PROXY_OPTIONS, type ProxyOptions } from '../../src/proxy/index.ts';
import type { RequestSpec } from './check.ts';
import { createClients, withoutTokens } from './clients.ts';
import { type Echo, type EchoBackend, startEcho } from './echo-backend.ts';
import { bindFor } from './expected-match.ts';
import { createLiveClients, type Reply } from './live-clients.ts';
import { pairOf, secretShown } from './shown-certificate.ts';

/** A proxy in this process that serves a case over real sockets, with a backend per Service port. */
export interface LiveCase {
  send(request: RequestSpec): Promise<Answer>;
  /** Where the proxy finds the backends that have endpoints. */
  readonly endpoints: readonly Unit[];
  /** `namespace/service:port` of every backend that got the request behind an answer, once per copy, in order. */
  receivers(answer: Answer): readonly string[];
  close(): void;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What the backend received, if one answered. */
  readonly echo?: Echo;
  /** `namespace/name` of the Secret whose certificate the client was shown. */
  readonly certificate?: string;
}

export async function startLive(
  units: readonly Unit[],
  binds: readonly Bind[],
  withoutEndpoints: readonly string[],
  options: Partial<ProxyOptions> = {},
): Promise<LiveCase> {
  const backends = backendsOf(units, withoutEndpoints);
  const echoes = await Promise.all(backends.map(startBackend));
  const endpoints = backends.map((backend, at) => endpointsOf(backend, echoes[at]!));
  const proxy = createProxy({ ...DEFAULT_PROXY_OPTIONS, ...options });
  const applied = await proxy.apply({ upserts: [...units, ...endpoints, ...binds], removals: [] });
  if (applied.failures.length > 0) closeAll(proxy, echoes);
  assert.deepEqual(applied.failures, []);
  const sockets = createLiveClients();
  const clients = createClients();
  return {
    endpoints,
    send: async request => {
      const bind = bindFor(binds, request);
      assert.ok(bind !== undefined, `no Gateway listens where ${request.url} goes`);
      const { port } = applied.bound[bind]!;
      const sending = { port, fields: clients.fieldsOf(request), pair: pairOf(units, request.clientCertificate) };
      const reply = await sockets.send(request, sending);
      clients.keep(request, reply.headers);
      return told(units, reply);
    },
    receivers: ({ echo }) =>
      backends
        .flatMap((backend, at) => {
          const ids = echoes[at]!.requestIds.filter(id => id === echo?.headers['x-request-id']);
          return ids.map(() => labelOf(backend));
        })
        .sort(),
    close: () => {
      sockets.close();
      closeAll(proxy, echoes);
    },
  };
}

/** One for each that has endpoints: variants of one are the same server. */
export function backendsOf(units: readonly Unit[], withoutEndpoints: readonly string[]): readonly Backend[] {
  const backends = units.filter(unit => unit.kind === 'Backend');
  const first = backends.filter((backend, at) => backends.findIndex(each => labelOf(each) === labelOf(backend)) === at);
  return first.filter(backend => !withoutEndpoints.includes(labelOf(backend)));
}

/** `namespace/service:port` of `Service/namespace/service/port`. */
export function labelOf({ name }: { readonly name: string }): string {
  const { namespace, name: service, port } = parseBackendName(name);
  return `${namespace}/${service}:${port}`;
}

function startBackend(backend: Backend): Promise<EchoBackend> {
  const [service = '', port] = labelOf(backend).split(':');
  return startEcho(service, Number(port));
}

function endpointsOf(backend: Backend, echo: EchoBackend): Unit {
  const endpoint = { address: '127.0.0.1', port: echo.port, state: 'ready' } as const;
  return seal({ kind: 'Endpoints', name: endpointsName(backend.name), endpoints: [endpoint] });
}

function closeAll(proxy: DataPlane, echoes: readonly EchoBackend[]): void {
  proxy.close();
  for (const echo of echoes) echo.close();
}

function told(units: readonly Unit[], { status, headers, body, shown }: Reply): Answer {
  const echo = echoOf(headers, body);
  const certificate = shown === undefined ? undefined : secretShown(units, shown);
  return {
    status,
    headers: withoutTokens(headers),
    body,
    ...(echo && { echo: { ...echo, headers: withoutTokens(echo.headers), ...wayOf(units, echo) } }),
    ...(certificate !== undefined && { certificate }),
  };
}

/** With the name of the certificate in the place of itself. */
function wayOf(units: readonly Unit[], { way }: Echo): Pick<Echo, 'way'> {
  if (!way || way.certificate === 'none') return way ? { way } : {};
  return { way: { ...way, certificate: secretShown(units, way.certificate) ?? 'unknown' } };
}

/** What the backend received, if it was one that answered. */
export function echoOf(headers: Readonly<Record<string, string>>, body: string): Echo | undefined {
  return headers['x-backend'] !== undefined && body !== '' ? JSON.parse(body) : undefined;
}
