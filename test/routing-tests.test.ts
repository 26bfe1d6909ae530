import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selfSignedPair } from '../src/certificates/index.ts';
import { createGateway, createMemorySource, readModel } from '../src/gateway/index.ts';
import {
  createProber,
  defineTest,
  type Expectation,
  readTestModule,
  runSuite,
  type TestRequest,
} from '../src/testing/index.ts';
import { gateway as gatewayOf, route, routeOf, secret, service, to } from './translation/world.ts';

const MANIFESTS = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: gw }
spec:
  gatewayClassName: any
  listeners:
    - { name: http, protocol: HTTP, port: 80 }
    - { name: other, protocol: HTTP, port: 8080, hostname: other.example }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: shop }
spec:
  parentRefs: [{ name: gw, sectionName: http }]
  hostnames: [shop.example]
  rules:
    - matches: [{ path: { value: /cart } }]
      filters:
        - { type: URLRewrite, urlRewrite: { hostname: cart.internal, path: { type: ReplacePrefixMatch, replacePrefixMatch: /v2 } } }
        - { type: RequestHeaderModifier, requestHeaderModifier: { set: [{ name: x-a, value: '1' }], remove: [x-b] } }
        - { type: ResponseHeaderModifier, responseHeaderModifier: { add: [{ name: x-c, value: '2' }] } }
      backendRefs: [{ name: cart, port: 8080 }]
    - name: shared
      matches: [{ path: { value: /shared } }]
      backendRefs:
        - { name: cart, port: 8080, weight: 999 }
        - { name: basket, port: 80, weight: 1, filters: [{ type: RequestHeaderModifier, requestHeaderModifier: { set: [{ name: x-canary, value: 'yes' }] } }] }
        - { name: spare, port: 80, weight: 0 }
    - matches: [{ path: { value: /half } }, { path: { value: /quarter } }]
      backendRefs: [{ name: cart, port: 8080 }, { name: nobody, port: 80 }]
    - matches: [{ path: { value: /old } }]
      filters: [{ type: RequestRedirect, requestRedirect: { path: { type: ReplaceFullPath, replaceFullPath: /new }, statusCode: 301 } }]
    - matches: [{ path: { value: /cors } }]
      filters: [{ type: CORS, cors: { allowOrigins: ['https://app.example'], allowMethods: [PUT] } }]
      backendRefs: [{ name: cart, port: 8080 }]
    - matches: [{ path: { value: /gone } }]
      backendRefs: [{ name: nobody, port: 80 }]
    - matches: [{ path: { value: /copied } }]
      filters:
        - { type: RequestMirror, requestMirror: { backendRef: { name: basket, port: 80 }, percent: 1 } }
        - { type: RequestMirror, requestMirror: { backendRef: { name: cart, port: 8080 } } }
        - { type: RequestMirror, requestMirror: { backendRef: { name: spare, port: 80 }, percent: 0 } }
      backendRefs: [{ name: cart, port: 8080 }]
