import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AUTHORITY, PAIRS } from '../../test/translation/authority.ts';
import {
  certificateGrant,
  configMap,
  gateway,
  gatewayClass,
  type Manifest,
  policy,
  route,
  routeOf,
  secret,
  service,
  to,
  world,
  xBackend,
} from '../../test/translation/world.ts';
import { UNREAD_HOSTNAME } from '../resources/index.ts';

const CLASS = gatewayClass('sluice');
const BASE: readonly Manifest[] = [CLASS, gateway('gw', [{}]), service('api'), route('r', to('api'))];
const CA = configMap('ca', { 'ca.crt': AUTHORITY });
const own = { hostname: 'shop.example', caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'ca' }] };
const system = { hostname: 'shop.example', wellKnownCACertificates: 'System' };
const BACKEND = 'Service/default/api/80';

function tlsOf(...manifests: readonly Manifest[]) {
  return world(...BASE, ...manifests).unit('Backend', BACKEND).tls;
}

test('a policy says how a backend proves who it is', () => {
  const names = [
    { type: 'Hostname', hostname: '*.shop.example' },
    { type: 'URI', uri: 'spiffe://mesh.example/shop' },
  ];
  assert.deepEqual(tlsOf(policy('p', 'api', system)), { serverName: 'shop.example', names: [], authorities: 'system' });
  assert.deepEqual(tlsOf(CA, policy('p', 'api', { ...own, subjectAltNames: names })), {
    serverName: 'shop.example',
    names: [
      { kind: 'dns', value: '*.shop.example' },
      { kind: 'uri', value: 'spiffe://mesh.example/shop' },
    ],
    authorities: ['ConfigMap/default/ca'],
  });
});

test('authorities are units for as long as a backend is judged by them', () => {
  const w = world(...BASE, CA, configMap('other', { 'ca.crt': AUTHORITY }), policy('p', 'api', own));
  assert.deepEqual(w.names('Secret'), ['ConfigMap/default/ca']);
  assert.deepEqual(w.unit('Secret', 'ConfigMap/default/ca').content, { kind: 'authorities', pem: AUTHORITY });
  w.remove('BackendTLSPolicy', 'p');
  assert.deepEqual(w.names('Secret'), []);
  assert.equal(w.unit('Backend', BACKEND).tls, undefined);
});

/** What comes to a policy `p` after each step, and the backend's fate: how it is judged, or why nothing is sent. */
const STEPS: readonly (readonly [
  why: string,
  step: Manifest | 'remove',
  accepted: string,
  resolved: string,
  fate: string,
])[] = [
  [
    'its authorities are not there',
    policy('p', 'api', own),
    'False/NoValidCACertificate',
    'False/InvalidCACertificateRef',
    'UnsupportedProtocol',
  ],
  ['they come', CA, 'True/Accepted', 'True/ResolvedRefs', 'ConfigMap/default/ca'],
  [
    'they are emptied',
    configMap('ca', { 'ca.crt': '' }),
    'False/NoValidCACertificate',
    'False/InvalidCACertificateRef',
    'UnsupportedProtocol',
  ],
  ['they are filled', CA, 'True/Accepted', 'True/ResolvedRefs', 'ConfigMap/default/ca'],
  [
    'they are spoilt',
    configMap('ca', { 'ca.crt': 'x' }),
    'False/NoValidCACertificate',
    'False/InvalidCACertificateRef',
    'UnsupportedProtocol',
  ],
  [
    'others are named as well',
    policy('p', 'api', {
      ...own,
      caCertificateRefs: [...own.caCertificateRefs, { group: '', kind: 'ConfigMap', name: 'more' }],
    }),
    'False/NoValidCACertificate',
    'False/InvalidCACertificateRef',
    'UnsupportedProtocol',
  ],
  [
    'and those are good',
    configMap('more', { 'ca.crt': AUTHORITY }),
    'True/Accepted',
    'False/InvalidCACertificateRef',
    'ConfigMap/default/more',
  ],
  [
    'a kind that holds none',
    policy('p', 'api', { ...own, caCertificateRefs: [{ group: 'a.example', kind: 'Bundle', name: 'ca' }] }),
    'False/NoValidCACertificate',
    'False/InvalidKind',
    'UnsupportedProtocol',
  ],
  [
    'authorities that nobody knows',
    policy('p', 'api', { hostname: 'a.example', wellKnownCACertificates: 'a.example/roots' }),
    'False/Invalid',
    'True/ResolvedRefs',
    'UnsupportedProtocol',
  ],
  [
    'a name that is none',
    policy('p', 'api', { ...system, hostname: '10.0.0.1' }),
    'False/Invalid',
    'True/ResolvedRefs',
    'UnsupportedProtocol',
  ],
  [
    'nothing but its targets could be read',
    policy('p', 'api', { hostname: UNREAD_HOSTNAME }),
    'False/Invalid',
    'True/ResolvedRefs',
    'UnsupportedProtocol',
  ],
  [
    'a kind of names to come',
    policy('p', 'api', { ...system, subjectAltNames: [{ type: 'Email' }] }),
    'False/Invalid',
    'True/ResolvedRefs',
    'UnsupportedProtocol',
  ],
  ['all is well', policy('p', 'api', system), 'True/Accepted', 'True/ResolvedRefs', 'system'],
];

