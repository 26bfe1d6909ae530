import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Listener, type Match, type PathMatch, type Route, seal, type Unit } from '../ir/index.ts';
import { matchReference, type RequestLine, type Trace, traceRequest } from './index.ts';

const BIND = 'socket';
const ORIGIN = { kind: 'HTTPRoute', namespace: 'ns', name: 'any' };

function listener(section: string, hostname: string): Listener {
  const name = `ns/gw/${section}`;
  const rest = { gateway: 'ns/gw', section, port: 80, protocol: 'HTTP', hostname, origin: ORIGIN } as const;
  return seal({ kind: 'Listener', name, ...rest });
}

interface Shape {
  readonly created?: number;
  readonly at?: string;
  readonly hosts?: readonly string[];
}

function route(name: string, rules: readonly (readonly Partial<Match>[])[], shape: Shape = {}): Route {
  const { created = 0, at = 'any', hosts = ['*'] } = shape;
  return seal({
    kind: 'Route',
    name: `HTTPRoute/ns/${name}@ns/gw`,
    route: `ns/${name}`,
    created,
    attachments: [{ listener: `ns/gw/${at}`, hostnames: hosts }],
    rules: rules.map((matches, index) => {
      const whole = matches.map(match => ({ path: prefix(''), headers: [], query: [], ...match }));
      const action = { kind: 'failure', status: 500, reason: 'Test' } as const;
      return { index, matches: whole, filters: [], action, origin: ORIGIN };
    }),
    origin: ORIGIN,
  });
}

const prefix = (value: string) => ({ kind: 'prefix', value }) as const;
const exact = (value: string) => ({ kind: 'exact', value }) as const;
const condition = (name: string, value: string) => ({ kind: 'exact', name, value }) as const;

function ask(units: readonly Unit[], line: Partial<RequestLine> = {}, arrivedAt = ''): Trace {
  const named = units.filter(unit => unit.kind === 'Listener').map(({ name }) => name);
  const bind = seal({ kind: 'Bind', name: BIND, host: '127.0.0.1', port: 0, listeners: named });
  const request = { method: 'GET', host: 'shop.example', path: '/a', query: '', header: () => undefined, ...line };
  return traceRequest([...units, bind], BIND, request, arrivedAt);
}

const ANY = listener('any', '*');

for (const [step, routes] of [
  ['hostname', [route('a', [[{}]], { hosts: ['shop.example'] }), route('b', [[{ path: exact('/a') }]])]],
  ['path-kind', [route('a', [[{ path: exact('/a') }]]), route('b', [[{ path: prefix('/a') }]])]],
  ['path-length', [route('a', [[{ path: prefix('/a') }]]), route('b', [[{ method: 'GET' }]])]],
  ['method', [route('a', [[{ method: 'GET' }]]), route('b', [[{ headers: [condition('h', '1')] }]])]],
  ['headers', [route('a', [[{ headers: [condition('h', '1')] }]]), route('b', [[{ query: [condition('q', '1')] }]])]],
  ['query', [route('a', [[{ query: [condition('q', '1')] }]]), route('b', [[{}]])]],
  ['age', [route('b', [[{}]], { created: 1 }), route('a', [[{}]], { created: 2 })]],
  ['name', [route('a', [[{}]]), route('b', [[{}]])]],
  ['rule-order', [route('a', [[{}], [{}]])]],
  ['match-order', [route('a', [[{}, {}]])]],
] as const) {
  test(`of two that hold, ${step} may decide`, () => {
    const trace = ask([ANY, ...routes], { query: 'q=1', header: () => '1' });
    assert.equal(trace.decidedBy?.step, step);
    assert.equal(trace.winner?.route, routes[0]);
    assert.deepEqual(
      trace.losers.map(({ beatenBy, misses }) => [beatenBy, misses]),
      [[step, []]],
    );
  });
}

test('each condition that is not met is named with what the request had', () => {
  const asked = { path: exact('/b'), method: 'POST', headers: [condition('h', '1')], query: [condition('q', '1')] };
  const trace = ask([ANY, route('a', [[asked]], { hosts: ['other.example'] })], { query: 'q=2' });
  assert.equal(trace.winner, undefined);
  assert.deepEqual(trace.losers[0]?.misses, [
    { kind: 'host', wanted: 'other.example', had: 'shop.example' },
    { kind: 'path', wanted: exact('/b'), had: '/a' },
    { kind: 'method', wanted: 'POST', had: 'GET' },
    { kind: 'header', wanted: condition('h', '1'), had: undefined },
    { kind: 'query', wanted: condition('q', '1'), had: '2' },
  ]);
});

test('the listener that owns the host leaves nothing to the others', () => {
  const owner = listener('one', 'shop.example');
  const trace = ask([ANY, owner, listener('two', 'other.example'), route('a', [[{}]])]);
  assert.equal(trace.listener, owner);
  assert.deepEqual(
    trace.otherListeners.map(({ listener: { section }, why }) => [section, why]),
    [
      ['any', 'less-specific'],
      ['two', 'other-host'],
    ],
  );
  assert.deepEqual(trace.losers[0]?.misses, [{ kind: 'listener', wanted: 'ns/gw/any', had: 'ns/gw/one' }]);
});

