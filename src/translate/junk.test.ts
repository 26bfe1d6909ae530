import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CERTIFICATE, KEY } from '../../test/translation/certificate.ts';
import {
  certificateGrant,
  configMap,
  definition,
  directResponse,
  gateway,
  gatewayClass,
  grant,
  listenerSet,
  type Manifest,
  namespace,
  policy,
  route,
  routeOf,
  secret,
  service,
  sluiceProxy,
  upsert,
  xBackend,
} from '../../test/translation/world.ts';
import { createTranslator } from './translator.ts';

/** A manifest of each kind with every field that translation looks at. */
const FULL: readonly Manifest[] = [
  gatewayClass('sluice'),
  namespace('default', { team: 'shop' }),
  service('default/api', {
    type: 'ClusterIP',
    ports: [{ name: 'http', port: 80, protocol: 'TCP', appProtocol: 'http' }],
  }),
  sluiceProxy('default/small', {
    replicas: 2,
    workers: 'auto',
    resources: { requests: { cpu: 1 } },
    service: { type: 'NodePort', annotations: { a: 'b' } },
    patches: [{ target: 'Deployment', patch: { spec: { a: [1] } } }],
  }),
  directResponse('default/busy', {
    statusCode: 503,
    contentType: 'text/html',
    headers: [{ name: 'Retry-After', value: '5' }],
    body: { text: 'busy' },
  }),
  grant('default/g', 'other', 'api'),
  certificateGrant('other/g', 'default', 'cert'),
  secret('other/cert', { 'tls.crt': CERTIFICATE, 'tls.key': KEY }),
  definition('gateways.gateway.networking.k8s.io', 'v1.6.3'),
  gateway(
    'default/gw',
    [
      {
        hostname: '*.example.com',
        allowedRoutes: {
          namespaces: {
            from: 'Selector',
            selector: {
              matchLabels: { team: 'shop' },
              matchExpressions: [{ key: 'team', operator: 'In', values: ['shop'] }],
            },
          },
          kinds: [{ kind: 'HTTPRoute' }],
        },
      },
      { port: 81 },
      {
        port: 443,
        protocol: 'HTTPS',
        tls: {
          mode: 'Terminate',
          certificateRefs: [{ group: '', kind: 'Secret', name: 'cert', namespace: 'other' }],
          options: { a: 'b' },
        },
      },
    ],
    {
      addresses: [{ type: 'IPAddress', value: '127.0.0.1' }],
      infrastructure: {
        labels: { a: 'b' },
        parametersRef: { group: 'sluice.dev', kind: 'SluiceProxy', name: 'small' },
      },
      allowedListeners: { namespaces: { from: 'Selector', selector: { matchLabels: { team: 'shop' } } } },
      tls: {
        frontend: {
          default: {
            validation: { mode: 'AllowValidOnly', caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'ca' }] },
          },
          perPort: [{ port: 444, tls: { validation: undefined } }],
        },
        backend: { clientCertificateRef: { group: '', kind: 'Secret', name: 'cert', namespace: 'other' } },
      },
    },
  ),
  configMap('default/ca', { 'ca.crt': CERTIFICATE }),
  listenerSet('default/set', [
    { hostname: 'set.example.com' },
    {
      port: 443,
      protocol: 'HTTPS',
      hostname: 'set.example.com',
      tls: {
        certificateRefs: [{ name: 'cert', namespace: 'other' }],
        options: { 'sluice.dev/min-version': '1.3', 'sluice.dev/ciphers': 'TLS_AES_256_GCM_SHA384' },
      },
    },
    { port: 444, protocol: 'TLS', tls: { mode: 'Passthrough' } },
  ]),
  policy('default/tls', 'api', {
    hostname: 'api.example.com',
    caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'ca' }],
    subjectAltNames: [
      { type: 'Hostname', hostname: '*.example.com' },
      { type: 'URI', uri: 'spiffe://mesh.example/ns/a' },
    ],
  }),
  xBackend('default/model', {
    type: 'ExternalHostname',
    externalHostname: { hostname: 'model.example.com' },
    port: { name: 'https', port: 443 },
    protocol: 'HTTP2',
    tls: {
      mode: 'ClientAndServer',
      clientCertificateRef: { group: '', kind: 'Secret', name: 'cert', namespace: 'other' },
      validation: { hostname: 'model.example.com', wellKnownCACertificates: 'System' },
    },
  }),
  service('default/outside', { type: 'ExternalName', externalName: 'outside.example.com' }),
  ...['TLSRoute', 'TCPRoute', 'UDPRoute'].map(kind =>
    routeOf(kind, 'default/bytes', {
      parentRefs: [{ name: 'gw', namespace: 'default', sectionName: 'l0', port: 80 }],
      useDefaultGateways: 'All',
      hostnames: ['a.example.com'],
      rules: [{ name: 'all', backendRefs: [{ name: 'api', namespace: 'default', port: 80, weight: 1 }] }],
    }),
  ),
  routeOf('GRPCRoute', 'default/calls', {
    hostnames: ['b.example.com'],
    rules: [
      {
        name: 'first',
        matches: [
          {
            method: { type: 'RegularExpression', service: 'a.*', method: 'b' },
            headers: [{ type: 'Exact', name: 'x', value: 'y' }],
          },
        ],
        filters: [{ type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'a', value: 'b' }] } }],
        backendRefs: [{ name: 'api', namespace: 'default', port: 80, weight: 1, filters: [] }],
        sessionPersistence: { type: 'Header', sessionName: 'x-cart' },
      },
    ],
  }),
  route('default/r', {
    parentRefs: [{ name: 'gw', namespace: 'default', sectionName: 'l0', port: 80 }],
    hostnames: ['a.example.com'],
    rules: [
      {
        name: 'first',
        matches: [
          {
            path: { type: 'PathPrefix', value: '/a' },
            headers: [{ type: 'RegularExpression', name: 'x', value: 'y.*' }],
            queryParams: [{ name: 'q', value: '1' }],
            method: 'GET',
          },
        ],
        filters: [
          { type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'a', value: 'b' }], remove: ['c'] } },
          {
            type: 'URLRewrite',
            urlRewrite: { hostname: 'b.org', path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/b' } },
          },
          {
            type: 'RequestMirror',
            requestMirror: {
              backendRef: { name: 'api', namespace: 'default', port: 80 },
              fraction: { numerator: 1, denominator: 2 },
            },
          },
          {
            type: 'CORS',
            cors: {
              allowOrigins: ['https://*.example.com:8443', '*'],
              allowMethods: ['GET'],
              allowHeaders: ['x-a'],
              exposeHeaders: ['x-b'],
              allowCredentials: true,
              maxAge: 60,
            },
          },
        ],
        backendRefs: [{ name: 'api', namespace: 'default', port: 80, weight: 1, filters: [] }],
        timeouts: { request: '2s', backendRequest: '1s' },
        retry: { codes: [503], attempts: 2, backoff: '100ms' },
        sessionPersistence: {
          type: 'Cookie',
          sessionName: 'cart',
          absoluteTimeout: '1h',
          cookieConfig: { lifetimeType: 'Permanent' },
          cookie: { name: 'cart', path: '/a', lifetimeType: 'Session' },
        },
      },
      {
        backendRefs: [{ name: 'api', port: 80 }],
        sessionPersistence: { type: 'Header', sessionName: 'x-cart', header: { name: 'x-cart' } },
      },
      {
        filters: [
          {
            type: 'ExtensionRef',
            extensionRef: { group: 'sluice.dev', kind: 'DirectResponse', name: 'busy' },
          },
        ],
      },
      {
        backendRefs: [
          { group: 'gateway.networking.x-k8s.io', kind: 'XBackend', name: 'model', port: 443 },
          { name: 'outside', port: 443 },
        ],
      },
      {
        matches: [{ path: { type: 'Exact', value: '/old' } }],
        filters: [
          {
            type: 'RequestRedirect',
            requestRedirect: {
              scheme: 'https',
              hostname: 'c.org',
              port: 8443,
              statusCode: 301,
              path: { type: 'ReplaceFullPath', replaceFullPath: '/new' },
            },
          },
        ],
      },
    ],
  }),
];

