import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  gateway,
  gatewayClass,
  type Manifest,
  route,
  routeOf,
  service,
  to,
  type World,
  world,
} from '../../test/translation/world.ts';

const CLASS = gatewayClass('sluice');
const UDP = { ports: [{ port: 53, protocol: 'UDP' }, { port: 80 }] };
const LISTENERS = [
  { name: 'http', port: 80, protocol: 'HTTP' },
  { name: 'tls', port: 8443, protocol: 'TLS', hostname: '*.example.com', tls: { mode: 'Passthrough' } },
  { name: 'tcp', port: 9000, protocol: 'TCP' },
  { name: 'tcp2', port: 9001, protocol: 'TCP' },
  { name: 'udp', port: 53, protocol: 'UDP' },
];

function given(...manifests: readonly Manifest[]): World {
  return world(CLASS, gateway('gw', LISTENERS), service('api'), service('dns', UDP), ...manifests);
}

const aged = (manifest: Manifest, created: string): Manifest => ({
  ...manifest,
  metadata: { ...manifest.metadata, creationTimestamp: created },
});
const OLD = '2026-01-01T00:00:00Z';
const YOUNG = '2026-01-02T00:00:00Z';

const ACCEPTED = ['Accepted=True/Accepted', 'ResolvedRefs=True/ResolvedRefs'];

/** Kind, spec, listeners that took it. */
const ATTACHED: readonly [kind: string, spec: object, listeners: readonly string[]][] = [
  ['GRPCRoute', {}, ['http *']],
  ['GRPCRoute', { hostnames: ['a.example.com'] }, ['http a.example.com']],
  ['TLSRoute', { hostnames: ['a.example.com', 'b.org'] }, ['tls a.example.com']],
  ['TLSRoute', { hostnames: ['*.com'] }, ['tls *.example.com']],
  ['TCPRoute', {}, ['tcp *', 'tcp2 *']],
  ['TCPRoute', { parentRefs: [{ name: 'gw', port: 9001 }] }, ['tcp2 *']],
  ['TCPRoute', { parentRefs: [{ name: 'gw', sectionName: 'tcp', port: 9000 }] }, ['tcp *']],
];

for (const [kind, spec, listeners] of ATTACHED) {
  test(`a ${kind} attaches to the listeners of its protocol: ${JSON.stringify(spec)}`, () => {
    const w = given(routeOf(kind, 'r', { ...to('api'), ...spec }));
    assert.deepEqual(w.conditions(kind, 'r'), ACCEPTED);
    const unit = kind === 'GRPCRoute' ? 'Route' : 'TransportRoute';
    const { attachments } = w.unit(unit, `${kind}/default/r@default/gw`);
    assert.deepEqual(
      attachments.map(({ listener, hostnames }) => `${listener.replace('default/gw/', '')} ${hostnames.join(' ')}`),
      listeners,
    );
  });
}

const REFUSED: readonly [kind: string, spec: object, reason: string][] = [
  ['TCPRoute', { parentRefs: [{ name: 'gw', sectionName: 'http' }] }, 'NotAllowedByListeners'],
  [
    'TLSRoute',
    { hostnames: ['a.example.com'], parentRefs: [{ name: 'gw', sectionName: 'http' }] },
    'NotAllowedByListeners',
  ],
  ['TLSRoute', { hostnames: ['a.example.com'], parentRefs: [{ name: 'gw', sectionName: 'none' }] }, 'NoMatchingParent'],
  ['TLSRoute', { hostnames: ['a.org'] }, 'NoMatchingListenerHostname'],
  ['UDPRoute', { parentRefs: [{ name: 'gw', port: 9000 }] }, 'NotAllowedByListeners'],
  ['UDPRoute', { parentRefs: [{ name: 'gw', port: 9 }] }, 'NoMatchingParent'],
  ['GRPCRoute', { parentRefs: [{ name: 'gw', sectionName: 'tls' }] }, 'NotAllowedByListeners'],
  ['HTTPRoute', { parentRefs: [{ name: 'gw', sectionName: 'tcp' }] }, 'NotAllowedByListeners'],
];

for (const [kind, spec, reason] of REFUSED) {
  test(`a ${kind} is not taken: ${JSON.stringify(spec)}`, () => {
    const w = given(routeOf(kind, 'r', { ...to('api'), ...spec }));
    assert.equal(w.conditions(kind, 'r')[0], `Accepted=False/${reason}`);
    assert.deepEqual([...w.names('Route'), ...w.names('TransportRoute')], []);
  });
}

function targets(w: World, name: string): readonly string[] {
  return w.unit('TransportRoute', name).backends.map(({ weight, target }) => {
    return `${weight} ${target.kind === 'backend' ? target.backend : target.reason}`;
  });
}

