import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  gateway,
  gatewayClass,
  grant,
  type Manifest,
  route,
  service,
  serviceImport,
  to,
  type World,
  world,
} from '../../test/translation/world.ts';

const CLASS = gatewayClass('sluice');
const GATEWAY = gateway('gw', [{ hostname: '*.example.com' }, { port: 8080, hostname: 'a.example.com' }]);

function given(...manifests: readonly Manifest[]): World {
  return world(CLASS, GATEWAY, service('api'), ...manifests);
}

function attachmentsOf(w: World, name = 'HTTPRoute/default/r@default/gw') {
  return w.unit('Route', name).attachments.map(({ listener, hostnames }) => `${listener} ${hostnames.join(' ')}`);
}

function actionOf(w: World, rule = 0) {
  return w.unit('Route', 'HTTPRoute/default/r@default/gw').rules[rule]?.action;
}

const PARENTS: readonly [spec: object, accepted: string, attachments: readonly string[]][] = [
  [{}, 'Accepted=True/Accepted', ['default/gw/l0 *.example.com', 'default/gw/l1 a.example.com']],
  [{ parentRefs: [{ name: 'gw', sectionName: 'l1' }] }, 'Accepted=True/Accepted', ['default/gw/l1 a.example.com']],
  [{ parentRefs: [{ name: 'gw', port: 80 }] }, 'Accepted=True/Accepted', ['default/gw/l0 *.example.com']],
  [{ parentRefs: [{ name: 'gw', port: 80, sectionName: 'l1' }] }, 'Accepted=False/NoMatchingParent', []],
  [{ parentRefs: [{ name: 'gw', sectionName: 'l2' }] }, 'Accepted=False/NoMatchingParent', []],
  [{ hostnames: ['b.example.com', 'x.org'] }, 'Accepted=True/Accepted', ['default/gw/l0 b.example.com']],
  [
    { hostnames: ['a.example.com', '*.a.example.com'] },
    'Accepted=True/Accepted',
    ['default/gw/l0 a.example.com *.a.example.com', 'default/gw/l1 a.example.com'],
  ],
  [{ hostnames: ['example.com', 'x.org'] }, 'Accepted=False/NoMatchingListenerHostname', []],
];

for (const [spec, accepted, attachments] of PARENTS) {
  test(`a route attaches where its parentRef and hostnames say: ${JSON.stringify(spec)}`, () => {
    const w = given(route('r', spec));
    assert.deepEqual(w.conditions('HTTPRoute', 'r'), [accepted, 'ResolvedRefs=True/ResolvedRefs']);
    if (attachments.length > 0) assert.deepEqual(attachmentsOf(w), attachments);
    else assert.deepEqual(w.names('Route'), []);
  });
}

test('each parentRef has its own status entry, equal to what the spec says, and a Gateway gets the route once', () => {
  const parentRefs = [
    { name: 'gw', sectionName: 'l0' },
    { name: 'gw', sectionName: 'nowhere' },
    { name: 'gw', sectionName: 'l1' },
    { name: 'missing' },
    { group: '', kind: 'Service', name: 'api' },
  ];
  const w = given(route('r', { parentRefs, ...to('api') }));
  const status = w.translator.statusOf({ kind: 'HTTPRoute', namespace: 'default', name: 'r' });
  assert.ok(status && 'parents' in status);
  const defaults = { group: 'gateway.networking.k8s.io', kind: 'Gateway' };
  assert.deepEqual(
    status.parents.map(parent => parent.parentRef),
    parentRefs.slice(0, 3).map(ref => ({ ...defaults, ...ref })),
  );
  assert.deepEqual(new Set(status.parents.map(parent => parent.controllerName)), new Set(['sluice.dev/test']));
  assert.deepEqual(
    [0, 1, 2].map(i => w.conditions('HTTPRoute', 'r', i)[0]),
    ['Accepted=True/Accepted', 'Accepted=False/NoMatchingParent', 'Accepted=True/Accepted'],
  );
  assert.deepEqual(attachmentsOf(w), ['default/gw/l0 *.example.com', 'default/gw/l1 a.example.com']);
  assert.deepEqual(w.codes(), ['NoMatchingParent', 'ParentNotFound', 'ParentKindNotServed']);
});

test('a route without parents is told that nothing serves it', () => {
  const w = given(route('r', { parentRefs: [], useDefaultGateways: 'All' }), route('s', { parentRefs: undefined }));
  assert.deepEqual(w.codes(), ['ParentNotFound', 'NoParentRefs']);
  assert.deepEqual(w.conditions('HTTPRoute', 'r'), []);
});