test('what a policy can not be followed in is said, and nothing goes to its backends', () => {
  const w = world(...BASE);
  for (const [why, step, accepted, resolved, fate] of STEPS) {
    if (step !== 'remove') w.apply(step);
    assert.deepEqual(w.conditions('BackendTLSPolicy', 'p'), [`Accepted=${accepted}`, `ResolvedRefs=${resolved}`], why);
    const backend = w.names('Backend').length > 0 ? w.unit('Backend', BACKEND) : undefined;
    const ref = w.conditions('HTTPRoute', 'r')[1];
    if (backend) {
      assert.ok(backend.tls, `${why}: never in the clear`);
      assert.equal(String(backend.tls.authorities), fate, why);
      assert.equal(ref, 'ResolvedRefs=True/ResolvedRefs');
    } else assert.equal(ref, `ResolvedRefs=False/${fate}`, why);
  }
});

test('of two policies for one target the older is followed, and one for the port goes before', () => {
  const ports = {
    ports: [
      { name: 'web', port: 80 },
      { name: 'other', port: 81 },
    ],
  };
  const at = (key: string, created: string, hostname: string, section?: string) =>
    policy(key, 'api', { ...system, hostname }, section, created);
  const w = world(
    ...BASE,
    service('api', ports),
    at('a', '2026-01-02T00:00:00Z', 'younger.example'),
    at('b', '2026-01-01T00:00:00Z', 'older.example'),
  );
  const name = () => w.unit('Backend', BACKEND).tls?.serverName;
  assert.equal(name(), 'older.example');
  assert.equal(w.conditions('BackendTLSPolicy', 'a')[0], 'Accepted=False/Conflicted');
  assert.equal(w.conditions('BackendTLSPolicy', 'b')[0], 'Accepted=True/Accepted');
  w.apply(at('port', '2026-01-03T00:00:00Z', 'port.example', 'web'));
  assert.equal(name(), 'port.example');
  assert.equal(w.conditions('BackendTLSPolicy', 'b')[0], 'Accepted=True/Accepted');
  assert.equal(w.conditions('BackendTLSPolicy', 'port')[0], 'Accepted=True/Accepted');
  w.apply(at('late', '2026-01-04T00:00:00Z', 'late.example', 'web'));
  assert.equal(w.conditions('BackendTLSPolicy', 'late')[0], 'Accepted=False/Conflicted');
  w.remove('BackendTLSPolicy', 'port');
  assert.equal(name(), 'late.example');
  w.remove('BackendTLSPolicy', 'late');
  w.remove('BackendTLSPolicy', 'b');
  assert.equal(name(), 'younger.example');
});

test('a policy tells of targets that are not there, or not over TCP', () => {
  const dns = service('api', {
    ports: [
      { name: 'web', port: 80 },
      { name: 'dns', port: 53, protocol: 'UDP' },
    ],
  });
  const w = world(...BASE, dns, policy('p', 'api', system, 'nothing'));
  assert.equal(w.conditions('BackendTLSPolicy', 'p')[0], 'Accepted=False/TargetNotFound');
  assert.equal(w.unit('Backend', BACKEND).tls, undefined);
  w.apply(policy('p', 'nobody', system));
  assert.deepEqual(w.conditions('BackendTLSPolicy', 'p'), []);
  w.apply(policy('p', 'api', system, 'dns'));
  assert.equal(w.unit('Backend', BACKEND).tls, undefined);
  const told = () => w.translator.problems().map(({ severity, message }) => `${severity}: ${message}`);
  const reason = 'TLS needs TCP, and Service default/api has UDP port 53';
  assert.deepEqual(told(), [`error: ${reason}: the policy does nothing`]);
  w.apply(policy('p', 'api', system));
  assert.notEqual(w.unit('Backend', BACKEND).tls, undefined);
  assert.deepEqual(told(), [`warning: ${reason}: datagrams go there as they are`]);
});

