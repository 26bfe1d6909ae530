import assert from 'node:assert/strict';
import { type Bind, type Listener, type Route, seal, type Unit } from '../../src/ir/index.ts';
import {
  createRouter,
  matchReference,
  normalizePath,
  type Outcome,
  parseHost,
  type RequestLine,
} from '../../src/router/index.ts';
import { type Expectation, type RequestSpec, targetOf } from './check.ts';

/** What matching alone says of a request; `refused` where it never comes to matching (400), `no-socket` if nothing listens. */
export type Verdict =
  | { readonly route: string; readonly rule: number }
  | 'no-socket'
  | 'no-listener'
  | 'no-route'
  | 'misdirected'
  | 'too-costly'
  | 'refused';

/** One socket per Gateway and port, as if each Gateway had an address of its own. Of HTTP: requests of cases are plain. */
export function bindsOf(units: readonly Unit[]): readonly Bind[] {
  const byPlace = new Map<string, Listener[]>();
  for (const unit of units) {
    if (unit.kind !== 'Listener' || unit.protocol !== 'HTTP') continue;
    const place = `${unit.gateway}:${unit.port}`;
    byPlace.set(place, [...(byPlace.get(place) ?? []), unit]);
  }
  return [...byPlace].map(([name, listeners]) =>
    seal({ kind: 'Bind', name, host: '127.0.0.1', port: 0, listeners: listeners.map(listener => listener.name) }),
  );
}

/** The socket to which a request goes; undefined if no Gateway listens on that port. */
export function bindFor(binds: readonly Bind[], request: RequestSpec): string | undefined {
  const { port } = targetOf(request);
  const names = binds.map(bind => bind.name).filter(name => name.endsWith(`:${port}`));
  if (request.gateway !== undefined) return names.find(name => name === `${request.gateway}:${port}`);
  assert.ok(names.length < 2, `several Gateways listen on ${port}: say request.gateway`);
  return names[0];
}

/** What the reference and the compiled router say of `units` with `binds` among them; fails where they differ. */
export function verdictOn(units: readonly Unit[], binds: readonly Bind[], request: RequestSpec): Verdict {
  const bind = bindFor(binds, request);
  const line = requestLine(request);
  if (bind === undefined) return 'no-socket';
  if (!line) return 'refused';
  const reference = verdictOf(matchReference(units, bind, line));
  assert.deepEqual(verdictOf(compiled(units, bind, line)), reference, 'compiled router against reference');
  return reference;
}

function requestLine(request: RequestSpec): RequestLine | undefined {
  const target = targetOf(request);
  const host = parseHost(target.authority);
  const path = normalizePath(target.path);
  if (host === undefined || path === undefined) return undefined;
  const headers = new Map(Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  return { method: request.method ?? 'GET', host, path, query: target.query, header: name => headers.get(name) };
}

function compiled(units: readonly Unit[], bind: string, line: RequestLine): Outcome<Route> {
  const router = createRouter(route => route);
  router.apply({ upserts: units, removals: [] });
  return router.bind(bind)?.match(line) ?? 'no-listener';
}

/** What an expectation says of matching; a status alone says only that no rule answers. */
export function checkVerdict(verdict: Verdict, { status, route, rule }: Expectation): void {
  if (typeof verdict === 'object')
    assert.deepEqual({ route, rule }, verdict, 'expected rule against the one that matches');
  else
    assert.deepEqual({ status, route, rule }, { status: STATUS[verdict], route: undefined, rule: undefined }, verdict);
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