test('a route is a unit of its own at each Gateway', () => {
  const w = given(
    gateway('other/gw', [{ allowedRoutes: { namespaces: { from: 'All' } } }]),
    route('r', { parentRefs: [{ name: 'gw' }, { name: 'gw', namespace: 'other' }], ...to('api') }),
  );
  assert.deepEqual(w.names('Route'), ['HTTPRoute/default/r@default/gw', 'HTTPRoute/default/r@other/gw']);
});

test('age, name and origin of a route come along, for precedence and explanations', () => {
  const r = route('r', to('api'));
  const w = given({ ...r, metadata: { ...r.metadata, creationTimestamp: '2026-01-02T03:04:05Z' } });
  const { created, route: key, rules, origin } = w.unit('Route', 'HTTPRoute/default/r@default/gw');
  assert.deepEqual([created, key], [Date.UTC(2026, 0, 2, 3, 4, 5), 'default/r']);
  assert.deepEqual(origin, { kind: 'HTTPRoute', namespace: 'default', name: 'r' });
  assert.deepEqual(rules[0]?.origin, { ...origin, field: 'spec.rules[0]' });
});

const REFERENCES: readonly [why: string, ref: object, resolved: string, target: string][] = [
  ['a Service', { name: 'api', port: 80 }, 'ResolvedRefs=True/ResolvedRefs', 'Service/default/api/80'],
  [
    'a ServiceImport',
    { group: 'multicluster.x-k8s.io', kind: 'ServiceImport', name: 'far', port: 81 },
    'ResolvedRefs=True/ResolvedRefs',
    'ServiceImport/default/far/81',
  ],
  [
    'a headless Service',
    { name: 'headless', port: 80 },
    'ResolvedRefs=True/ResolvedRefs',
    'Service/default/headless/80',
  ],
  ['no Service', { name: 'missing', port: 80 }, 'ResolvedRefs=False/BackendNotFound', 'BackendNotFound'],
  ['no such port', { name: 'api', port: 81 }, 'ResolvedRefs=False/BackendNotFound', 'BackendNotFound'],
  ['no port', { name: 'api' }, 'ResolvedRefs=False/BackendNotFound', 'BackendNotFound'],
  ['a UDP port', { name: 'dns', port: 53 }, 'ResolvedRefs=False/BackendNotFound', 'BackendNotFound'],
  ['another kind', { kind: 'Pod', name: 'api', port: 80 }, 'ResolvedRefs=False/InvalidKind', 'InvalidKind'],
  ['another group', { group: 'example.com', name: 'api', port: 80 }, 'ResolvedRefs=False/InvalidKind', 'InvalidKind'],
  ['ExternalName', { name: 'external', port: 80 }, 'ResolvedRefs=False/BackendNotFound', 'BackendNotFound'],
  ['TLS', { name: 'secure', port: 443 }, 'ResolvedRefs=False/UnsupportedProtocol', 'UnsupportedProtocol'],
  [
    'another namespace',
    { name: 'secret', namespace: 'vault', port: 80 },
    'ResolvedRefs=False/RefNotPermitted',
    'RefNotPermitted',
  ],
  [
    'nothing in another namespace',
    { name: 'x', namespace: 'vault', port: 80 },
    'ResolvedRefs=False/RefNotPermitted',
    'RefNotPermitted',
  ],
];

for (const [why, ref, resolved, target] of REFERENCES) {
  test(`a backendRef to ${why} is ${target}`, () => {
    const w = given(
      serviceImport('far', [81]),
      service('headless', { clusterIP: 'None', ports: [{ port: 80 }] }),
      service('dns', { ports: [{ port: 53, protocol: 'UDP' }] }),
      service('external', { type: 'ExternalName', externalName: '10.0.0.1', ports: [{ port: 80 }] }),
      service('secure', { ports: [{ port: 443, appProtocol: 'https' }] }),
      service('vault/secret'),
      route('r', { rules: [{ backendRefs: [ref] }] }),
    );
    assert.deepEqual(w.conditions('HTTPRoute', 'r'), ['Accepted=True/Accepted', resolved]);
    const action = actionOf(w);
    assert.ok(action?.kind === 'forward');
    const [share] = action.backends;
    assert.equal(
      share?.target.kind === 'backend'
        ? share.target.backend
        : share?.target.kind === 'failure'
          ? share.target.reason
          : '',
      target,
    );
    assert.deepEqual(w.names('Backend'), target.includes('/') ? [target] : []);
  });
}

