import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import {
  createExplainer,
  type Explanation,
  questionOfParameters,
  type RawQuestion,
  readQuestion,
} from '../../src/explain/index.ts';
import { createFolderSource, readModel } from '../../src/gateway/index.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'sluice-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Each line counts: places are `file:line`. */
const MANIFESTS = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: gw, namespace: infra }
spec:
  gatewayClassName: sluice
  listeners:
    - { name: shop, port: 80, protocol: HTTP, hostname: '*.shop.example', allowedRoutes: { namespaces: { from: All } } }
    - { name: any, port: 8080, protocol: HTTP }
    - { name: tls, port: 443, protocol: HTTPS, tls: { certificateRefs: [{ name: cert }] } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: cart, namespace: shop }
spec:
  parentRefs: [{ name: gw, namespace: infra, sectionName: shop }]
  hostnames: [www.shop.example]
  rules:
    - name: cart
      matches:
        - path: { type: PathPrefix, value: /cart }
        - path: { type: Exact, value: /basket }
          method: POST
          headers: [{ name: x-canary, value: 'yes' }]
      filters:
        - type: RequestHeaderModifier
          requestHeaderModifier: { set: [{ name: x-new, value: '1' }], remove: [x-old] }
        - type: URLRewrite
          urlRewrite: { hostname: cart.internal, path: { type: ReplaceFullPath, replaceFullPath: /all } }
        - type: RequestMirror
          requestMirror: { backendRef: { name: copy, port: 80 } }
      timeouts: { request: 10s, backendRequest: 1500ms }
      retry: { attempts: 2, codes: [503] }
      sessionPersistence: { sessionName: s }
      backendRefs:
        - { name: cart, port: 80, weight: 3 }
        - name: cart2
          port: 80
          filters:
            - type: RequestHeaderModifier
              requestHeaderModifier: { set: [{ name: x-version, value: '2' }] }
    - matches: [{ path: { type: PathPrefix, value: /old } }]
      filters:
        - { type: RequestRedirect, requestRedirect: { hostname: new.example, statusCode: 301 } }
    - matches: [{ path: { type: PathPrefix, value: /typo } }]
      backendRefs: [{ name: crat, port: 80 }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: all, namespace: shop }
spec:
  parentRefs: [{ name: gw, namespace: infra, sectionName: shop }]
  hostnames: ['*.shop.example']
  rules:
    - matches: [{ path: { type: PathPrefix, value: /cart } }]
      backendRefs: [{ name: copy, port: 80 }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: stranger, namespace: shop }
spec:
  parentRefs: [{ name: gw, namespace: infra, sectionName: any }]
  rules:
    - backendRefs: [{ name: copy, port: 80 }]
