import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Delta, type Listener, type Match, type Route, seal, type Unit } from '../ir/index.ts';
import {
  createRouter,
  listenerForReference,
  matchReference,
  type Outcome,
  type RequestLine,
  type Router,
} from './index.ts';

const BIND = 'socket';
const LISTENERS = ['ns/gw/any', 'ns/gw/wild', 'ns/gw/deep', 'ns/gw/one'];
const LISTENER_HOSTNAMES = ['*', '*.b.c', '*.a.b.c', 'x.a.b.c', 'b.c'];
const HOSTNAMES = ['*', '*.c', '*.b.c', '*.a.b.c', 'x.a.b.c', 'x.b.c', 'b.c'];
const HOSTS = ['x.a.b.c', 'y.a.b.c', 'x.b.c', 'b.c', 'c', 'z.d', '', '.b.c', '10.0.0.1'];
const PATHS = ['/', '/a', '/a/', '/a/b', '/a/b/', '/a/b/c', '/ab', '/b', '/b/a', '/a%2Fb', '/1', '/22/a', '/é'];
const PREFIXES = ['', '/a', '/a/b', '/a/b/c', '/b', '/%61', '/a%2fb'];
const REGEXES = ['/.*', '/a.*', '/[a-b]', '/[0-9]+', '/[0-9]+/a', '/a/?b?', '/(a|b)', '.*', '/a', '/b/.', '(', '/../a'];
const ORIGIN = { kind: 'HTTPRoute', namespace: 'ns', name: 'any' };

const pick = <V>(values: readonly V[]) => fc.constantFrom(...values);

const path = fc.oneof(
  fc.record({ kind: fc.constant('exact' as const), value: pick(PATHS) }),
  fc.record({ kind: fc.constant('prefix' as const), value: pick(PREFIXES) }),
  fc.record({ kind: fc.constant('regex' as const), value: pick(REGEXES) }),
  fc.record({ kind: fc.constant('regex' as const), value: pick(REGEXES), rank: pick([0.25, 0.5, 3, 3.5]) }),
);

const condition = fc.oneof(
  fc.record({ kind: fc.constant('exact' as const), name: pick(['h', 'i']), value: pick(['1', '2', 'a b']) }),
  fc.record({ kind: fc.constant('regex' as const), name: pick(['h', 'i']), value: pick(['[0-9]', '1', '.*', '[']) }),
);

const match: fc.Arbitrary<Match> = fc
  .record({
    path,
    method: fc.option(pick(['GET', 'POST']), { nil: undefined, freq: 2 }),
    headers: fc.array(condition, { maxLength: 2 }),
    query: fc.array(condition, { maxLength: 2 }),
  })
  .map(({ method, ...rest }) => (method === undefined ? rest : { ...rest, method }));

/** Matches that all hold for one request, so that nothing but their order decides: expressions of one length too. */
const BROAD_REGEXES = ['/.*', '/.+', '.*.', '.+.', '..*', '..+', '.*', '.+', '/.*.*', '/a.*'];
const tie: fc.Arbitrary<Match> = fc
  .record({
    path: fc.oneof(
      pick(BROAD_REGEXES).map(value => ({ kind: 'regex' as const, value })),
      fc.record({ kind: fc.constant('regex' as const), value: pick(BROAD_REGEXES), rank: pick([0.25, 0.5, 3, 3.5]) }),
      pick(['', '/a']).map(value => ({ kind: 'prefix' as const, value })),
      fc.constant({ kind: 'exact' as const, value: '/a' }),
    ),
    method: fc.option(fc.constant('GET'), { nil: undefined, freq: 2 }),
    headers: fc.subarray([one('h'), one('i')]),
    query: fc.subarray([one('h'), one('i')]),
  })
  .map(({ method, ...rest }) => (method === undefined ? rest : { ...rest, method }));

function one(name: string) {
  return { kind: 'exact' as const, name, value: '1' };
}

const TIE_REQUESTS: readonly RequestLine[] = ['/a', '/a/b', '/b'].map(target => {
  return { method: 'GET', host: 'b.c', path: target, query: 'h=1&i=1', header: () => '1' };
});

const attachment = fc.record({
  listener: pick(LISTENERS),
  hostnames: fc.array(pick(HOSTNAMES), { minLength: 1, maxLength: 3 }),
});

