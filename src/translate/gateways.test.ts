import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  definition,
  gateway,
  gatewayClass,
  type Manifest,
  namespace,
  route,
  service,
  to,
  world,
  worldOf,
} from '../../test/translation/world.ts';
import { createTranslator } from './translator.ts';

const CLASS = gatewayClass('sluice');
const SELECTOR = (selector: object) => ({ allowedRoutes: { namespaces: { from: 'Selector', selector } } });

test('a Gateway of ours gets listeners, addresses and conditions at its generation', () => {
  const gw = gateway('gw', [{ hostname: 'A.example.com', port: 8080 }]);
  const { translator, unit } = world(CLASS, { ...gw, metadata: { ...gw.metadata, generation: 7 } });
  const { origin, hash, ...listener } = unit('Listener', 'default/gw/l0');
  assert.deepEqual(listener, {
    kind: 'Listener',
    name: 'default/gw/l0',
    gateway: 'default/gw',
    section: 'l0',
    port: 8080,
    protocol: 'HTTP',
    hostname: 'a.example.com',
  });
  assert.deepEqual(origin, { kind: 'Gateway', namespace: 'default', name: 'gw', field: 'spec.listeners[0]' });
  assert.ok(hash);
  const status = translator.statusOf({ kind: 'Gateway', namespace: 'default', name: 'gw' });
  assert.ok(status && 'addresses' in status);
  assert.deepEqual(status.addresses, [{ type: 'IPAddress', value: '127.0.0.1' }]);
  const conditions = [...status.conditions, ...status.listeners.flatMap(each => each.conditions)];
  assert.equal(conditions.length, 5);
  for (const { status: truth, observedGeneration } of conditions)
    assert.deepEqual([truth, observedGeneration], ['True', 7]);
});

test('without a controller name every class is ours, and a missing one is warned of', () => {
  const { conditions, codes, names } = world(gateway('gw', [{}]));
  assert.deepEqual(names('Listener'), ['default/gw/l0']);
  assert.deepEqual(conditions('Gateway', 'gw'), ['Accepted=True/Accepted', 'Programmed=True/Programmed']);
  assert.deepEqual(codes(), ['GatewayClassNotFound']);
});

test("with a controller name, other controllers' classes and their Gateways are none of our business", () => {
  const translator = createTranslator({ controllerName: 'sluice.dev/test' });
  const {
    names,
    conditions,
    codes,
    translator: t,
  } = worldOf(
    translator,
    CLASS,
    gatewayClass('other', { controllerName: 'example.com/other' }),
    gateway('gw', [{}]),
    gateway('theirs', [{}], { gatewayClassName: 'other' }),
    gateway('orphan', [{}], { gatewayClassName: 'missing' }),
    route('r', { parentRefs: [{ name: 'theirs' }] }),
  );
  assert.deepEqual(names('Listener'), ['default/gw/l0']);
  assert.deepEqual(
    t.allStatuses().map(({ object }) => `${object.kind}/${object.name}`),
    ['Gateway/gw', 'GatewayClass/sluice'],
  );
  assert.deepEqual(conditions('GatewayClass', 'sluice'), [
    'Accepted=True/Accepted',
    'SupportedVersion=True/SupportedVersion',
  ]);
  assert.deepEqual(codes(), ['GatewayClassNotFound', 'ParentOfAnotherController']);
});

test('an accepted class follows the versions of the installed definitions', () => {
  const name = (plural: string) => `${plural}.gateway.networking.k8s.io`;
  const w = world(CLASS, gatewayClass('tuned', { parametersRef: { group: 'x.io', kind: 'X', name: 'x' } }));
  const seen = (manifest: Manifest) => {
    const { statuses } = w.apply(manifest);
    return [statuses.length, w.conditions('GatewayClass', 'sluice')[1], ...w.codes().slice(0, -1)];
  };
  const unknown = 'SupportedVersion=False/UnsupportedVersion';
  const known = 'SupportedVersion=True/SupportedVersion';
  assert.deepEqual(seen(definition(name('gateways'), 'v1.6.3')), [0, known]);
  assert.deepEqual(seen(definition('gateways.example.com', 'v9.9.9')), [0, known]);
  assert.deepEqual(seen(definition(name('gateways'), 'v1.16.0')), [1, unknown, 'UnsupportedVersion']);
  assert.deepEqual(seen(definition(name('grpcroutes'), 'v0.8.1')), [1, unknown, 'UnsupportedVersion']);
  assert.deepEqual(seen(definition(name('gateways'), 'v1.0.0')), [1, unknown, 'UnsupportedVersion']);
  assert.equal(w.remove('CustomResourceDefinition', name('grpcroutes')).statuses.length, 1);
  assert.deepEqual(w.conditions('GatewayClass', 'sluice'), ['Accepted=True/Accepted', known]);
});