test('a policy that can not be followed holds up nothing that is passed through', () => {
  const listener = (mode: string) => ({
    port: 443,
    protocol: 'TLS',
    tls: { mode, ...(mode === 'Terminate' && { certificateRefs: [{ name: 'cert' }] }) },
  });
  const w = world(
    CLASS,
    gateway('gw', [listener('Passthrough')]),
    service('api'),
    secret('cert', { 'tls.crt': PAIRS.shop.chain, 'tls.key': PAIRS.shop.key }),
    policy('p', 'api', own),
    routeOf('TLSRoute', 't', { hostnames: ['shop.example'], ...to('api') }),
  );
  const seen = () => [w.conditions('TLSRoute', 't')[1], ...w.names('Backend')];
  assert.deepEqual(seen(), ['ResolvedRefs=True/ResolvedRefs', `${BACKEND};passed`]);
  assert.equal(w.unit('Backend', `${BACKEND};passed`).tls, undefined);
  w.apply(gateway('gw', [listener('Terminate')]));
  assert.deepEqual(seen(), ['ResolvedRefs=False/UnsupportedProtocol']);
  w.apply(CA);
  assert.deepEqual(seen(), ['ResolvedRefs=True/ResolvedRefs', BACKEND]);
  w.apply(gateway('gw', [listener('Passthrough')]));
  assert.deepEqual(seen(), ['ResolvedRefs=True/ResolvedRefs', BACKEND]);
});

test('the ancestors of a policy are the Gateways whose routes go to its target, mirrors too', () => {
  const mirrors = [{ type: 'RequestMirror', requestMirror: { backendRef: { name: 'api', port: 80 } } }];
  const w = world(
    CLASS,
    gateway('a', [{}]),
    gateway('b', [{}]),
    gateway('idle', [{}]),
    service('api'),
    service('web'),
    policy('p', 'api', system),
    route('r', { parentRefs: [{ name: 'b' }], ...to('api') }),
    route('m', {
      parentRefs: [{ name: 'a' }],
      rules: [{ filters: mirrors, backendRefs: [{ name: 'web', port: 80 }] }],
    }),
    route('w', { parentRefs: [{ name: 'idle' }], ...to('web') }),
  );
  const status = w.translator.statusOf({ kind: 'BackendTLSPolicy', namespace: 'default', name: 'p' });
  assert.ok(status && 'ancestors' in status);
  assert.deepEqual(
    status.ancestors.map(({ ancestorRef }) => ancestorRef.name),
    ['a', 'b'],
  );
});

test('no more than sixteen ancestors', () => {
  const many = Array.from({ length: 20 }, (_, i) => `g${i}`);
  const w = world(
    CLASS,
    ...many.map(name => gateway(name, [{}])),
    service('api'),
    policy('p', 'api', system),
    route('r', { parentRefs: many.map(name => ({ name })), ...to('api') }),
  );
  const status = w.translator.statusOf({ kind: 'BackendTLSPolicy', namespace: 'default', name: 'p' });
  assert.ok(status && 'ancestors' in status);
  assert.equal(status.ancestors.length, 16);
  const [problem, ...others] = w.translator.problems();
  assert.deepEqual([problem?.code, problem?.severity, others], ['TooMany', 'warning', []]);
  assert.match(problem?.message ?? '', /none for default\/g6 \(and 3 more\)/);
});

/** What is spoken to a port of an appProtocol, and by which variant: in the clear, then under a policy. */
const PROTOCOLS: readonly (readonly [
  app: string | undefined,
  kind: 'HTTPRoute' | 'GRPCRoute',
  plain: string,
  encrypted: string,
])[] = [
  [undefined, 'HTTPRoute', 'http1', 'negotiated'],
  [undefined, 'GRPCRoute', 'http2 grpc', 'http2 grpc'],
  ['http', 'HTTPRoute', 'http1', 'negotiated'],
  ['kubernetes.io/h2c', 'HTTPRoute', 'http2', 'http2'],
  ['kubernetes.io/h2c', 'GRPCRoute', 'http2', 'http2'],
  ['grpc', 'HTTPRoute', 'http2', 'http2'],
  ['kubernetes.io/ws', 'HTTPRoute', 'http1', 'http1'],
  ['kubernetes.io/ws', 'GRPCRoute', 'refused', 'refused'],
  ['kubernetes.io/wss', 'HTTPRoute', 'refused', 'http1'],
  ['HTTPS', 'HTTPRoute', 'refused', 'negotiated'],
  ['https', 'GRPCRoute', 'refused', 'http2 grpc'],
  ['kubernetes.io/later', 'HTTPRoute', 'refused', 'refused'],
  ['example.com/own', 'HTTPRoute', 'http1', 'negotiated'],
];