const route = routeOf(fc.array(attachment, { minLength: 1, maxLength: 3 }), match);
const tiedRoute = routeOf(fc.constant([{ listener: 'ns/gw/any', hostnames: ['*'] }]), tie);

function routeOf(attachments: fc.Arbitrary<Route['attachments']>, matches: fc.Arbitrary<Match>): fc.Arbitrary<Unit> {
  const rules = fc.array(fc.array(matches, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 });
  return fc
    .record({ name: pick(['a/r', 'a/s', 'b/r', 'b/s', 'a-b/r']), created: pick([0, 0, 1]), attachments, rules })
    .map(unit => sealRoute(unit.name, unit.created, unit.attachments, unit.rules));
}

function sealRoute(name: string, created: number, attachments: Route['attachments'], rules: Match[][]): Route {
  return seal({
    kind: 'Route',
    name: `HTTPRoute/${name}@ns/gw`,
    route: name,
    created,
    attachments,
    rules: rules.map((matches, index) => {
      const action = { kind: 'failure', status: 500, reason: `${name}#${index}` } as const;
      return { index, matches, filters: [], action, origin: ORIGIN };
    }),
    origin: ORIGIN,
  });
}

const listener: fc.Arbitrary<Unit> = fc
  .record({
    name: pick(LISTENERS),
    hostname: pick(LISTENER_HOSTNAMES),
    protocol: pick<Listener['protocol']>(['HTTP', 'HTTP', 'HTTPS', 'HTTPS', 'TLS', 'TCP']),
  })
  .map(({ name, hostname, protocol }) => sealListener(name, hostname, protocol));

function sealListener(name: string, hostname: string, protocol: Listener['protocol'] = 'HTTP'): Unit {
  const section = name.split('/')[2] ?? '';
  return seal({
    kind: 'Listener',
    name,
    gateway: 'ns/gw',
    section,
    port: 80,
    protocol,
    hostname,
    ...(/S$/.test(protocol) && { tls: { mode: 'passthrough' } as const }),
    origin: ORIGIN,
  });
}

const bind: fc.Arbitrary<Unit> = fc.shuffledSubarray(LISTENERS).map(sealBind);

function sealBind(listeners: readonly string[]): Unit {
  return seal({ kind: 'Bind', name: BIND, host: '127.0.0.1', port: 0, listeners });
}

const request: fc.Arbitrary<RequestLine> = fc
  .record({
    method: pick(['GET', 'POST', 'PUT']),
    host: pick(HOSTS),
    path: pick([...PATHS, '*', '/é']),
    query: pick(['', 'h=1', 'h=2&h=1', 'i=a+b&h=1', 'h&i=%31', '&&=x&h=1']),
    h: pick([undefined, '1', '2', 'a b']),
  })
  .map(({ h, ...line }) => ({ ...line, header: name => (name === 'h' ? h : name === 'i' ? '1' : undefined) }));

function say<T>(outcome: Outcome<T>): string {
  if (typeof outcome === 'string') return outcome;
  return `${outcome.listener.name} ${outcome.hostname} ${outcome.route.name} ${outcome.rule.index}.${outcome.matchIndex}`;
}

function expectSame(router: Router<string>, units: readonly Unit[], requests: readonly RequestLine[]): void {
  const socket = router.bind(BIND);
  assert.equal(
    socket !== undefined,
    units.some(unit => unit.kind === 'Bind'),
  );
  if (socket === undefined) return;
  for (const line of requests) {
    for (const at of ['', LISTENERS[line.path.length % LISTENERS.length]!]) {
      const told = `${JSON.stringify(line)} at ${at}`;
      assert.equal(say(socket.match(line, at)), say(matchReference(units, BIND, line, at)), told);
    }
    assert.equal(socket.listenerFor(line.host)?.name, listenerForReference(units, BIND, line.host)?.name, line.host);
  }
}

const reasonOf = (_: Route, rule: Route['rules'][number]) =>
  rule.action.kind === 'failure' ? rule.action.reason : assert.fail('a rule of another test');

test('the compiled router agrees with the reference', () => {
  const routes = fc.uniqueArray(route, { selector: unit => unit.name, maxLength: 5 });
  const listeners = fc.uniqueArray(listener, { selector: unit => unit.name, maxLength: 4 });
  const requests = fc.array(request, { minLength: 5, maxLength: 20 });
  fc.assert(
    fc.property(routes, listeners, requests, (someRoutes, someListeners, lines) => {
      const units = [...someRoutes, ...someListeners, sealBind(LISTENERS)];
      const router = createRouter(reasonOf);
      router.apply({ upserts: units, removals: [] });
      expectSame(router, units, lines);
    }),
    { numRuns: 400 },
  );
});