test('parameters that nobody knows are refused, on the class and on the Gateway', () => {
  const parametersRef = { group: 'example.com', kind: 'Tuning', name: 'fast' };
  const { conditions, names } = world(
    gatewayClass('tuned', { parametersRef }),
    CLASS,
    gateway('of-class', [{}], { gatewayClassName: 'tuned' }),
    gateway('own', [{}], { infrastructure: { parametersRef } }),
  );
  assert.deepEqual(conditions('GatewayClass', 'tuned'), ['Accepted=False/InvalidParameters']);
  for (const key of ['of-class', 'own']) {
    assert.deepEqual(conditions('Gateway', key), ['Accepted=False/InvalidParameters', 'Programmed=False/Invalid'], key);
  }
  assert.deepEqual(names('Listener'), []);
});

test('of hundreds of addresses a status has as many as it may', () => {
  const all = Array.from({ length: 300 }, (_, i) => ({ type: 'IPAddress', value: `10.0.1.${i}` }) as const);
  const { translator, settle } = world(CLASS, gateway('gw', [{}]));
  translator.place('default/gw', { addresses: all, failures: {}, acknowledged: true });
  settle();
  const status = translator.statusOf({ kind: 'Gateway', namespace: 'default', name: 'gw' });
  assert.deepEqual(status && 'addresses' in status && status.addresses, all.slice(0, 16));
});

test('what the data plane says decides whether a Gateway is programmed', () => {
  const placed = { addresses: [{ type: 'IPAddress', value: '10.0.0.1' } as const], failures: {}, acknowledged: true };
  const cases = [
    [undefined, ['Accepted=True/Accepted', 'Programmed=False/Pending'], 'Programmed=False/Pending'],
    [
      { ...placed, acknowledged: false },
      ['Accepted=True/Accepted', 'Programmed=False/Pending'],
      'Programmed=False/Pending',
    ],
    [
      { ...placed, addresses: [] },
      ['Accepted=True/Accepted', 'Programmed=False/AddressNotAssigned'],
      'Programmed=True/Programmed',
    ],
    [
      { ...placed, unassigned: 'no hostname can be given' },
      ['Accepted=True/Accepted', 'Programmed=False/AddressNotAssigned'],
      'Programmed=True/Programmed',
    ],
    [
      { ...placed, unusableAddress: 'not ours' },
      ['Accepted=True/Accepted', 'Programmed=False/AddressNotUsable'],
      'Programmed=True/Programmed',
    ],
    [
      { ...placed, addresses: [], unusableAddress: 'not ours' },
      ['Accepted=True/Accepted', 'Programmed=False/AddressNotUsable'],
      'Programmed=False/AddressNotUsable',
    ],
    [placed, ['Accepted=True/Accepted', 'Programmed=True/Programmed'], 'Programmed=True/Programmed'],
  ] as const;
  const { translator, settle, conditions } = world(CLASS, gateway('gw', [{}]));
  for (const [placement, expected, listener] of cases) {
    translator.place('default/gw', placement);
    settle();
    assert.deepEqual(conditions('Gateway', 'gw'), expected);
    assert.equal(conditions('Gateway', 'gw', 'l0').at(-1), listener);
  }
});

