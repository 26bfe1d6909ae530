import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Listener, seal, type TransportRoute, type Unit } from '../ir/index.ts';
import { createRouter, matchTransportReference } from './index.ts';

const ORIGIN = { kind: 'TLSRoute', namespace: 'ns', name: 'any' };
const LISTENERS = ['ns/gw/a', 'ns/gw/b'];
const HOSTNAMES = ['*', '*.c', '*.b.c', '*.a.b.c', 'x.a.b.c', 'x.b.c', 'b.c'];
const SERVER_NAMES = ['x.a.b.c', 'y.a.b.c', 'x.b.c', 'b.c', 'c', 'z.d', '', '.b.c'];

type Attachments = TransportRoute['attachments'];

function route(name: string, created: number, attachments: Attachments): TransportRoute {
  const target = { kind: 'backend' as const, backend: 'Service/ns/a/1' };
  return seal({
    kind: 'TransportRoute',
    name: `TLSRoute/${name}@ns/gw`,
    route: name,
    created,
    attachments,
    backends: [{ weight: 1, target }],
    origin: ORIGIN,
  });
}

function listener(name: string, protocol: Listener['protocol'] = 'TLS'): Listener {
  const section = name.split('/')[2]!;
  return seal({
    kind: 'Listener',
    name,
    gateway: 'ns/gw',
    section,
    port: 443,
    protocol,
    hostname: '*',
    origin: ORIGIN,
  });
}

function bind(listeners: readonly string[]): Unit {
  return seal({ kind: 'Bind', name: 'socket', host: '127.0.0.1', port: 0, listeners });
}

const routes = fc
  .record({
    name: fc.constantFrom('a/r', 'a/s', 'b/r', 'a-b/r'),
    created: fc.constantFrom(0, 0, 1),
    attachments: fc.array(
      fc.record({
        listener: fc.constantFrom(...LISTENERS),
        hostnames: fc.array(fc.constantFrom(...HOSTNAMES), { minLength: 1, maxLength: 3 }),
      }),
      { minLength: 1, maxLength: 2 },
    ),
  })
  .map(({ name, created, attachments }) => route(name, created, attachments));

const step = fc.record({ upserts: fc.array(routes, { maxLength: 4 }), removed: fc.option(routes, { nil: undefined }) });

test('after any changes each connection gets the route that the reference gives it', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), steps => {
      const router = createRouter(() => undefined);
      router.apply({ upserts: [...LISTENERS.map(name => listener(name)), bind(LISTENERS)], removals: [] });
      const units = new Map<string, TransportRoute>();
      for (const { upserts, removed } of steps) {
        router.apply({ upserts, removals: removed ? [{ kind: 'TransportRoute', name: removed.name }] : [] });
        for (const unit of upserts) units.set(unit.name, unit);
        if (removed) units.delete(removed.name);
        for (const name of LISTENERS) for (const server of SERVER_NAMES) agree(name, server);
      }

      function agree(name: string, server: string): void {
        const expected = matchTransportReference([...units.values()], name, server);
        const found = router.bind('socket')!.transport(name, server);
        assert.equal(typeof found === 'string' ? undefined : found.route.name, expected?.name, `${name} ${server}`);
        if (typeof found !== 'string') assert.equal(found.route.hash, expected!.hash);
      }
    }),
    { numRuns: 300 },
  );
});

test('the oldest has a hostname, then the first by name; a unit that comes again stays the same object', () => {
  const router = createRouter(() => undefined);
  const at: Attachments = [{ listener: LISTENERS[0]!, hostnames: ['*'] }];
  const names = ['b/r', 'a/r', 'a/old'];
  const [second, first, oldest] = [route(names[0]!, 5, at), route(names[1]!, 5, at), route(names[2]!, 4, at)];
  const take = (...upserts: Unit[]) => router.apply({ upserts, removals: [] });
  const chosen = () => router.bind('socket')!.transport(LISTENERS[0]!, '');
  take(listener(LISTENERS[0]!), bind(LISTENERS), second);
  assert.deepEqual(chosen(), { listener: listener(LISTENERS[0]!), route: second });
  take(first);
  assert.equal(routeOf(chosen()), first);
  take(oldest);
  take(route(names[2]!, 4, at));
  assert.equal(routeOf(chosen()), oldest);
  router.apply({ upserts: [], removals: [{ kind: 'TransportRoute', name: oldest.name }] });
  assert.equal(routeOf(chosen()), first);
});

test('what is not there is named; the first listener of a protocol is that of the bind', () => {
  const router = createRouter(() => undefined);
  const [a, b] = [listener('ns/gw/a', 'TCP'), listener('ns/gw/b', 'TCP')];
  router.apply({ upserts: [bind(['ns/gw/b', 'ns/gw/a'])], removals: [] });
  const bound = router.bind('socket')!;
  assert.equal(bound.transport('ns/gw/a', ''), 'no-listener');
  router.apply({ upserts: [a, b], removals: [] });
  assert.deepEqual([bound.first('TCP'), bound.first('UDP')], [b, undefined]);
  assert.equal(bound.transport('ns/gw/a', ''), 'no-route');
});

function routeOf(outcome: ReturnType<NonNullable<ReturnType<ReturnType<typeof createRouter>['bind']>>['transport']>) {
  return typeof outcome === 'string' ? outcome : outcome.route;
}