---
apiVersion: v1
kind: Service
metadata: { name: cart, namespace: shop }
spec: { ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: cart2, namespace: shop }
spec: { ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: copy, namespace: shop }
spec: { ports: [{ port: 80 }] }
`;

async function modelOf(text: string) {
  writeFileSync(path.join(folder, 'all.yaml'), text);
  const model = await readModel(createFolderSource({ paths: [folder], watch: false }));
  assert.ok(!('unreadable' in model));
  return model;
}

const { view } = await modelOf(MANIFESTS);
const explainer = createExplainer(view);
after(() => explainer.close());

async function asked(raw: RawQuestion, of = explainer): Promise<Explanation> {
  const question = readQuestion(raw);
  assert.ok(!('refused' in question), 'refused' in question ? question.refused : '');
  return of.explain(question);
}

const WWW = 'http://www.shop.example';
const place = (source: string | undefined) => source?.slice(source.lastIndexOf('/') + 1);

test('a request that a rule gets: every piece with its place', async () => {
  const headers = [['x-old', 'gone'] as const, ['x-canary', 'no'] as const];
  const found = await asked({ url: `${WWW}/cart/1?a=b`, headers, client: '10.1.1.1' });
  assert.equal(found.outcome, 'route');
  assert.equal(found.status, undefined);
  assert.match(
    found.summary,
    /^→ 75 % Service shop\/cart:80, 25 % Service shop\/cart2:80 by HTTPRoute shop\/cart rule 0/,
  );
  assert.deepEqual(found.causes, []);
  assert.deepEqual(
    { ...found.match, source: place(found.match?.source) },
    {
      kind: 'HTTPRoute',
      route: 'shop/cart',
      rule: 0,
      ruleName: 'cart',
      match: 0,
      conditions: 'path prefix /cart',
      hostname: 'www.shop.example',
      source: 'all.yaml:20',
    },
  );
  assert.deepEqual([found.listener?.gateway, found.listener?.name, found.listener?.port], ['infra/gw', 'shop', 80]);
  assert.equal(place(found.listener?.source), 'all.yaml:7');
  assert.equal(found.decidedBy, 'the more specific hostname goes first (before HTTPRoute shop/all rule 0)');
});

test('filters say what they do to this request, in the order of the manifest', async () => {
  const { filters } = await asked({ url: `${WWW}/cart/1` });
  assert.deepEqual(
    filters.map(({ type, effect, backend, source }) => [type, effect, backend, place(source)]),
    [
      ['RequestHeaderModifier', 'on the request: sets x-new: 1, removes x-old', undefined, 'all.yaml:25'],
      [
        'URLRewrite',
        'path /cart/1 becomes /all, host www.shop.example becomes cart.internal',
        undefined,
        'all.yaml:27',
      ],
      ['RequestMirror', 'copies every request to Service shop/copy:80', undefined, 'all.yaml:29'],
      ['RequestHeaderModifier', 'on the request: sets x-version: 2', 'Service shop/cart2:80', 'all.yaml:39'],
    ],
  );
});

test('what the backend sees, with what was added, changed and removed', async () => {
  const headers = [['x-old', 'gone'] as const, ['x-new', '0'] as const, ['accept', '*/*'] as const];
  const { request, backends } = await asked({ url: `${WWW}/cart/1?a=b`, headers, client: '10.1.1.1' });
  const told = new Map(request?.headers.map(({ name, ...rest }) => [name, rest]));
  assert.deepEqual([request?.method, request?.path, request?.host], ['GET', '/all?a=b', 'cart.internal']);
  assert.deepEqual(request?.was, { path: '/cart/1?a=b', host: 'www.shop.example' });
  assert.deepEqual(told.get('accept'), { value: '*/*' });
  assert.deepEqual(told.get('x-new'), { value: '1', change: 'changed', was: '0' });
  assert.deepEqual(told.get('x-forwarded-for'), { value: '10.1.1.1', change: 'added' });
  assert.deepEqual(told.get('x-request-id'), { value: '(made up for each request)', change: 'added' });
  assert.deepEqual(request?.removed, [{ name: 'x-old', value: 'gone' }]);
  const second = backends[1]?.request?.headers.find(({ name }) => name === 'x-version');
  assert.deepEqual(second, { name: 'x-version', value: '2', change: 'added' });
});

test('backends with their shares, and what the rule sets besides', async () => {
  const { backends, policies, notes } = await asked({ url: `${WWW}/cart` });
  assert.deepEqual(
    backends.map(({ ref, weight, share, picked, source }) => [ref, weight, share, picked, place(source)]),
    [
      ['Service shop/cart:80', 3, 75, undefined, 'all.yaml:35'],
      ['Service shop/cart2:80', 1, 25, undefined, 'all.yaml:36'],
    ],
  );
  assert.match(notes.join('\n'), /Service shop\/cart:80, Service shop\/cart2:80: no endpoints are known here/);
  assert.deepEqual(
    policies.map(({ field, value, from, source }) => [field, value, from.split(' ')[1], place(source)]),
    [
      ['timeouts.request', '10s', 'spec.rules[0].timeouts.request', 'all.yaml:31'],
      ['timeouts.backendRequest', '1500ms', 'spec.rules[0].timeouts.backendRequest', 'all.yaml:31'],
      [
        'retry',
        'up to 2 more times, where no answer comes, or 503, after 10ms or more',
        'spec.rules[0].retry',
        'all.yaml:32',
      ],
      [
        'sessionPersistence',
        'a client that sends the cookie s again stays with its endpoint',
        'spec.rules[0].sessionPersistence',
        'all.yaml:33',
      ],
    ],
  );
});

test('a redirect names its target', async () => {
  const found = await asked({ url: `${WWW}/old/x` });
  assert.deepEqual([found.outcome, found.status], ['redirect', 301]);
  assert.match(found.summary, /^301: redirect to http:\/\/new.example\/old\/x by HTTPRoute shop\/cart rule 1/);
  assert.deepEqual(
    found.filters.map(({ effect }) => effect),
    ['answers 301, to http://new.example/old/x'],
  );
});

for (const { what, ask, status, summary, cause, at, fix } of [
  {
    what: 'a Service that is not there',
    ask: { url: `${WWW}/typo` },
    status: 500,
    summary: /^500: the rule can't be honoured \(BackendNotFound\), by HTTPRoute shop\/cart rule 2/,
    cause: /Service shop\/crat does not exist/,
    at: 'all.yaml:45',
  },
  {
    what: 'another case of a path',
    ask: { url: `${WWW}/CART` },
    status: 404,
    summary: /^404: no rule of listener infra\/gw\/shop takes GET www.shop.example\/CART/,
    cause: /path is \/CART, wanted prefix \/cart$/,
    at: 'all.yaml:20',
    fix: /compared with case/,
  },
  {
    what: 'a slash at the end of an exact path',
    ask: { url: `${WWW}/basket/`, method: 'POST', headers: [['x-canary', 'yes'] as const] },
    status: 404,
    summary: /^404: no rule/,
    cause: /path is \/basket\/, wanted exactly \/basket$/,
    at: 'all.yaml:21',
    fix: /slash at the end/,
  },
  {
    what: 'another value of a header',
    ask: { url: `${WWW}/basket`, method: 'POST', headers: [['x-canary', 'no'] as const] },
    status: 404,
    summary: /^404: no rule/,
    cause: /header x-canary is 'no', wanted 'yes'$/,
    at: 'all.yaml:21',
  },
  {
    what: 'a host that only looks like one below a wildcard',
    ask: { url: 'http://shop.example/cart' },
    status: 404,
    summary: /^404: no listener on port 80 has the host shop.example/,
    cause: /listener infra\/gw\/shop has the hostname \*\.shop\.example/,
    at: 'all.yaml:7',
    fix: /means names below shop\.example/,
  },
  {
    what: 'a route that no listener took',
    ask: { url: 'http://x.example:8080/' },
    status: 404,
    summary: /^404: no rule of listener infra\/gw\/any/,
    cause:
      /HTTPRoute shop\/stranger rule 0 is for this request, but no listener took the route: .*NotAllowedByListeners/,
    at: 'all.yaml:61',
    fix: /from: Selector/,
  },
  {
    what: 'a port that nobody listens on',
    ask: { url: `${WWW}:81/` },
    status: undefined,
    summary: /^no connection: nothing listens on port 81/,
    cause: /ports that are served: 80, 8080/,
  },
  {
    what: 'a listener whose certificate is not there',
    ask: { url: 'https://www.shop.example/' },
    status: undefined,
    summary: /^no connection: nothing listens on port 443$/,
    cause:
      /listener tls of Gateway infra\/gw has port 443 and protocol HTTPS, and is not served: Secret infra\/cert does not exist/,
    at: 'all.yaml:9',
  },
]) {
  test(`the first cause names it: ${what}`, async () => {
    const found = await asked(ask);
    assert.deepEqual([found.outcome, found.status], ['error', status]);
    assert.match(found.summary, summary);
    const [first] = found.causes;
    assert.match(first?.message ?? '', cause);
    assert.equal(place(first?.source), at);
    if (fix) assert.match(first?.fix ?? '', fix);
  });
}

test('where endpoints are known, a Service without any is answered 503', async () => {
  const live = createExplainer(view, { echo: false });
  try {
    const found = await asked({ url: `${WWW}/cart` }, live);
    assert.deepEqual([found.outcome, found.status], ['error', 503]);
    assert.match(found.summary, /^503: no endpoints for Service shop\/cart:80/);
    assert.match(found.causes[0]?.message ?? '', /Service shop\/cart:80 has no endpoint that is ready/);
  } finally {
    live.close();
  }
});

for (const [ask, outcome, summary] of [
  [{ url: `${WWW}/a%00b` }, 'error', /^400: invalid path; the request is refused before any rule is asked$/],
  [{ url: `${WWW}*`, method: 'OPTIONS' }, 'direct', /^200: OPTIONS \* is about the server/],
  [{ url: `${WWW}/cart`, method: 'CONNECT' }, 'error', /^405: .*before any rule is asked$/],
] as const) {
  test(`a request that no rule is asked for has no losers: ${summary.source}`, async () => {
    const found = await asked(ask);
    assert.equal(found.outcome, outcome);
    assert.match(found.summary, summary);
    assert.deepEqual([found.causes, found.losers, found.lost, found.match], [[], [], 0, undefined]);
  });
}

test('a second Host is sent too, and refused as a gateway that runs does', async () => {
  const twice = [
    ['host', 'www.shop.example'],
    ['Host', 'b.example'],
  ] as const;
  assert.match((await asked({ url: `${WWW}/cart`, headers: twice })).summary, /^400: .*before any rule/);
});

test('a colon without a port is none, and lengths without a body are left out', async () => {
  const { summary, notes } = await asked({ url: 'http://www.shop.example:/cart', headers: [['Content-Length', '5']] });
  assert.match(summary, /by HTTPRoute shop\/cart rule 0/);
  assert.equal(notes[0], 'Content-Length is left out: the request is asked for without a body');
});

test('what a URL leaves out is assumed, and said', async () => {
  const { summary, notes } = await asked({ url: '/cart', method: 'get' });
  assert.match(summary, /by HTTPRoute shop\/cart rule 0/);
  assert.deepEqual(notes.slice(0, 4), [
    'the URL names no scheme: http:// is assumed',
    'method get is not GET: methods are compared with case',
    "the URL names no host: www.shop.example is assumed; give one with -H 'Host: …'",
    'the URL names no port: 80 is assumed',
  ]);
});

test('an object that could not be read is named where nothing matched', async () => {
  const broken = MANIFESTS.replace('value: /cart }', 'value: [cart] }');
  const model = await modelOf(broken);
  const own = createExplainer(model.view);
  try {
    const { causes, outcome } = await asked({ url: `${WWW}/basket` }, own);
    assert.equal(outcome, 'error');
    assert.ok(causes.some(({ message }) => /HTTPRoute shop\/cart could not be read: spec\.rules\[0\]/.test(message)));
  } finally {
    own.close();
  }
});

for (const [raw, refused] of [
  [{ url: '' }, /must be http:\/\/host/],
  [{ url: 'ftp://a/' }, /has scheme ftp, must be http, https, grpc, grpcs, tls, tcp or udp/],
  [{ url: 'http://a:99999/' }, /has port 99999, must be 1 to 65535/],
  [{ url: 'http://a/ b' }, /printable ASCII/],
  [{ url: 'http:/a/' }, /must be http:\/\/host/],
  [{ url: 'http://[zz]/' }, /must be http:\/\/host/],
  [{ url: 'http://a:8a/' }, /must be http:\/\/host/],
  [{ url: 'http://*.a.example/' }, /must be http:\/\/host/],
  [{ url: ' ' }, /printable ASCII/],
  [{ url: 'http://u:secret@a/' }, /^URL "http:\/\/…@a\/" must have no user/],
  [{ url: 'http://bücher.example/' }, /must have its host in ASCII, as clients send it: xn--bcher-kva\.example/],
  [{ url: 'http://a/bücher' }, /percent-encode the rest/],
  [{ url: 'http://a/', method: 'G ET' }, /method "G ET" must be a word/],
  [{ url: 'http://a/', client: 'me' }, /client "me" must be an IP address/],
  [{ url: 'http://a/', gateway: 'gw' }, /gateway "gw" must be NAMESPACE\/NAME/],
  [{ url: 'http://a/', headers: [['a b', 'c']] as [string, string][] }, /header "a b" has no valid name/],
  [{ url: 'http://a/', headers: [['a', 'b\r\nc: d']] as [string, string][] }, /control characters/],
  [{ url: 'http://a/', headers: [['a', '日本']] as [string, string][] }, /more than bytes/],
] as const) {
  test(`a question that can't be put says what would be right: ${JSON.stringify(raw)}`, () => {
    const read = readQuestion(raw);
    assert.match('refused' in read ? read.refused : 'was read', refused);
  });
}

test('a parameter that there is not is refused, and not left out', () => {
  const read = questionOfParameters(new URLSearchParams('url=http://a/&headers=x: 1'));
  assert.match('refused' in read ? read.refused : 'was read', /no parameter headers; there are .*header/);
});