test('a listener whose port is taken is refused, the others live on', () => {
  const { translator, settle, conditions, codes } = world(CLASS, gateway('gw', [{}, { port: 81 }]));
  translator.place('default/gw', {
    addresses: [{ type: 'IPAddress', value: '127.0.0.1' }],
    failures: { 'default/gw/l1': 'port 81 is taken by another program' },
    acknowledged: true,
  });
  const { delta } = settle();
  assert.deepEqual(delta, { upserts: [], removals: [] });
  assert.deepEqual(conditions('Gateway', 'gw'), ['Accepted=True/ListenersNotValid', 'Programmed=True/Programmed']);
  assert.deepEqual(conditions('Gateway', 'gw', 'l1'), [
    'Accepted=False/PortUnavailable',
    'ResolvedRefs=True/ResolvedRefs',
    'Programmed=False/Invalid',
  ]);
  assert.deepEqual(codes(), ['PortUnavailable']);
});

/** What is wrong with the second listener, beside a good first one. */
const LISTENERS: readonly [why: string, listener: object, accepted: string, resolvedRefs: string, kinds: number][] = [
  [
    'nobody knows the protocol',
    { protocol: 'example.com/x' },
    'Accepted=False/UnsupportedProtocol',
    'ResolvedRefs=True/ResolvedRefs',
    0,
  ],
  [
    'the protocol has the name of a member of objects',
    { protocol: 'constructor' },
    'Accepted=False/UnsupportedProtocol',
    'ResolvedRefs=True/ResolvedRefs',
    0,
  ],
  ['no port is like that', { port: 70000 }, 'Accepted=False/PortUnavailable', 'ResolvedRefs=True/ResolvedRefs', 2],
  [
    'an address is no hostname',
    { hostname: '10.0.0.1' },
    'Accepted=False/UnsupportedValue',
    'ResolvedRefs=True/ResolvedRefs',
    2,
  ],
  [
    'the selector means nothing',
    SELECTOR({ matchExpressions: [{ key: 'a', operator: 'Equals', values: ['b'] }] }),
    'Accepted=False/UnsupportedValue',
    'ResolvedRefs=True/ResolvedRefs',
    2,
  ],
  [
    'no such kind',
    { allowedRoutes: { kinds: [{ kind: 'TCPRoute' }] } },
    'Accepted=True/Accepted',
    'ResolvedRefs=False/InvalidRouteKinds',
    0,
  ],
  [
    'one of two kinds',
    { allowedRoutes: { kinds: [{ kind: 'TCPRoute' }, { kind: 'HTTPRoute' }] } },
    'Accepted=True/Accepted',
    'ResolvedRefs=False/InvalidRouteKinds',
    1,
  ],
  [
    'another group',
    { allowedRoutes: { kinds: [{ group: 'example.com', kind: 'HTTPRoute' }] } },
    'Accepted=True/Accepted',
    'ResolvedRefs=False/InvalidRouteKinds',
    0,
  ],
];

for (const [why, listener, accepted, resolvedRefs, kinds] of LISTENERS) {
  test(`a listener is judged by itself: ${why}`, () => {
    const { conditions, translator, names, codes } = world(
      CLASS,
      gateway('gw', [{ hostname: 'a.example.com' }, { port: 81, ...listener }]),
    );
    assert.deepEqual(conditions('Gateway', 'gw', 'l1').slice(0, 2), [accepted, resolvedRefs]);
    assert.deepEqual(conditions('Gateway', 'gw', 'l0')[0], 'Accepted=True/Accepted');
    const status = translator.statusOf({ kind: 'Gateway', namespace: 'default', name: 'gw' });
    assert.ok(status && 'listeners' in status);
    assert.equal(status.listeners[1]?.supportedKinds.length, kinds);
    assert.equal(names('Listener').length, accepted === 'Accepted=True/Accepted' ? 2 : 1);
    assert.equal(codes().length, 1);
  });
}

test('a Gateway with no good listener is not accepted', () => {
  const { conditions, names } = world(
    CLASS,
    gateway('gw', [{ protocol: 'example.com/x' }, { port: 81, hostname: '10.0.0.1' }]),
  );
  assert.deepEqual(conditions('Gateway', 'gw'), ['Accepted=False/ListenersNotValid', 'Programmed=False/Invalid']);
  assert.deepEqual(names('Listener'), []);
});