---
{ apiVersion: v1, kind: Service, metadata: { name: cart }, spec: { ports: [{ port: 8080 }] } }
---
{ apiVersion: v1, kind: Service, metadata: { name: basket }, spec: { ports: [{ port: 80 }] } }
---
{ apiVersion: v1, kind: Service, metadata: { name: spare }, spec: { ports: [{ port: 80 }] } }
`;

async function prober(text = MANIFESTS) {
  const source = createMemorySource();
  source.setText('all.yaml', text);
  const model = await readModel(source);
  assert.ok(!('unreadable' in model));
  return createProber(model.units());
}

const cart: TestRequest = { url: 'http://shop.example/cart/1?x=y', headers: { 'x-b': 'gone' } };
const PREFLIGHT = { origin: 'https://app.example', 'access-control-request-method': 'PUT' };

/** What holds. */
const HOLDS: readonly (readonly [name: string, request: TestRequest, expect: Expectation])[] = [
  [
    'all that a request comes to',
    cart,
    {
      route: 'default/shop',
      rule: 0,
      match: 0,
      backend: 'cart:8080',
      status: 200,
      headers: { 'X-C': '2' },
      presentHeaders: ['date'],
      absentHeaders: ['location'],
      body: '',
      backendSees: {
        method: 'GET',
        path: '/v2/1?x=y',
        host: 'cart.internal',
        headers: { 'X-A': '1' },
        present: ['x-request-id'],
        absent: ['x-b'],
      },
    },
  ],
  ['the second match', { url: 'http://shop.example/quarter' }, { route: 'shop', rule: 2, match: 1 }],
  ['names in full', cart, { route: 'HTTPRoute/default/shop', backend: 'Service/default/cart:8080' }],
  ['a backend without its port', cart, { backend: 'default/cart' }],
  [
    'a method and a body',
    { ...cart, method: 'POST', body: 'ä' },
    { backendSees: { method: 'POST', headers: { 'content-length': '2' } } },
  ],
  [
    'a Host that is not that of the URL',
    { url: 'http://h/cart', headers: { Host: 'shop.example' } },
    { route: 'shop' },
  ],
  ['the client', { ...cart, client: '192.0.2.7' }, { backendSees: { headers: { 'x-forwarded-for': '192.0.2.7' } } }],
  [
    'exactly those that share',
    { url: 'http://shop.example/shared' },
    { rule: 'shared', ruleName: 'shared', backend: ['basket:80', 'cart:8080'], status: 200 },
  ],
  ['a share that fails', { url: 'http://shop.example/half' }, { backend: ['cart', 'none'] }],
  [
    'a redirect',
    { url: 'http://shop.example/old' },
    { backend: 'none', status: 301, location: 'http://shop.example/new' },
  ],
  [
    'a preflight',
    { url: 'http://shop.example/cors', method: 'OPTIONS', headers: PREFLIGHT },
    { backend: 'none', status: 204, headers: { 'access-control-allow-methods': 'PUT' } },
  ],
  ['a rule that fails', { url: 'http://shop.example/gone' }, { route: 'shop', rule: 5, backend: 'none', status: 500 }],
  ['copies', { url: 'http://shop.example/copied' }, { backend: 'cart:8080', mirrors: ['cart:8080', 'basket'] }],
  ['no copies', cart, { mirrors: [] }],
  ['no rule', { url: 'http://shop.example/nothing' }, { route: 'none', backend: 'none', status: 404 }],
  ['no listener', { url: 'http://shop.example:8080/cart' }, { route: 'none', status: 404 }],
  ['a path that is refused', { url: 'http://shop.example/%zz' }, { route: 'none', status: 400 }],
];

for (const [name, request, expect] of HOLDS) {
  test(`${name} is as expected`, async t => {
    const gateway = await prober();
    t.after(gateway.close);
    const [result] = await defineTest({ tests: [{ name, request, expect }] }).run(gateway);
    assert.ok(result?.passed && result.assertions > 0);
  });
}

/** What does not hold, and how that is told. */
const FAILS: readonly (readonly [name: string, request: TestRequest, expect: Expectation, told: string])[] = [
  ['another route', cart, { route: 'web' }, 'expect.route: expected web, got default/shop'],
  ['another namespace', cart, { route: 'other/shop' }, 'expect.route: expected other/shop, got default/shop'],
  ['no route', cart, { route: 'none' }, 'expect.route: expected none, got default/shop'],
  ['another rule', cart, { rule: 1 }, 'expect.rule: expected 1, got 0'],
  ['a name that the rule has not', cart, { rule: 'a' }, 'expect.rule: expected a, got rule 0, which has no name'],
  ['another match', cart, { match: 1 }, 'expect.match: expected 1, got 0'],
  ['another backend', cart, { backend: 'basket:80' }, 'expect.backend: expected basket:80, got default/cart:8080'],
  ['another port', cart, { backend: 'cart:80' }, 'expect.backend: expected cart:80, got default/cart:8080'],
  [
    'another kind',
    cart,
    { backend: 'ServiceImport/default/cart:8080' },
    'expect.backend: expected ServiceImport/default/cart:8080, got default/cart:8080',
  ],
  [
    'one of those that share',
    { url: 'http://shop.example/shared' },
    { backend: 'cart:8080' },
    'expect.backend: expected cart:8080, got default/cart:8080, default/basket:80 (they share these requests)',
  ],
  [
    'more than those that share',
    cart,
    { backend: ['cart', 'basket'] },
    'expect.backend: expected cart, basket, got default/cart:8080',
  ],
  [
    'another status',
    { url: 'http://shop.example/half' },
    { status: 200 },
    'expect.status: expected 200, got 200 (default/cart:8080); 500 (none)',
  ],
  ['another header', cart, { headers: { 'x-c': '3' } }, 'expect.headers.x-c: expected 3, got 2'],
  [
    'a header that is not there',
    cart,
    { presentHeaders: ['x-d'] },
    'expect.presentHeaders: x-d: expected (present), got (absent)',
  ],
  ['a header that is there', cart, { absentHeaders: ['x-c'] }, 'expect.absentHeaders: x-c: expected (absent), got 2'],
  [
    'another location',
    { url: 'http://shop.example/old' },
    { location: '/new' },
    'expect.location: expected /new, got http://shop.example/new',
  ],
  ['another body', cart, { body: 'x' }, 'expect.body: expected x, got (empty)'],
  [
    'another path at the backend',
    cart,
    { backendSees: { path: '/cart/1' } },
    'expect.backendSees.path: expected /cart/1, got /v2/1?x=y',
  ],
  [
    'the filter of one share',
    { url: 'http://shop.example/shared' },
    { backendSees: { absent: ['x-canary'] } },
    'expect.backendSees.absent: x-canary: expected (absent), got (absent) (default/cart:8080); yes (default/basket:80)',
  ],
  [
    'what no backend sees',
    { url: 'http://shop.example/old' },
    { backendSees: { present: ['host'] } },
    'expect.backendSees.present: host: expected (present), got (no backend is asked)',
  ],
  [
    'no such port',
    { url: 'http://shop.example:81/' },
    { status: 404 },
    'no Gateway listens on port 81; ports that are served: 80, 8080',
  ],
  [
    'a Gateway without the port',
    { url: 'http://shop.example:81/', gateway: 'default/gw' },
    { status: 404 },
    'Gateway default/gw does not listen on port 81; ports that are served: 80, 8080',
  ],
  [
    'no such Gateway',
    { url: 'http://shop.example/', gateway: 'a/b' },
    { status: 404 },
    'Gateway a/b does not listen on any port',
  ],
];

for (const [name, request, expect, told] of FAILS) {
  test(`${name} fails, and is told`, async t => {
    const gateway = await prober();
    t.after(gateway.close);
    await assert.rejects(defineTest({ tests: [{ name, request, expect }] }).run(gateway), {
      message: `${name}\n  ${told}`,
    });
  });
}

test('a suite that is wrong is refused with all that is wrong', () => {
  const suite = {
    tests: [
      { request: { url: 'shop' }, expect: { status: 200 } },
      { request: { url: 'http://h/' }, expect: {} },
    ],
  };
  assert.throws(() => defineTest(suite), {
    name: 'TypeError',
    message: /^tests\[0\]\.request: url must be.*\ntests\[1\]\.expect: expects nothing/,
  });
});

test('a suite is frozen', () => {
  const suite = defineTest({ manifests: ['k8s'], tests: [{ request: { url: 'http://h/' }, expect: { status: 404 } }] });
  assert.ok([suite, suite.manifests, suite.tests, suite.tests[0], suite.tests[0]?.request].every(Object.isFrozen));
});

const gatewayAt = (name: string, address: string, listener = '') => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: ${name} }
spec:
  gatewayClassName: any
  addresses: [{ type: IPAddress, value: ${address} }]
  listeners: [{ name: http, protocol: HTTP, port: 80${listener} }]
`;