const GRANTS: readonly [why: string, grant: Manifest, permitted: boolean][] = [
  ['of every Service', grant('vault/g', 'default'), true],
  ['of this Service', grant('vault/g', 'default', 'secret'), true],
  ['of another Service', grant('vault/g', 'default', 'other'), false],
  ['for another namespace', grant('vault/g', 'elsewhere'), false],
  ['in another namespace', grant('default/g', 'default'), false],
];

for (const [why, granted, permitted] of GRANTS) {
  test(`a grant ${why} ${permitted ? 'permits' : 'does not permit'} the reference, and no longer than it exists`, () => {
    const w = given(
      service('vault/secret'),
      route('r', { rules: [{ backendRefs: [{ name: 'secret', namespace: 'vault', port: 80 }] }] }),
      granted,
    );
    assert.deepEqual(w.names('Backend'), permitted ? ['Service/vault/secret/80'] : []);
    const { delta } = w.remove('ReferenceGrant', `${granted.metadata.namespace}/g`);
    assert.deepEqual(w.names('Backend'), []);
    assert.equal(delta.upserts.length, permitted ? 1 : 0);
    assert.equal(w.conditions('HTTPRoute', 'r')[1], 'ResolvedRefs=False/RefNotPermitted');
  });
}

test('a grant for another kind or group permits nothing', () => {
  const wrong = (from: object, toWhat: object): Manifest => ({
    ...grant('vault/g', 'default'),
    spec: {
      from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'default', ...from }],
      to: [{ group: '', kind: 'Service', ...toWhat }],
    },
  });
  for (const granted of [
    wrong({ kind: 'GRPCRoute' }, {}),
    wrong({ group: '' }, {}),
    wrong({}, { kind: 'Secret' }),
    wrong({}, { group: 'example.com' }),
  ]) {
    const w = given(service('vault/secret'), route('r', to('vault/secret')), granted);
    assert.deepEqual(w.names('Backend'), [], JSON.stringify(granted.spec));
  }
});

test('what is missing for a reference is offered as YAML', () => {
  const w = given(route('r', { rules: [{ backendRefs: [{ name: 'secret', namespace: 'vault', port: 80 }] }] }));
  const [problem] = w.translator.problems();
  assert.equal(problem?.path, 'spec.rules[0].backendRefs[0]');
  assert.match(
    problem?.fix ?? '',
    /kind: ReferenceGrant[\s\S]*namespace: vault[\s\S]*namespace: default[\s\S]*name: secret/,
  );
});

test('weights are kept, refused backends included, and nothing to choose from is a failure', () => {
  const refs = (...weights: readonly number[]) => ({
    rules: [{ backendRefs: weights.map((weight, i) => ({ name: i === 0 ? 'api' : 'missing', port: 80, weight })) }],
  });
  const w = given(route('r', refs(3, 1)));
  const action = actionOf(w);
  assert.ok(action?.kind === 'forward');
  assert.deepEqual(
    action.backends.map(({ weight, target }) => [weight, target.kind]),
    [
      [3, 'backend'],
      [1, 'failure'],
    ],
  );
  for (const spec of [refs(0), refs(0, 0), { rules: [{}] }, { rules: [{ backendRefs: [] }] }]) {
    w.apply(route('r', spec));
    assert.deepEqual(actionOf(w), { kind: 'failure', status: 500, reason: 'NoBackends' }, JSON.stringify(spec));
  }
  assert.equal(w.conditions('HTTPRoute', 'r')[1], 'ResolvedRefs=True/ResolvedRefs');
});

test('a rule that can not be followed fails alone', () => {
  const backendRefs = [{ name: 'api', port: 80 }];
  const w = given(
    route('r', {
      rules: [
        { backendRefs, filters: [{ type: 'RequestMirror' }] },
        { name: 'good', backendRefs },
        { backendRefs, retry: { attempts: 0 } },
      ],
    }),
  );
  assert.deepEqual(w.conditions('HTTPRoute', 'r'), [
    'Accepted=True/Accepted',
    'ResolvedRefs=True/ResolvedRefs',
    'PartiallyInvalid=True/UnsupportedValue',
  ]);
  assert.deepEqual(
    [0, 1, 2].map(i => actionOf(w, i)?.kind),
    ['failure', 'forward', 'failure'],
  );
  assert.equal(w.unit('Route', 'HTTPRoute/default/r@default/gw').rules[1]?.ruleName, 'good');
  assert.deepEqual(
    w.translator.problems().map(problem => problem.path),
    ['spec.rules[0].filters[0]', 'spec.rules[2].retry.attempts'],
  );
  const status = w.translator.statusOf({ kind: 'HTTPRoute', namespace: 'default', name: 'r' });
  assert.ok(status && 'parents' in status);
  assert.match(status.parents[0]?.conditions[2]?.message ?? '', /^Dropped Rule 0, 2\b/);
});