test('the shares of a route of bytes keep their weights, also those that can not be had', () => {
  const backendRefs = [
    { name: 'api', port: 80, weight: 3 },
    { name: 'api', port: 81 },
    { name: 'none', port: 80, weight: 0 },
    { name: 'dns', namespace: 'other', port: 80 },
    { group: 'example.com', kind: 'Widget', name: 'w', port: 80 },
  ];
  const w = given(routeOf('TCPRoute', 'r', { rules: [{ name: 'all', backendRefs }] }));
  const name = 'TCPRoute/default/r@default/gw';
  assert.deepEqual(targets(w, name), [
    '3 Service/default/api/80',
    '1 BackendNotFound',
    '0 BackendNotFound',
    '1 RefNotPermitted',
    '1 InvalidKind',
  ]);
  assert.equal(w.unit('TransportRoute', name).ruleName, 'all');
  assert.deepEqual(w.conditions('TCPRoute', 'r'), ['Accepted=True/Accepted', 'ResolvedRefs=False/BackendNotFound']);
});

test('a UDPRoute goes to ports of UDP, every other route to ports of TCP', () => {
  const udp = (port: number) => routeOf('UDPRoute', 'r', { rules: [{ backendRefs: [{ name: 'dns', port }] }] });
  const w = given(udp(53));
  assert.deepEqual(targets(w, 'UDPRoute/default/r@default/gw'), ['1 Service/default/dns/53/udp']);
  assert.deepEqual(w.names('Backend'), ['Service/default/dns/53/udp']);
  w.apply(udp(80));
  assert.equal(w.conditions('UDPRoute', 'r')[1], 'ResolvedRefs=False/BackendNotFound');
  w.apply(routeOf('TCPRoute', 'r', { rules: [{ backendRefs: [{ name: 'dns', port: 53 }] }] }));
  assert.equal(w.conditions('TCPRoute', 'r')[1], 'ResolvedRefs=False/BackendNotFound');
});

test('routes of one listener are all accepted and counted, and who gets nothing is told', () => {
  const w = given(aged(routeOf('TCPRoute', 'a', to('api')), YOUNG), aged(routeOf('TCPRoute', 'b', to('api')), OLD));
  for (const name of ['a', 'b']) assert.deepEqual(w.conditions('TCPRoute', name), ACCEPTED);
  assert.deepEqual(attachedRoutes(w), { http: 0, tls: 0, tcp: 2, tcp2: 2, udp: 0 });
  const [problem, ...others] = w.translator.problems();
  assert.deepEqual([problem?.code, problem?.object?.name, others.length], ['OlderRouteServes', 'a', 0]);
  assert.match(
    problem?.message ?? '',
    /no connections of listener default\/gw\/tcp: TCPRoute default\/b comes first \(and 1 more\)/,
  );
  w.remove('TCPRoute', 'b');
  assert.deepEqual(w.codes(), []);
});

test('of TLSRoutes only those of one hostname stand in one another’s way', () => {
  const tls = (name: string, ...hostnames: readonly string[]) => routeOf('TLSRoute', name, { hostnames, ...to('api') });
  const w = given(tls('a', 'a.example.com'), tls('b', 'b.example.com', '*.example.com'));
  assert.deepEqual(w.codes(), []);
  w.apply(tls('c', 'b.example.com', 'c.example.com'));
  assert.deepEqual(
    w.translator.problems().map(({ code, object }) => `${code} ${object?.name}`),
    ['OlderRouteServes c'],
  );
});

function attachedRoutes(w: World): object {
  const status = w.translator.statusOf({ kind: 'Gateway', namespace: 'default', name: 'gw' });
  const listeners = status && 'listeners' in status ? status.listeners : [];
  return Object.fromEntries(listeners.map(({ name, attachedRoutes: count }) => [name, count]));
}

const grpc = (name: string, ...hostnames: readonly string[]) => routeOf('GRPCRoute', name, { hostnames, ...to('api') });
const http = (name: string, ...hostnames: readonly string[]) => route(name, { hostnames, ...to('api') });

/** Each older than the next: those that are accepted. */
const EXCLUSIONS: readonly [manifests: readonly Manifest[], accepted: readonly string[]][] = [
  [[http('a'), grpc('b')], ['HTTPRoute a']],
  [[grpc('b'), http('a')], ['GRPCRoute b']],
  [
    [http('a', 'a.com'), grpc('b', 'b.com')],
    ['HTTPRoute a', 'GRPCRoute b'],
  ],
  [[http('a', '*.com'), grpc('b', 'b.com')], ['HTTPRoute a']],
  [[http('a', 'x.b.com'), grpc('b', '*.b.com')], ['HTTPRoute a']],
  [
    [http('a', 'b.com'), grpc('b', '*.b.com')],
    ['HTTPRoute a', 'GRPCRoute b'],
  ],
  [[grpc('a', 'a.com', 'b.com'), http('b', 'c.com', 'b.com')], ['GRPCRoute a']],
  [[http('a', 'a.com'), grpc('b')], ['HTTPRoute a']],
  // Who is excluded excludes nobody.
  [
    [grpc('a', 'a.com'), http('b', 'a.com', 'b.com'), grpc('c', 'b.com')],
    ['GRPCRoute a', 'GRPCRoute c'],
  ],
  [
    [http('a', 'a.com'), http('b', 'a.com'), grpc('c', 'c.com')],
    ['HTTPRoute a', 'HTTPRoute b', 'GRPCRoute c'],
  ],
];