test('an appProtocol says what is spoken, and a policy over what', () => {
  for (const [appProtocol, kind, plain, encrypted] of PROTOCOLS) {
    const ports = [{ name: 'p', port: 80, ...(appProtocol !== undefined && { appProtocol }) }];
    const own = kind === 'GRPCRoute' ? routeOf('GRPCRoute', 'r', to('api')) : route('r', to('api'));
    const w = world(CLASS, gateway('gw', [{}]), service('api', { ports }), own);
    const spoken = () => {
      const [backend] = [...w.units.values()].filter(unit => unit.kind === 'Backend');
      if (!backend) return w.conditions(kind, 'r')[1] === 'ResolvedRefs=False/UnsupportedProtocol' ? 'refused' : 'gone';
      const [, variant] = backend.name.split(';');
      return [backend.protocol, ...(variant === undefined ? [] : [variant])].join(' ');
    };
    assert.equal(spoken(), plain, `${appProtocol} ${kind}`);
    w.apply(policy('p', 'api', system));
    assert.equal(spoken(), encrypted, `${appProtocol} ${kind} with TLS`);
  }
});

const client = { tls: { backend: { clientCertificateRef: { name: 'me', namespace: 'vault' } } } };
const ME = secret('vault/me', { 'tls.crt': PAIRS.client.chain, 'tls.key': PAIRS.client.key });

test('a Gateway shows its certificate to backends that want TLS, and to no others', () => {
  const w = world(
    ...BASE,
    gateway('gw', [{}], client),
    gateway('plain', [{}]),
    service('web'),
    policy('p', 'api', system),
    route('r', { parentRefs: [{ name: 'gw' }, { name: 'plain' }], ...to('api', 'web') }),
    ME,
  );
  const gatewayRefs = () => w.conditions('Gateway', 'gw')[2];
  assert.equal(gatewayRefs(), 'ResolvedRefs=False/RefNotPermitted');
  assert.deepEqual(w.names('Backend').toSorted(), [BACKEND, 'Service/default/web/80']);
  assert.deepEqual(w.names('Secret'), []);
  w.apply(certificateGrant('vault/g', 'default'));
  assert.equal(gatewayRefs(), 'ResolvedRefs=True/ResolvedRefs');
  const shown = `${BACKEND};client=Secret/vault/me`;
  assert.deepEqual(w.names('Backend').toSorted(), [BACKEND, shown, 'Service/default/web/80']);
  assert.equal(w.unit('Backend', shown).tls?.clientCertificate, 'Secret/vault/me');
  assert.equal(w.unit('Backend', BACKEND).tls?.clientCertificate, undefined);
  assert.deepEqual(w.names('Secret'), ['Secret/vault/me']);
  w.apply(secret('vault/me', { 'tls.crt': PAIRS.client.chain, 'tls.key': PAIRS.shop.key }));
  assert.equal(gatewayRefs(), 'ResolvedRefs=False/InvalidClientCertificateRef');
  assert.deepEqual(w.names('Secret'), []);
  assert.ok(w.codes().includes('InvalidClientCertificateRef'));
});

for (const [why, ref] of [
  ['a Secret that is not there', { name: 'nowhere' }],
  ['another kind', { kind: 'ConfigMap', name: 'me' }],
  ['another group', { group: 'a.example', name: 'me' }],
] as const) {
  test(`a certificate for backends that can not be had: ${why}`, () => {
    const w = world(CLASS, gateway('gw', [{}], { tls: { backend: { clientCertificateRef: ref } } }));
    assert.deepEqual(w.conditions('Gateway', 'gw'), [
      'Accepted=True/Accepted',
      'Programmed=True/Programmed',
      'ResolvedRefs=False/InvalidClientCertificateRef',
    ]);
  });
}

const outside = (spec: object, key = 'out') =>
  xBackend(key, {
    type: 'ExternalHostname',
    externalHostname: { hostname: 'api.shop.example' },
    port: { port: 8443 },
    ...spec,
  });
const toOutside = route('r', {
  rules: [{ backendRefs: [{ group: 'gateway.networking.x-k8s.io', kind: 'XBackend', name: 'out' }] }],
});

