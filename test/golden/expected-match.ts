import assert from 'node:assert/strict';
import { type Bind, type Listener, type Route, seal, type Unit } from '../../src/ir/index.ts';
import {
  createRouter,
  listenerForReference,
  matchReference,
  normalizePath,
  type Outcome,
  parseHost,
  type RequestLine,
} from '../../src/router/index.ts';
import { type Expectation, headersOf, methodOf, type RequestSpec, serverNameOf, targetOf } from './check.ts';

/** What matching alone says of a request; `refused` where it never comes to matching (400), `no-socket` if nothing listens. */
export type Verdict =
  | { readonly route: string; readonly rule: number }
  | 'no-socket'
  | 'no-listener'
  | 'no-route'
  | 'misdirected'
  | 'too-costly'
  | 'refused'
  /** Nothing of HTTP: what becomes of it is seen by asking alone. */
  | 'bytes';

/** One socket per Gateway and port, as if each Gateway had an address of its own. */
export function bindsOf(units: readonly Unit[]): readonly Bind[] {
  const listeners = units.filter(unit => unit.kind === 'Listener');
  return [...Map.groupBy(listeners, placeOf)].map(([name, own]) =>
    seal({
      kind: 'Bind',
      name,
      ...(name.startsWith(UDP) && { transport: 'udp' }),
      host: '127.0.0.1',
      port: 0,
      listeners: own.map(listener => listener.name),
    }),
  );
}

const UDP = 'udp:';

function placeOf({ protocol, gateway, port }: Listener): string {
  return `${protocol === 'UDP' ? UDP : ''}${gateway}:${port}`;
}

/** The socket to which a request goes; undefined if no Gateway listens on that port. */
export function bindFor(binds: readonly Bind[], request: RequestSpec): string | undefined {
  const { port, scheme } = targetOf(request);
  const transport = scheme === 'udp' ? 'udp' : undefined;
  const names = binds.filter(bind => bind.transport === transport).map(bind => bind.name);
  const there = names.filter(name => name.endsWith(`:${port}`));
  if (request.gateway !== undefined) return there.find(name => name.endsWith(`${request.gateway}:${port}`));
  assert.ok(there.length < 2, `several Gateways listen on ${port}: say request.gateway`);
  return there[0];
}

/** What the reference and the compiled router say of `units` with `binds` among them; fails where they differ. */
export function verdictOn(units: readonly Unit[], binds: readonly Bind[], request: RequestSpec): Verdict {
  const bind = bindFor(binds, request);
  const line = requestLine(request);
  if (bind === undefined) return 'no-socket';
  const arrivedAt = arrivalOf(units, bind, request);
  if (arrivedAt === undefined) return 'bytes';
  if (!line) return 'refused';
  const reference = verdictOf(matchReference(units, bind, line, arrivedAt));
  assert.deepEqual(verdictOf(compiled(units, bind, line, arrivedAt)), reference, 'compiled router against reference');
  return reference;
}

const WITHOUT_TLS: readonly string[] = ['http', 'grpc'];

/** The listener that TLS chose for the connection, '' without TLS; undefined if no request arrives at all. */
function arrivalOf(units: readonly Unit[], bind: string, request: RequestSpec): string | undefined {
  const { scheme } = targetOf(request);
  if (WITHOUT_TLS.includes(scheme)) return isOfHttp(units, bind) ? '' : undefined;
  if (scheme !== 'https' && scheme !== 'grpcs') return undefined;
  const listener = listenerForReference(units, bind, serverNameOf(request).toLowerCase());
  return listener?.protocol === 'HTTPS' ? listener.name : undefined;
}

function isOfHttp(units: readonly Unit[], name: string): boolean {
  const bind = units.find(unit => unit.kind === 'Bind' && unit.name === name);
  const listeners = bind?.kind === 'Bind' ? bind.listeners : [];
  return units.some(unit => unit.kind === 'Listener' && unit.protocol === 'HTTP' && listeners.includes(unit.name));
}

function requestLine(request: RequestSpec): RequestLine | undefined {
  const target = targetOf(request);
  const host = parseHost(target.authority);
  const path = normalizePath(target.path);
  if (host === undefined || path === undefined) return undefined;
  const headers = new Map(Object.entries(headersOf(request)).map(([name, value]) => [name.toLowerCase(), value]));
  return { method: methodOf(request), host, path, query: target.query, header: name => headers.get(name) };
}

function compiled(units: readonly Unit[], bind: string, line: RequestLine, arrivedAt: string): Outcome<Route> {
  const router = createRouter(route => route);
  router.apply({ upserts: units, removals: [] });
  return router.bind(bind)?.match(line, arrivedAt) ?? 'no-listener';
}

/** What an expectation says of matching; a status alone says only that no rule answers, and 0 that nobody does. */
export function checkVerdict(verdict: Verdict, { status, route, rule, grpcStatus }: Expectation): void {
  if (verdict === 'bytes' || (status === 0 && verdict !== 'no-socket')) return;
  if (typeof verdict === 'object')
    assert.deepEqual({ route, rule }, verdict, 'expected rule against the one that matches');
  else
    assert.deepEqual(
      { status, route, rule },
      { status: grpcStatus === undefined ? STATUS[verdict] : status, route: undefined, rule: undefined },
      verdict,
    );
}

const STATUS = {
  'no-socket': 0,
  'no-listener': 404,
  'no-route': 404,
  misdirected: 421,
  'too-costly': 431,
  refused: 400,
} as const;

function verdictOf(outcome: Outcome<unknown>): Verdict {
  return typeof outcome === 'string' ? outcome : { route: outcome.route.route, rule: outcome.rule.index };
}