test('any sequence of changes leads to what the reference says of the units that are left', () => {
  const change = fc.record({
    upserts: fc.array(fc.oneof({ weight: 4, arbitrary: route }, listener, bind), { maxLength: 4 }),
    removals: fc.array(
      fc.oneof(
        route.map(({ name }) => ({ kind: 'Route' as const, name })),
        pick(LISTENERS).map(name => ({ kind: 'Listener' as const, name })),
        fc.constant({ kind: 'Bind' as const, name: BIND }),
      ),
      { maxLength: 2 },
    ),
  });
  const sequence = fc.array(fc.tuple(change, fc.array(request, { minLength: 2, maxLength: 8 })), { maxLength: 8 });
  fc.assert(
    fc.property(sequence, steps => {
      const units = new Map<string, Unit>();
      const router = createRouter(reasonOf);
      for (const [delta, lines] of steps) {
        for (const unit of delta.upserts) units.set(`${unit.kind} ${unit.name}`, unit);
        for (const { kind, name } of delta.removals) units.delete(`${kind} ${name}`);
        router.apply(delta);
        expectSame(router, [...units.values()], lines);
      }
    }),
    { numRuns: 300 },
  );
});

test('where everything matches, only the order of precedence decides, after every change', () => {
  const steps = fc.array(fc.array(tiedRoute, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(steps, batches => {
      const frame = [sealListener('ns/gw/any', '*'), sealBind(LISTENERS)];
      const units = new Map<string, Unit>(frame.map(unit => [unit.name, unit]));
      const router = createRouter(reasonOf);
      router.apply({ upserts: frame, removals: [] });
      for (const upserts of batches) {
        for (const unit of upserts) units.set(unit.name, unit);
        router.apply({ upserts, removals: [] });
        expectSame(router, [...units.values()], TIE_REQUESTS);
      }
    }),
    { numRuns: 400 },
  );
});

/** `count` routes of one rule each; `shape` says what distinguishes number `at`. */
function manyRoutes(count: number, shape: (at: number) => Match): Route[] {
  const attachments = [{ listener: 'ns/gw/any', hostnames: ['*'] }];
  return Array.from({ length: count }, (_, at) => sealRoute(`ns/r${at}`, 0, attachments, [[shape(at)]]));
}

const get = (target: string): RequestLine => {
  return { method: 'GET', host: 'shop.example', path: target, query: '', header: () => undefined };
};

function routerOf(routes: readonly Route[]): Router<string> {
  const router = createRouter(reasonOf);
  const frame = [sealListener('ns/gw/any', '*'), sealBind(['ns/gw/any'])];
  router.apply({ upserts: [...routes, ...frame], removals: [] });
  return router;
}

const SHAPES: Readonly<Record<string, (value: string) => Match>> = {
  exact: value => ({ path: { kind: 'exact', value: `/${value}` }, headers: [], query: [] }),
  prefix: value => ({ path: { kind: 'prefix', value: `/${value}` }, headers: [], query: [] }),
  regex: value => ({ path: { kind: 'regex', value: `/${value}` }, headers: [], query: [] }),
  header: value => ({
    path: { kind: 'prefix', value: '' },
    headers: [{ kind: 'regex', name: 'h', value }],
    query: [],
  }),
};

for (const [name, shape] of Object.entries(SHAPES)) {
  test(`changing one of 300 routes told apart by ${name} compiles one rule and replaces at most 3 nodes`, () => {
    const router = routerOf(manyRoutes(300, at => shape(`r${at}`)));
    const before = { ...router.compiled };
    const [changed] = manyRoutes(1, () => shape('elsewhere'));
    router.apply({ upserts: [changed!], removals: [] });
    const rules = router.compiled.rules - before.rules;
    const nodes = router.compiled.nodes - before.nodes;
    assert.equal(rules, 1);
    assert.ok(nodes >= 1 && nodes <= 3, `${nodes} nodes`);
  });
}

test('an upsert of equal content and units of other kinds cost nothing', () => {
  const routes = manyRoutes(10, at => SHAPES.exact!(`r${at}`));
  const router = routerOf(routes);
  const before = { ...router.compiled };
  const others: Delta['upserts'] = [
    seal({ kind: 'Endpoints', name: 'Service/ns/a/80', endpoints: [] }),
    seal({ kind: 'Backend', name: 'Service/ns/a/80', protocol: 'http1', origin: ORIGIN }),
  ];
  router.apply({ upserts: [...routes, ...others], removals: [{ kind: 'Backend', name: 'Service/ns/b/80' }] });
  assert.deepEqual({ ...router.compiled }, before);
});

test('the router of a bind stays the same object, and knows of its listeners as they come', () => {
  const router = createRouter(reasonOf);
  router.apply({ upserts: [sealBind(['ns/gw/any'])], removals: [] });
  const socket = router.bind(BIND);
  assert.equal(socket?.match(get('/r0')), 'no-listener');
  router.apply({ upserts: manyRoutes(1, () => SHAPES.exact!('r0')), removals: [] });
  assert.equal(socket?.match(get('/r0')), 'no-listener');
  router.apply({ upserts: [sealListener('ns/gw/any', '*')], removals: [] });
  assert.equal(say(socket!.match(get('/r0'))), 'ns/gw/any * HTTPRoute/ns/r0@ns/gw 0.0');
  router.apply({ upserts: [sealListener('ns/gw/any', 'other.example')], removals: [] });
  assert.equal(socket?.match(get('/r0')), 'no-listener');
  assert.equal(router.bind(BIND), socket);
  router.apply({ upserts: [], removals: [{ kind: 'Bind', name: BIND }] });
  assert.equal(router.bind(BIND), undefined);
});

test('a caller whose compileRule throws finds the router as it was', () => {
  let broken = false;
  const router = createRouter((_, rule) => (broken ? assert.fail('no such filter') : rule.index));
  const [old] = manyRoutes(1, () => SHAPES.exact!('old'));
  router.apply({ upserts: [old!, sealListener('ns/gw/any', '*'), sealBind(['ns/gw/any'])], removals: [] });
  broken = true;
  const [fresh] = manyRoutes(1, () => SHAPES.exact!('new'));
  assert.throws(() => router.apply({ upserts: [fresh!], removals: [{ kind: 'Bind', name: BIND }] }));
  assert.notEqual(typeof router.bind(BIND)!.match(get('/old')), 'string');
});

test('a route that can not be compiled is refused alone, and goes on as it was', () => {
  const refused: string[] = [];
  let broken = false;
  const compile = () => (broken ? assert.fail('no such filter') : undefined);
  const router = createRouter(compile, ({ name }, reason) => void refused.push(`${name}: ${reason}`));
  const [old] = manyRoutes(1, () => SHAPES.exact!('old'));
  router.apply({ upserts: [old!, sealListener('ns/gw/any', '*'), sealBind(['ns/gw/any'])], removals: [] });
  broken = true;
  const [fresh] = manyRoutes(1, () => SHAPES.exact!('new'));
  router.apply({ upserts: [fresh!, sealListener('ns/gw/more', 'more.example')], removals: [] });
  assert.deepEqual(refused, ['HTTPRoute/ns/r0@ns/gw: no such filter']);
  assert.notEqual(typeof router.bind(BIND)!.match(get('/old')), 'string');
  broken = false;
  const [odd] = manyRoutes(1, () => ({ ...SHAPES.exact!('old'), path: { kind: 'regex', value: '/(?=a)' } }));
  router.apply({ upserts: [odd!], removals: [] });
  assert.equal(refused[1], "HTTPRoute/ns/r0@ns/gw: '/(?=a)' is no regular expression of RE2");
  assert.notEqual(typeof router.bind(BIND)!.match(get('/old')), 'string');
  router.apply({ upserts: [fresh!], removals: [] });
  assert.notEqual(typeof router.bind(BIND)!.match(get('/new')), 'string');
  assert.equal(refused.length, 2);
});

test('a path of thousands of segments is walked once', () => {
  const router = routerOf(manyRoutes(3, at => SHAPES.prefix!('a/'.repeat(at * 100).concat('a'))));
  const found = router.bind(BIND)!.match(get(`/${'a/'.repeat(16_000)}`));
  assert.equal(say(found), 'ns/gw/any * HTTPRoute/ns/r2@ns/gw 0.0');
});