for (const [manifests, accepted] of EXCLUSIONS) {
  const names = manifests.map(({ kind, metadata, spec }) => `${kind} ${metadata.name} ${Object(spec).hostnames}`);
  test(`HTTPRoutes and GRPCRoutes of one listener and hostname: ${names.join(', ')}`, () => {
    const dated = manifests.map((each, i) => aged(each, `2026-01-0${i + 1}T00:00:00Z`));
    for (const order of [dated, dated.toReversed()]) {
      const w = given(...order);
      const taken = manifests.filter(({ kind, metadata }) => w.conditions(kind, `${metadata.name}`)[0] === ACCEPTED[0]);
      assert.deepEqual(
        taken.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
        accepted,
      );
      assert.equal(w.names('Route').length, accepted.length);
    }
  });
}

test('who was excluded is taken when the older route goes, and by other listeners all along', () => {
  const w = world(
    CLASS,
    gateway('gw', [{ hostname: 'a.com' }, { hostname: 'b.com' }]),
    service('api'),
    aged(http('old', 'a.com'), OLD),
    aged(grpc('young', 'a.com', 'b.com'), YOUNG),
  );
  const attachments = () =>
    w.unit('Route', 'GRPCRoute/default/young@default/gw').attachments.map(each => each.listener);
  assert.deepEqual(w.conditions('GRPCRoute', 'young'), ACCEPTED);
  assert.deepEqual(attachments(), ['default/gw/l1']);
  w.remove('HTTPRoute', 'old');
  assert.deepEqual(attachments(), ['default/gw/l0', 'default/gw/l1']);
  assert.ok(w.unit('Route', 'GRPCRoute/default/young@default/gw').grpc);
});

const EXPOSED = { defaultScope: 'All' };

test('a route that asks for default Gateways attaches to all of them, with an entry for each in its status', () => {
  const w = world(
    CLASS,
    gateway('gw', [{}], EXPOSED),
    gateway('gw2', [{}], EXPOSED),
    gateway('other/closed', [{}], EXPOSED),
    gateway('plain', [{}]),
    service('api'),
    route('r', { parentRefs: [{ name: 'gw' }], useDefaultGateways: 'All', ...to('api') }),
  );
  const status = () => {
    const found = w.translator.statusOf({ kind: 'HTTPRoute', namespace: 'default', name: 'r' });
    return found && 'parents' in found
      ? found.parents.map(
          ({ parentRef, conditions }) => `${parentRef.namespace ?? ''}/${parentRef.name} ${conditions[0]?.reason}`,
        )
      : [];
  };
  assert.deepEqual(status(), ['/gw Accepted', 'default/gw2 Accepted', 'other/closed NotAllowedByListeners']);
  assert.deepEqual(w.names('Route'), ['HTTPRoute/default/r@default/gw', 'HTTPRoute/default/r@default/gw2']);
  assert.deepEqual(w.codes(), []);
  w.apply(gateway('gw2', [{}]));
  assert.deepEqual(w.names('Route'), ['HTTPRoute/default/r@default/gw']);
  assert.deepEqual(status(), ['/gw Accepted', 'other/closed NotAllowedByListeners']);
});

test('who asks for default Gateways where none takes the route is told so', () => {
  const asking = route('r', { parentRefs: undefined, useDefaultGateways: 'All', ...to('api') });
  const w = world(CLASS, gateway('gw', [{}]), service('api'), asking);
  assert.deepEqual(w.codes(), ['ParentNotFound']);
  w.apply(gateway('gw', [{ allowedRoutes: { kinds: [{ kind: 'GRPCRoute' }] } }], EXPOSED));
  assert.deepEqual(w.codes(), ['NotAllowedByListeners']);
  w.apply(gateway('gw', [{}], EXPOSED));
  assert.deepEqual(w.codes(), []);
});

test('a ListenerSet that is not there is called one, with the name that was probably meant', () => {
  const set = { group: 'gateway.networking.k8s.io', kind: 'ListenerSet', name: 'extar' };
  const extra = {
    ...routeOf('ListenerSet', 'extra', {
      parentRef: { name: 'gw' },
      listeners: [{ name: 'a', port: 81, protocol: 'HTTP' }],
    }),
  };
  const w = given(extra, route('r', { parentRefs: [set], ...to('api') }));
  const problem = w.translator.problems().find(({ object }) => object?.kind === 'HTTPRoute');
  assert.equal(problem?.code, 'ParentNotFound');
  assert.match(
    problem?.message ?? '',
    /^ListenerSet default\/extar does not exist.*did you mean ListenerSet default\/extra\?$/,
  );
  assert.match(problem?.fix ?? '', /kind: ListenerSet/);
});
