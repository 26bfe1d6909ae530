import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Backend, type Bind, endpointsName, seal, type Unit } from '../../src/ir/index.ts';
import { createMemoryProxy } from '../../src/proxy/in-thread.ts';
import type { ArrivedRequest, FieldList, MemoryReply } from '../../src/proxy/index.ts';
import { targetOf } from './check.ts';
import { createClients, withoutTokens } from './clients.ts';
import type { Echo } from './echo-backend.ts';
import { bindFor } from './expected-match.ts';
import { type Answer, backendsOf, echoOf, type LiveCase, labelOf } from './live-case.ts';

const ADDRESS = '10.0.0.1';
/** Backend n of a case has this port, and n more. */
const FIRST_PORT = 1_000;

/** The same as a live case, over sockets that are memory: whoever sends must not be able to tell. */
export function startMemory(
  units: readonly Unit[],
  binds: readonly Bind[],
  withoutEndpoints: readonly string[],
): LiveCase {
  const backends = backendsOf(units, withoutEndpoints);
  const endpoints = backends.map(endpointsOf);
  const arrived: ArrivedRequest[] = [];
  const answer = (request: ArrivedRequest) => {
    const tries = arrived.push(request) && arrived.filter(each => idOf(each) === idOf(request)).length;
    return replyTo(request, labelOf(backends[request.port - FIRST_PORT]!), tries);
  };
  const proxy = createMemoryProxy({ answer });
  proxy.apply({ upserts: [...units, ...endpoints, ...binds], removals: [] });
  const clients = createClients();
  return {
    endpoints,
    async send(request) {
      const bind = bindFor(binds, request);
      assert.ok(bind !== undefined, `no Gateway listens where ${request.url} goes`);
      const { authority, path, query } = targetOf(request);
      const fields = Object.entries(clients.fieldsOf(request)).filter(([name]) => name.toLowerCase() !== 'host');
      const got = await proxy.send(bind, {
        method: request.method ?? 'GET',
        target: query === '' ? path : `${path}?${query}`,
        headers: [['Host', authority], ...fields],
        body: request.body === undefined ? undefined : Buffer.from(request.body),
      });
      const headers = joined(got.headers);
      clients.keep(request, headers);
      return told(got.status, headers, Buffer.from(got.body).toString());
    },
    receivers: ({ echo }) =>
      arrived
        .filter(each => idOf(each) === echo?.headers['x-request-id'])
        .map(({ port }) => labelOf(backends[port - FIRST_PORT]!))
        .sort(),
    close: proxy.close,
  };
}

function endpointsOf({ name }: Backend, at: number): Unit {
  return seal({
    kind: 'Endpoints',
    name: endpointsName(name),
    endpoints: [{ address: ADDRESS, port: FIRST_PORT + at, state: 'ready' }],
  });
}

/** As `startEcho` answers: by `x-echo-delay`, `x-echo-status` and `x-echo-tries`. */
function replyTo(request: ArrivedRequest, label: string, nth: number): MemoryReply | Promise<MemoryReply> {
  const [service = '', port] = label.split(':');
  const headers = joined(request.headers);
  const { method, target: path } = request;
  const body = Buffer.from(request.body).toString();
  const echo: Echo = { service, port: Number(port), method, path, host: headers.host ?? '', headers, body };
  const asked = nth <= Number(headers['x-echo-tries'] ?? Number.POSITIVE_INFINITY) ? headers : {};
  const reply: MemoryReply = {
    status: Number(asked['x-echo-status'] ?? 200),
    headers: [
      ['content-type', 'application/json'],
      ['x-backend', label],
      ['Date', new Date(0).toUTCString()],
    ],
    body: Buffer.from(JSON.stringify(echo)),
  };
  const delay = Number(asked['x-echo-delay'] ?? 0);
  return delay === 0 ? reply : sleep(delay, reply, { ref: false });
}

function idOf({ headers }: ArrivedRequest): string | undefined {
  return joined(headers)['x-request-id'];
}

/** Names in lower case, repeated values joined with `, `. */
function joined(headers: FieldList): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    values[key] = values[key] === undefined ? value : `${values[key]}, ${value}`;
  }
  return values;
}

function told(status: number, headers: Readonly<Record<string, string>>, body: string): Answer {
  const echo = echoOf(headers, body);
  const seen = echo && { ...echo, headers: withoutTokens(echo.headers) };
  return { status, headers: withoutTokens(headers), body, ...(seen && { echo: seen }) };
}