test('of several Gateways with the port the test names one', async t => {
  const gateway = await prober(`${gatewayAt('a', '127.0.0.1')}---${gatewayAt('b', '127.0.0.2')}`);
  t.after(gateway.close);
  assert.deepEqual(await gateway.probe({ url: 'http://h/' }), {
    kind: 'unaskable',
    reason: 'several Gateways listen on port 80, each at an address of its own: say gateway: default/a or default/b',
  });
  assert.equal((await gateway.probe({ url: 'http://h/', gateway: 'default/b' })).kind, 'answers');
});

test('of several Gateways with the port that one is meant whose listener has the host', async t => {
  const b = gatewayAt('b', '127.0.0.2', ", hostname: '*.b.example'");
  const gateway = await prober(`${gatewayAt('a', '127.0.0.1', ', hostname: a.example')}---${b}`);
  t.after(gateway.close);
  const probed = await gateway.probe({ url: 'http://x.b.example/' });
  assert.ok(probed.kind === 'answers');
  assert.equal(probed.answers[0]?.facts.outcome, 'no-route');
  assert.equal((await gateway.probe({ url: 'http://c.example/' })).kind, 'unaskable');
});

const https = (name: string, more: object = {}) => {
  return { name, port: 443, protocol: 'HTTPS', tls: { certificateRefs: [{ name }] }, ...more };
};
const CALLS = [{ matches: [{ method: { service: 'pkg.Svc' } }], backendRefs: [{ name: 'api', port: 80 }] }];
const SECURE = [
  gatewayOf('gw', [https('shop', { hostname: 'shop.example' }), https('any')]),
  route('r', to('api')),
  service('api'),
  routeOf('GRPCRoute', 'calls', { hostnames: ['calls.example'], rules: CALLS }),
];

