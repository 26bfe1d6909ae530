import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CERTIFICATE, KEY } from '../../test/translation/certificate.ts';
import {
  certificateGrant,
  configMap,
  gateway,
  gatewayClass,
  listenerSet,
  type Manifest,
  policy,
  route,
  routeOf,
  secret,
  service,
  world,
  xBackend,
} from '../../test/translation/world.ts';

const ALL = { allowedRoutes: { namespaces: { from: 'All' } } };
const SHARED = { parentRefs: [{ name: 'gw', namespace: 'infra' }] };

function since(year: number, { metadata, ...rest }: Manifest): Manifest {
  return { ...rest, metadata: { ...metadata, creationTimestamp: `${year}-01-01T00:00:00Z` } } as Manifest;
}

function set(key: string, listeners: readonly object[]): Manifest {
  return listenerSet(key, listeners, { parentRef: { name: 'gw', namespace: 'infra' } });
}

/** Whoever runs the Gateway lends it to two: the older one's names begin with `hidden`. */
const GIVEN: readonly Manifest[] = [
  gatewayClass('sluice'),
  gateway(
    'infra/gw',
    [
      { name: 'web', hostname: '*.open.example', ...ALL },
      { name: 'bytes', port: 900, protocol: 'TCP', ...ALL },
    ],
    {
      allowedListeners: { namespaces: { from: 'All' } },
      tls: {
        frontend: {
          default: { validation: { caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'hidden-ca' }] } },
        },
      },
    },
  ),
  secret('other/cert', { 'tls.crt': CERTIFICATE, 'tls.key': KEY }),
  configMap('other/ca', { 'ca.crt': CERTIFICATE }),
  // For Gateways, and not for ListenerSets or XBackends.
  certificateGrant('other/g', 'mine', 'cert'),
  service('other/hidden-api'),
  since(
    2020,
    set('other/hidden-set', [
      { hostname: 'a.mine.example', port: 81 },
      { port: 82, protocol: 'TCP' },
    ]),
  ),
  since(2020, routeOf('GRPCRoute', 'other/hidden-calls', { ...SHARED, hostnames: ['hidden.open.example'] })),
  since(2020, routeOf('TCPRoute', 'other/hidden-bytes', { ...SHARED, rules: [{ backendRefs: [{ name: 'x' }] }] })),
];

const crossing = { backendRefs: [{ name: 'api', namespace: 'other', port: 80 }] };
const cert = { group: '', kind: 'Secret', name: 'cert', namespace: 'other' };

/** What becomes of what the younger one asks for: the reasons of its conditions that are False. */
const ASKED: readonly [part: string | number | undefined, asked: Manifest, refused: readonly string[]][] = [
  ['s0', set('mine/a', [{ hostname: 'a.mine.example', port: 81 }]), ['HostnameConflict', 'HostnameConflict']],
  ['s0', set('mine/b', [{ hostname: 'a.mine.example', port: 82 }]), ['ProtocolConflict', 'ProtocolConflict']],
  [
    's0',
    set('mine/c', [{ protocol: 'HTTPS', port: 443, tls: { certificateRefs: [cert] } }]),
    ['NoValidCACertificate', 'RefNotPermitted', 'Invalid'],
  ],
  [0, route('mine/d', { ...SHARED, hostnames: ['*.open.example'] }), ['NotAllowedByListeners']],
  [0, route('mine/e', { ...SHARED, hostnames: ['e.open.example'], rules: [crossing] }), ['RefNotPermitted']],
  [0, routeOf('TCPRoute', 'mine/f', { ...SHARED, rules: [crossing] }), ['RefNotPermitted']],
  [
    0,
    route('mine/g', { parentRefs: [{ kind: 'ListenerSet', name: 'hidden-set', namespace: 'other' }] }),
    ['NotAllowedByListeners'],
  ],
];

test('nothing is had of another namespace that does not grant it, and no name of it is told', () => {
  for (const [part, asked, refused] of ASKED) {
    const w = world(...GIVEN, since(2021, asked));
    const { name } = asked.metadata;
    const conditions = w.conditions(asked.kind, `mine/${name}`, part);
    const reasons = conditions.flatMap(each => /=False\/(.*)/.exec(each)?.[1] ?? []);
    assert.deepEqual(reasons, refused, String(name));
    const status = w.translator.statusOf({ kind: asked.kind, namespace: 'mine', name: String(name) });
    // What it names itself it knows.
    const text = JSON.stringify(status).replaceAll(/"name":"hidden-set"|other\/hidden-set/g, '');
    assert.ok(!text.includes('hidden'), text);
  }
});

test('authorities of another namespace judge nobody, and its certificates are shown by nobody', () => {
  const ca = { hostname: 'a.example', caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'ca' }] };
  const outside = {
    type: 'ExternalHostname',
    externalHostname: { hostname: 'a.example' },
    port: { port: 443 },
    tls: { mode: 'ClientAndServer', clientCertificateRef: cert },
  };
  const w = world(
    ...GIVEN,
    service('mine/api'),
    policy('mine/p', 'api', ca),
    xBackend('mine/x', outside),
    route('mine/r', {
      ...SHARED,
      hostnames: ['r.open.example'],
      rules: [
        { backendRefs: [{ name: 'api', port: 80 }] },
        { backendRefs: [{ group: 'gateway.networking.x-k8s.io', kind: 'XBackend', name: 'x' }] },
      ],
    }),
  );
  assert.deepEqual(w.names('Secret'), []);
  assert.deepEqual(w.names('Backend'), []);
  const targets = w
    .unit('Route', 'HTTPRoute/mine/r@infra/gw')
    .rules.map(({ action }) => action.kind === 'forward' && action.backends[0]?.target.kind);
  assert.deepEqual(targets, ['failure', 'failure']);
});