test('listeners in conflict are refused with the reason of the conflict', () => {
  const { conditions, names } = world(CLASS, gateway('gw', [{}, { protocol: 'HTTPS' }, { port: 81 }]));
  assert.deepEqual(conditions('Gateway', 'gw', 'l0'), [
    'Accepted=False/ProtocolConflict',
    'Conflicted=True/ProtocolConflict',
    'ResolvedRefs=True/ResolvedRefs',
    'Programmed=False/ProtocolConflict',
  ]);
  assert.deepEqual(names('Listener'), ['default/gw/l2']);
});

test('addresses of a type that Sluice does not know are refused', () => {
  const { conditions } = world(CLASS, gateway('gw', [{}], { addresses: [{ type: 'example.com/pool', value: 'x' }] }));
  assert.deepEqual(conditions('Gateway', 'gw'), ['Accepted=False/UnsupportedAddress', 'Programmed=False/Invalid']);
});

function attachedRoutes({ translator }: ReturnType<typeof world>): readonly number[] {
  const status = translator.statusOf({ kind: 'Gateway', namespace: 'default', name: 'gw' });
  return status && 'listeners' in status ? status.listeners.map(listener => listener.attachedRoutes) : [];
}

test('attachedRoutes counts the accepted routes of each listener, as they come and go', () => {
  const w = world(
    CLASS,
    gateway('gw', [{ hostname: '*.example.com' }, { port: 81 }, { port: 82, protocol: 'HTTPS' }]),
    service('api'),
    route('anywhere', to('api')),
    route('unresolved', to('missing')),
    route('only-81', { parentRefs: [{ name: 'gw', port: 81 }], ...to('api') }),
    route('other-host', { hostnames: ['example.org'], ...to('api') }),
    route('faulty', { rules: [{ filters: [{ type: 'Teleport' }] }] }),
    route('elsewhere/foreign', { parentRefs: [{ name: 'gw', namespace: 'default' }] }),
  );
  assert.deepEqual(attachedRoutes(w), [2, 4, 3]);
  w.remove('HTTPRoute', 'anywhere');
  assert.deepEqual(attachedRoutes(w), [1, 3, 2]);
  w.apply(gateway('gw', [{ allowedRoutes: { namespaces: { from: 'All' } } }]));
  assert.deepEqual(attachedRoutes(w), [3]);
});

test('a selector follows the labels of namespaces, and every namespace has its name as one', () => {
  const w = world(
    CLASS,
    gateway('gw', [
      SELECTOR({ matchLabels: { team: 'shop' } }),
      { port: 81, ...SELECTOR({ matchLabels: { 'kubernetes.io/metadata.name': 'blog' } }) },
    ]),
    service('shop/api'),
    route('shop/r', { parentRefs: [{ name: 'gw', namespace: 'default' }], ...to('api') }),
    route('blog/r', { parentRefs: [{ name: 'gw', namespace: 'default' }] }),
  );
  assert.deepEqual(attachedRoutes(w), [0, 1]);
  assert.deepEqual(w.conditions('HTTPRoute', 'shop/r')[0], 'Accepted=False/NotAllowedByListeners');
  w.apply(namespace('shop', { team: 'shop' }));
  assert.deepEqual(attachedRoutes(w), [1, 1]);
  w.remove('Namespace', '/shop');
  assert.deepEqual(attachedRoutes(w), [0, 1]);
  assert.deepEqual(w.names('Route'), ['HTTPRoute/blog/r@default/gw']);
});

test('a Gateway that goes takes its listeners, statuses and routes with it', () => {
  const w = world(CLASS, gateway('gw', [{}]), service('api'), route('r', to('api')));
  const { delta, statuses } = w.remove('Gateway', 'gw');
  assert.deepEqual(
    delta.removals.map(({ kind }) => kind),
    ['Listener', 'Route', 'Backend'],
  );
  assert.deepEqual(
    statuses.map(({ object, status }) => [object.kind, status]),
    [
      ['Gateway', undefined],
      ['HTTPRoute', undefined],
    ],
  );
  assert.deepEqual(w.codes(), ['ParentNotFound']);
});