test('requests over TLS and calls are asked too: the certificate is compared, and a connection is for its listener alone', async t => {
  const pair = (name: string) => {
    const { certificate, key } = selfSignedPair([`${name}.example`]);
    return secret(name, { 'tls.crt': certificate, 'tls.key': key });
  };
  const gateway = createGateway({ objects: [...SECURE, pair('shop'), pair('any')] });
  t.after(gateway.close);
  const asked = async (request: TestRequest, expect: Expectation) => {
    const suite = readTestModule({ tests: [{ request, expect }] }, 'secure');
    const [result] = await runSuite(suite, gateway);
    return result?.unaskable ?? result?.mismatches.map(({ field, actual }) => `${field} ${actual}`).join() ?? '';
  };
  assert.equal(await asked({ url: 'https://shop.example/' }, { certificate: 'shop', backend: 'api:80' }), '');
  assert.equal(
    await asked({ url: 'https://other.example/' }, { certificate: 'shop' }),
    'expect.certificate default/any',
  );
  assert.equal(await asked({ url: 'https://shop.example/', serverName: '' }, { status: 421, certificate: 'any' }), '');
  const call = { url: 'grpcs://calls.example/pkg.Svc/Get' };
  assert.equal(await asked(call, { route: 'calls', backend: 'api:80', backendSees: { method: 'POST' } }), '');
  assert.match(await asked({ url: 'http://shop.example:443/' }, { route: 'r' }), /^expect.route none/);
  assert.match(await asked({ url: 'https://shop.example:80/' }, { route: 'r' }), /does not listen|no Gateway listens/);
  const answer = await gateway.request('https://shop.example/x');
  assert.equal(answer.status, 200);
  assert.equal(answer.facts.listener, 'default/gw/shop');
});

test('certificates that are not there are made for whoever wants that', async t => {
  const gateway = createGateway({ objects: SECURE, selfSigned: true });
  t.after(gateway.close);
  assert.equal((await gateway.request('https://shop.example/x')).status, 200);
  assert.deepEqual((await gateway.explain('https://shop.example/')).certificate?.names, ['shop.example', 'localhost']);
});