/** What becomes of an XBackend, with what is spoken to it. */
const OUTSIDE: readonly (readonly [why: string, spec: object, protocol: string, tls: string | undefined])[] = [
  ['nothing said', {}, 'http1', undefined],
  ['HTTP/2', { protocol: 'HTTP2' }, 'http2', undefined],
  ['h2c', { protocol: 'H2C' }, 'http2', undefined],
  ['no TLS', { tls: { mode: 'None' } }, 'http1', undefined],
  ['TLS', { tls: { mode: 'ServerOnly' } }, 'negotiated', 'api.shop.example'],
  ['HTTP/1.1 over TLS', { protocol: 'HTTP11', tls: { mode: 'ServerOnly' } }, 'http1', 'api.shop.example'],
  ['TLS for another name', { tls: { mode: 'ServerOnly', validation: system } }, 'negotiated', 'shop.example'],
  [
    'TLS both ways',
    { tls: { mode: 'ClientAndServer', clientCertificateRef: { name: 'me' } } },
    'negotiated',
    'api.shop.example+Secret/default/me',
  ],
];

test('an XBackend is reached by what it says', () => {
  for (const [why, spec, protocol, tls] of OUTSIDE) {
    const pair = secret('me', { 'tls.crt': PAIRS.client.chain, 'tls.key': PAIRS.client.key });
    const w = world(CLASS, gateway('gw', [{}]), toOutside, outside(spec), pair);
    const unit = w.unit('Backend', 'XBackend/default/out/8443');
    const said = unit.tls && [unit.tls.serverName, ...(unit.tls.clientCertificate ? [unit.tls.clientCertificate] : [])];
    assert.deepEqual([unit.protocol, said?.join('+')], [protocol, tls], why);
    assert.deepEqual(unit.resolve, { hostname: 'api.shop.example', port: 8443 });
    assert.deepEqual(
      w.conditions('XBackend', 'out'),
      ['Accepted=True/Accepted', 'ResolvedRefs=True/ResolvedRefs'],
      why,
    );
  }
});

test('an XBackend that can not be reached as it says gets nothing', () => {
  for (const [why, spec, reason, resolved] of [
    [
      'no certificate',
      { tls: { mode: 'ClientAndServer', clientCertificateRef: { name: 'me' } } },
      'BackendNotFound',
      'False/InvalidClientCertificateRef',
    ],
    ['no reference', { tls: { mode: 'ClientAndServer' } }, 'BackendNotFound', 'False/InvalidClientCertificateRef'],
    [
      'no authority',
      { tls: { mode: 'ServerOnly', validation: own } },
      'BackendNotFound',
      'False/InvalidCACertificateRef',
    ],
    ['bytes', { protocol: 'TCP' }, 'UnsupportedProtocol', 'True/ResolvedRefs'],
    [
      'a name of the cluster',
      { externalHostname: { hostname: 'a.b.svc.cluster.local' } },
      'BackendNotFound',
      'True/ResolvedRefs',
    ],
  ] as const) {
    const w = world(CLASS, gateway('gw', [{}]), toOutside, outside(spec));
    assert.deepEqual(w.names('Backend'), [], why);
    assert.equal(w.conditions('HTTPRoute', 'r')[1], `ResolvedRefs=False/${reason}`, why);
    assert.equal(w.conditions('XBackend', 'out')[1], `ResolvedRefs=${resolved}`, why);
  }
});

test('an XBackend of another namespace needs a grant', () => {
  const ref = { group: 'gateway.networking.x-k8s.io', kind: 'XBackend', name: 'out', namespace: 'far', port: 8443 };
  const w = world(CLASS, gateway('gw', [{}]), route('r', { rules: [{ backendRefs: [ref] }] }), outside({}, 'far/out'));
  assert.equal(w.conditions('HTTPRoute', 'r')[1], 'ResolvedRefs=False/RefNotPermitted');
});

test('a Service of type ExternalName is a name', () => {
  const external = (externalName: string, ports?: readonly object[]) =>
    service('api', { type: 'ExternalName', externalName, ...(ports && { ports }) });
  const w = world(...BASE, external('API.shop.example.'));
  assert.deepEqual(w.unit('Backend', BACKEND).resolve, { hostname: 'api.shop.example', port: 80 });
  w.apply(external('api.shop.example', [{ port: 81 }]));
  assert.deepEqual(w.names('Backend'), []);
  w.apply(external('not a name'));
  assert.equal(w.conditions('HTTPRoute', 'r')[1], 'ResolvedRefs=False/BackendNotFound');
});