const JUNK = fc.oneof(
  fc.constantFrom<unknown>(
    '',
    '*',
    '/',
    '//',
    '%',
    '(',
    '\r\n',
    '\u0000',
    '__proto__',
    'constructor',
    'a'.repeat(5000),
    null,
  ),
  fc.constantFrom<unknown>(0, -1, 0.5, 70000, 2 ** 53, 1e308, true, [], {}, [null], { toString: 1 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

/** A copy in which `rate` of the fields are junk, and a third as many gone, down to the leaves. */
function spoil(value: unknown, rate: number, dice: () => number, junk: () => unknown): unknown {
  if (dice() < rate) return junk();
  if (Array.isArray(value)) return value.map(item => spoil(item, rate, dice, junk));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(() => dice() >= rate / 3)
      .map(([name, inner]) => [name, spoil(inner, rate, dice, junk)]),
  );
}

interface Told {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number;
}

/** Every list of conditions in a status. */
function conditionLists(status: unknown): readonly (readonly Told[])[] {
  if (typeof status !== 'object' || status === null) return [];
  return Object.entries(status).flatMap(([name, value]) =>
    name === 'conditions' ? [value as readonly Told[]] : conditionLists(value),
  );
}

/** As metav1.Condition and the lists of Gateway API want them. */
function checkConditions(conditions: readonly Told[]): void {
  assert.ok(conditions.length > 0 && conditions.length <= 8);
  assert.equal(new Set(conditions.map(({ type }) => type)).size, conditions.length, JSON.stringify(conditions));
  for (const { reason, message, observedGeneration } of conditions) {
    assert.match(reason, /^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/);
    assert.ok(message.length > 0 && message.length <= 32_768, `${message.length} characters`);
    assert.equal(observedGeneration, 1);
  }
}

test('translation never throws, and says what an API server takes, whatever stands in some of the fields', () => {
  let translated = 0;
  let told = 0;
  fc.assert(
    fc.property(
      // Doubles would be of any magnitude: nearly all of them next to 0.
      fc.noBias(fc.infiniteStream(fc.integer({ min: 0, max: 9_999 }))),
      fc.infiniteStream(JUNK),
      fc.constantFrom(1 / 20, 1 / 60, 1 / 200),
      (dice, junk, rate) => {
        const roll = () => (dice.next().value as number) / 10_000;
        const translator = createTranslator();
        for (const { apiVersion, kind, metadata, ...rest } of FULL) {
          const spoilt = spoil(rest, rate, roll, () => junk.next().value) as object;
          if (upsert(translator, { apiVersion, kind, metadata, ...spoilt })) translated++;
        }
        const { delta } = translator.settle();
        for (const unit of delta.upserts) assert.ok(Object.isFrozen(unit));
        for (const { kind, metadata } of FULL) {
          const { name, namespace = '' } = metadata as { readonly name: string; readonly namespace?: string };
          const lists = conditionLists(translator.statusOf({ kind, namespace, name }));
          for (const each of lists) checkConditions(each);
          told += lists.length;
        }
        for (const { message } of translator.problems()) assert.ok(!/undefined|\[object/.test(message), message);
      },
    ),
    { numRuns: 500 },
  );
  assert.ok(told > 1500, `only ${told} lists of conditions`);
  assert.ok(translated > 1500, `only ${translated} of the spoilt manifests came as far as translation`);
});