test('a connection that another listener took has no winner', () => {
  const units = [ANY, listener('one', 'shop.example'), route('a', [[{}]], { at: 'one' })];
  const astray = ask(units, {}, 'ns/gw/any');
  assert.deepEqual([astray.winner, astray.misdirectedFrom, astray.listener?.section], [undefined, 'ns/gw/any', 'one']);
  const right = ask(units, {}, 'ns/gw/one');
  assert.deepEqual([right.winner?.route.route, right.misdirectedFrom], ['ns/a', undefined]);
});

for (const [what, line, nearest, farther] of [
  ['another case of the path', { path: '/A' }, exact('/a'), exact('/b')],
  ['a longer beginning in common', { path: '/shop/cart/7' }, exact('/shop/cart/8'), exact('/about')],
  ['a slash at the end', { path: '/shop/' }, exact('/shop'), exact('/offers')],
] as const) {
  test(`the nearest miss goes first: ${what}`, () => {
    const trace = ask([ANY, route('a', [[{ path: farther }], [{ path: nearest }]])], line);
    assert.deepEqual(trace.losers[0]?.entry.match.path, nearest);
  });
}

test('a match that stands under two hostnames is told once, and does not beat itself', () => {
  const trace = ask([ANY, route('a', [[{}], [{ method: 'PUT' }]], { hosts: ['shop.example', '*.example'] })]);
  assert.equal(trace.winner?.hostname, 'shop.example');
  assert.equal(trace.decidedBy, undefined);
  assert.equal(trace.lost, 1);
});

test('a match is told under the nearest of its hostnames, also where the path is an expression', () => {
  const asked = { path: { kind: 'regex', value: '/b.*' }, method: 'PUT' } as const;
  const trace = ask([ANY, route('a', [[asked]], { hosts: ['shop.exampl', 'hop.example', 'shop.example'] })]);
  assert.deepEqual(
    trace.losers[0]?.misses.map(({ kind }) => kind),
    ['path', 'method'],
  );
});

test('a match that stands at two Gateways of one socket is told once, and does not lose to itself', () => {
  const { hash: _, ...unit } = route('a', [[{}], [{ method: 'PUT' }]]);
  const elsewhere = {
    name: 'HTTPRoute/ns/a@ns/other',
    attachments: [{ listener: 'ns/gw/two', hostnames: ['*.test'] }],
  };
  const trace = ask([ANY, listener('two', '*.test'), seal({ ...unit, ...elsewhere }), seal(unit)]);
  assert.equal(trace.winner?.route.name, 'HTTPRoute/ns/a@ns/gw');
  assert.deepEqual([trace.losers.length, trace.lost], [1, 1]);
});

test('rules that share one match are told apart', () => {
  const shared = { path: prefix(''), headers: [], query: [] };
  const { hash: _, ...unit } = route('a', [[{}], [{}], [{}]]);
  const trace = ask([ANY, seal({ ...unit, rules: unit.rules.map(rule => ({ ...rule, matches: [shared] })) })]);
  assert.deepEqual(
    trace.losers.map(({ entry, beatenBy }) => [entry.rule.index, beatenBy]),
    [
      [1, 'rule-order'],
      [2, 'rule-order'],
    ],
  );
});

test('of thousands of losers the nearest few are told, and all are counted', () => {
  const routes = Array.from({ length: 3_000 }, (_, i) => route(`r${i}`, [[{ path: prefix(`/p${i}`) }]]));
  const trace = ask([ANY, ...routes], { path: '/p77/x' });
  assert.equal(trace.winner?.route.route, 'ns/r77');
  assert.equal(trace.losers.length, 20);
  assert.equal(trace.lost, 2_999);
});

test('the winner is the one of the reference', () => {
  const some = <V>(...values: readonly V[]) => fc.constantFrom(...values);
  const match = fc.record({
    path: fc.oneof(
      some<PathMatch>(exact('/a'), prefix(''), prefix('/a')),
      some({ kind: 'regex' as const, value: '/.*' }),
    ),
    headers: fc.subarray([condition('h', '1'), condition('i', '2')]),
  });
  const rules = fc.array(fc.array(match, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 });
  const shape = fc.record({ at: some('any', 'one'), hosts: fc.subarray(['*', '*.example', 'shop.example']) });
  const routes = fc.uniqueArray(
    fc.tuple(some('a', 'b', 'c'), rules, shape).map(parts => route(...parts)),
    { selector: unit => unit.name },
  );
  fc.assert(
    fc.property(routes, some('/a', '/a/b', '/b'), some('shop.example', 'x.example', 'y.z'), (units, path, host) => {
      const bind = seal({ kind: 'Bind', name: BIND, host: '', port: 0, listeners: ['ns/gw/any', 'ns/gw/one'] });
      const all = [ANY, listener('one', 'shop.example'), bind, ...units];
      const line = { method: 'GET', host, path, query: '', header: (name: string) => (name === 'h' ? '1' : undefined) };
      const expected = matchReference(all, BIND, line);
      const trace = traceRequest(all, BIND, line);
      assert.deepEqual(trace.winner ?? (trace.listener ? 'no-route' : 'no-listener'), expected);
    }),
    { numRuns: 500 },
  );
});