test('a route of which no rule can be followed is refused, and still answers what was meant for it', () => {
  const filters = [
    { type: 'RequestRedirect', requestRedirect: {} },
    { type: 'URLRewrite', urlRewrite: {} },
  ];
  const cases: readonly [rules: readonly object[], reason: string][] = [
    [[{ sessionPersistence: { type: 'Ticket' } }], 'UnsupportedValue'],
    [[{ filters }], 'IncompatibleFilters'],
    [[{ filters }, { filters: [{ type: 'Teleport' }] }], 'UnsupportedValue'],
  ];
  for (const [rules, reason] of cases) {
    const w = given(route('r', { rules }));
    assert.deepEqual(w.conditions('HTTPRoute', 'r'), [`Accepted=False/${reason}`, 'ResolvedRefs=True/ResolvedRefs']);
    assert.equal(actionOf(w)?.kind, 'failure');
  }
});

test('a redirect answers by itself, in a rule or for the share of a backend', () => {
  const filters = [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https' } }];
  const w = given(
    route('r', {
      rules: [
        { filters },
        { backendRefs: [{ name: 'api', port: 80, filters }] },
        { filters, backendRefs: [{ name: 'api', port: 80 }] },
      ],
    }),
  );
  const redirect = { kind: 'redirect', status: 302, scheme: 'https' };
  assert.deepEqual(actionOf(w, 0), { kind: 'redirect', redirect });
  const share = actionOf(w, 1);
  assert.ok(share?.kind === 'forward');
  assert.deepEqual(share.backends[0]?.target, { kind: 'redirect', redirect });
  assert.equal(actionOf(w, 2)?.kind, 'failure');
});

test('the filters of a backendRef are its own', () => {
  const filter = (name: string) => ({
    type: 'RequestHeaderModifier',
    requestHeaderModifier: { set: [{ name, value: '1' }] },
  });
  const w = given(
    route('r', {
      rules: [
        {
          filters: [filter('a')],
          timeouts: { request: '2s' },
          backendRefs: [{ name: 'api', port: 80, filters: [filter('b')] }],
        },
      ],
    }),
  );
  const [rule] = w.unit('Route', 'HTTPRoute/default/r@default/gw').rules;
  assert.deepEqual(rule?.filters, [{ kind: 'requestHeaders', set: [['a', '1']], add: [], remove: [] }]);
  assert.ok(rule?.action.kind === 'forward');
  assert.deepEqual(rule.action.timeouts, { request: 2000 });
  assert.deepEqual(rule.action.backends[0]?.filters, [
    { kind: 'requestHeaders', set: [['b', '1']], add: [], remove: [] },
  ]);
});

test('several references that fail are one condition and a problem each', () => {
  const w = given(route('r', to('missing', 'api', 'gone')));
  assert.deepEqual(w.codes(), ['BackendNotFound', 'BackendNotFound']);
  const status = w.translator.statusOf({ kind: 'HTTPRoute', namespace: 'default', name: 'r' });
  assert.ok(status && 'parents' in status);
  assert.match(status.parents[0]?.conditions[1]?.message ?? '', /missing.*\(and 1 more\)/);
});

test('kinds that are read and not served are named, and nothing else is said of them', () => {
  const w = given({
    apiVersion: 'gateway.networking.x-k8s.io/v1alpha1',
    kind: 'XMesh',
    metadata: { name: 'm' },
    spec: {},
  });
  w.translator.upsert({
    apiVersion: 'v1',
    kind: 'EndpointSlice',
    metadata: { name: 'e', namespace: 'default', generation: 1, labels: {}, annotations: {} },
    addressType: 'IPv4',
    endpoints: [],
    ports: [],
  });
  w.settle();
  assert.ok(w.codes().every(code => code === 'KindNotServed'));
  assert.equal(w.translator.allStatuses().length, 2);
});
