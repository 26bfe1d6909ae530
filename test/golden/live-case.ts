import assert from 'node:assert/strict';
import http from 'node:http';
import { type Backend, type Bind, parseBackendName, seal, type Unit } from '../../src/ir/index.ts';
import { createProxy, type DataPlane, DEFAULT_PROXY_OPTIONS, type ProxyOptions } from '../../src/proxy/index.ts';
import { type RequestSpec, targetOf } from './check.ts';
import { createClients, withoutTokens } from './clients.ts';
import { type Echo, type EchoBackend, startEcho } from './echo-backend.ts';
import { bindFor } from './expected-match.ts';

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
}

export async function startLive(
  units: readonly Unit[],
  binds: readonly Bind[],
  withoutEndpoints: readonly string[],
  options: Partial<ProxyOptions> = {},
): Promise<LiveCase> {
  const backends = units
    .filter(unit => unit.kind === 'Backend')
    .filter(unit => !withoutEndpoints.includes(labelOf(unit)));
  const echoes = await Promise.all(backends.map(startBackend));
  const endpoints = backends.map((backend, at) => endpointsOf(backend, echoes[at]!));
  const proxy = createProxy({ ...DEFAULT_PROXY_OPTIONS, ...options });
  const applied = await proxy.apply({ upserts: [...units, ...endpoints, ...binds], removals: [] });
  assert.deepEqual(applied.failures, []);
  const agent = new http.Agent({ keepAlive: true });
  const clients = createClients();
  return {
    endpoints,
    send: async request => {
      const bind = bindFor(binds, request);
      assert.ok(bind !== undefined, `no Gateway listens where ${request.url} goes`);
      const answer = await send(agent, applied.bound[bind]!.port, request, clients.fieldsOf(request));
      clients.keep(request, answer.headers);
      return told(answer);
    },
    receivers: ({ echo }) =>
      backends
        .flatMap((backend, at) => {
          const ids = echoes[at]!.requestIds.filter(id => id === echo?.headers['x-request-id']);
          return ids.map(() => labelOf(backend));
        })
        .sort(),
    close: () => {
      agent.destroy();
      closeAll(proxy, echoes);
    },
  };
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
  return seal({ kind: 'Endpoints', name: backend.name, endpoints: [endpoint] });
}

function closeAll(proxy: DataPlane, echoes: readonly EchoBackend[]): void {
  proxy.close();
  for (const echo of echoes) echo.close();
}

function told(answer: Answer): Answer {
  const { headers, echo } = answer;
  const seen = echo && { ...echo, headers: withoutTokens(echo.headers) };
  return { ...answer, headers: withoutTokens(headers), ...(seen && { echo: seen }) };
}

function send(
  agent: http.Agent,
  port: number,
  request: RequestSpec,
  fields: http.OutgoingHttpHeaders,
): Promise<Answer> {
  const { authority, path, query } = targetOf(request);
  const options = {
    agent,
    host: '127.0.0.1',
    port,
    method: request.method ?? 'GET',
    path: query === '' ? path : `${path}?${query}`,
    headers: { ...fields, host: authority },
  };
  return new Promise((resolve, reject) => {
    const sent = http.request(options);
    sent.on('response', response => collect(response).then(resolve, reject));
    sent.on('error', reject);
    sent.end(request.body);
  });
}

async function collect(response: http.IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(response.headersDistinct)) headers[name] = (values ?? []).join(', ');
  const body = Buffer.concat(chunks).toString();
  const echo: Echo | undefined = headers['x-backend'] !== undefined && body !== '' ? JSON.parse(body) : undefined;
  return { status: response.statusCode ?? 0, headers, body, ...(echo && { echo }) };
}
