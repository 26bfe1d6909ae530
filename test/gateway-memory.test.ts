import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  createGateway,
  createMemorySource,
  type Gateway,
  type GatewayOptions,
  type Source,
} from '../src/gateway/index.ts';
import { documents, gateway, gatewayClass, route, service } from './cli-rig.ts';

function made(t: TestContext, options: GatewayOptions): Gateway {
  const embedded = createGateway(options);
  t.after(() => embedded.close());
  return embedded;
}

type Echoed = Record<'method' | 'path' | 'body', string> & { readonly headers: Record<string, string> };

const ALL = documents(gatewayClass, gateway(), service('web'), service('other'), route('web'));
const URL = 'http://shop.example/cart?x=1';

async function backendOf(embedded: Gateway, url = URL): Promise<string | undefined> {
  return (await embedded.request(url)).facts.backend;
}

test('a request in memory says which way it went, and what the backend received', async t => {
  const embedded = made(t, { objects: ALL });
  const answer = await embedded.request(URL, {
    method: 'POST',
    headers: { 'x-a': '1' },
    body: 'hi',
    client: '10.0.0.9',
  });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-type'), 'application/json');
  const { route, rule, match, backend } = answer.facts;
  assert.deepEqual(
    { route, rule, match, backend },
    {
      route: 'HTTPRoute/default/web',
      rule: 0,
      match: 0,
      backend: 'Service/default/web/80',
    },
  );
  const seen = (await answer.json()) as { path: string; body: string; headers: Record<string, string> };
  assert.equal(seen.path, '/cart?x=1');
  assert.equal(seen.body, 'hi');
  assert.equal(seen.headers['x-forwarded-for'], '10.0.0.9');
  assert.deepEqual(
    answer.arrived.map(({ method, target }) => `${method} ${target}`),
    ['POST /cart?x=1'],
  );
});

test('what is sent is what was written: the path is not touched before the data plane does', async t => {
  const embedded = made(t, { objects: ALL });
  const answer = await embedded.request('http://shop.example/a/%2e%2e/b%2Fc', {
    headers: { host: 'Other.example:81' },
  });
  const seen = (await answer.json()) as { path: string; host: string };
  assert.deepEqual([seen.path, seen.host], ['/b%2Fc', 'Other.example:81']);
});

test('what is asked may be a URL or a Request, too', async t => {
  const embedded = made(t, { objects: ALL });
  const posted = new Request(URL, { method: 'POST', headers: { 'x-a': '1' }, body: 'hi' });
  const seenOf = async (answer: ReturnType<Gateway['request']>) => {
    const { method, path: target, headers, body } = (await (await answer).json()) as Echoed;
    return [method, target, headers['x-a'], body];
  };
  assert.deepEqual(await seenOf(embedded.request(posted)), ['POST', '/cart?x=1', '1', 'hi']);
  assert.deepEqual(await seenOf(embedded.request(new global.URL('/c d', URL), { method: 'PUT', body: 'x' })), [
    'PUT',
    '/c%20d',
    undefined,
    'x',
  ]);
});

test('backends are functions of requests, and programs; all others are the echo', async t => {
  const objects = documents(gatewayClass, gateway(), service('web'), route('web'));
  const embedded = made(t, {
    objects,
    backends: {
      'default/web:80': async request => {
        const said = `${request.method} ${request.url} ${request.headers.get('x-a')} ${await request.text()}`;
        return new Response(said, { status: 201, headers: { 'x-b': '2' } });
      },
    },
  });
  const answer = await embedded.request(URL, { method: 'PUT', headers: { 'x-a': '1' }, body: 'hi' });
  assert.equal(answer.status, 201);
  assert.equal(answer.headers.get('x-b'), '2');
  assert.equal(await answer.text(), 'PUT http://shop.example/cart?x=1 1 hi');
});

test('a handler that throws fails the request with what it threw', async t => {
  const failing = () => {
    throw new RangeError('too much');
  };
  const embedded = made(t, { objects: ALL, backends: { 'default/web:80': failing } });
  await assert.rejects(embedded.request(URL), { name: 'RangeError', message: 'too much' });
});

test('a handler that gives no Response is told so', async t => {
  // @ts-expect-error a program in JavaScript may give it: the type refuses it
  const embedded = made(t, { objects: ALL, backends: { 'default/web:80': () => undefined } });
  await assert.rejects(embedded.request(URL), /^TypeError: a handler must give a Response, not undefined$/);
});

test('functions are asked over sockets when the gateway serves', async t => {
  const embedded = made(t, {
    objects: ALL,
    map: new Map([[80, 0]]),
    backends: {
      'default/web:80': request =>
        new global.URL(request.url).pathname === '/bad'
          ? Promise.reject(new Error('so it is'))
          : new Response('from a function', { headers: { 'x-b': '2' } }),
    },
  });
  await embedded.start();
  const [listener] = embedded.listeners();
  const response = await fetch(`${listener!.url}/good`);
  assert.deepEqual([response.status, response.headers.get('x-b')], [200, '2']);
  assert.equal(await response.text(), 'from a function');
  const failed = await fetch(`${listener!.url}/bad`);
  assert.equal(failed.status, 500);
  assert.match(await failed.text(), /handler of this backend failed: so it is/);
  assert.equal(await (await embedded.request(listener!.url)).text(), 'from a function', 'the port of the socket too');
});

test('two Services with the same pods are told apart', async t => {
  const slice = (name: string) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports: [{ port: 80 }],
    endpoints: [{ addresses: ['10.1.2.3'] }],
  });
  const source = createMemorySource();
  source.setText('all.yaml', documents(gatewayClass, gateway(), service('web'), service('other'), route('web'), OTHER));
  source.set(slice('web'));
  source.set(slice('other'));
  const embedded = made(t, { source });
  for (const [url, name] of [
    [URL, 'default/web'],
    ['http://shop.example/other', 'default/other'],
  ] as const) {
    const seen = (await (await embedded.request(url)).json()) as { service: string };
    assert.equal(seen.service, name);
  }
  assert.equal((await embedded.request(URL)).facts.endpoint, '10.1.2.3:80');
});

const OTHER = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: other }
spec:
  parentRefs: [{ name: gw }]
  rules: [{ matches: [{ path: { value: /other } }], backendRefs: [{ name: other, port: 80 }] }]
`;

test('objects are changed one by one, or all at once; the problems that this brings are given', async t => {
  const [web, other] = [{ name: 'web' }, { name: 'other' }].map(metadata => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { ports: [{ port: 80 }] },
  }));
  const to = (name: string) => ({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'web' },
    spec: { parentRefs: [{ name: 'gw' }], rules: [{ backendRefs: [{ name, port: 80 }] }] },
  });
  const gw = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'gw' },
    spec: { gatewayClassName: 'any', listeners: [{ name: 'http', protocol: 'HTTP', port: 80 }] },
  };
  const embedded = made(t, { objects: [gw, web!, to('web')] });
  assert.equal(await backendOf(embedded), 'Service/default/web/80');
  const codes = (await embedded.update({ upsert: [to('other')] })).map(({ code }) => code);
  assert.deepEqual(codes, ['BackendNotFound']);
  assert.equal((await embedded.request(URL)).status, 500);
  assert.deepEqual(await embedded.update({ upsert: [other!], delete: [web!] }), []);
  assert.equal(await backendOf(embedded), 'Service/default/other/80');
  await embedded.update([gw, web!, to('web')]);
  assert.equal(await backendOf(embedded), 'Service/default/web/80');
  assert.deepEqual(
    (await embedded.config()).filter(({ kind }) => kind === 'Backend').map(({ name }) => name),
    ['Service/default/web/80'],
  );
  const [problem] = await embedded.update({ upsert: [{ ...to('web'), spec: { rules: 'none' } }] });
  assert.equal(problem!.path, 'spec.rules');
  assert.equal(await backendOf(embedded), 'Service/default/web/80', 'what cannot be read keeps its last good state');
});

test('an update of a gateway that serves is live when it resolves', async t => {
  const embedded = made(t, { objects: ALL, map: new Map([[80, 0]]), echo: true });
  assert.equal(await backendOf(embedded), 'Service/default/web/80');
  await embedded.start();
  const url = embedded.listeners()[0]!.url;
  for (const name of ['other', 'web', 'other']) {
    await embedded.update(ALL.replace('name: web, port: 80', `name: ${name}, port: 80`));
    const { service } = (await (await fetch(url)).json()) as { service: string };
    assert.equal(service, `default/${name}`);
    assert.equal(await backendOf(embedded), `Service/default/${name}/80`);
  }
});

test('manifests are read when they are first asked about, and followed', async t => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-library-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'all.yaml');
  writeFileSync(file, ALL);
  const embedded = made(t, { manifests: folder });
  assert.deepEqual(await embedded.problems(), []);
  assert.equal(await backendOf(embedded), 'Service/default/web/80');
  writeFileSync(file, ALL.replace('name: web, port: 80', 'name: other, port: 80'));
  while ((await backendOf(embedded)) !== 'Service/default/other/80') await new Promise(again => setTimeout(again, 10));
  await assert.rejects(embedded.update([]), /update: this gateway was made of manifests, not of objects/);
});

test('what can not be answered is said', async t => {
  const embedded = made(t, { objects: ALL });
  const rows: readonly (readonly [asked: () => unknown, message: RegExp])[] = [
    [() => createGateway(), /needs manifests, objects or a source; give exactly one/],
    [() => createGateway({}), /needs manifests, objects or a source; give exactly one/],
    [() => createGateway({ manifests: 'k8s', objects: [] }), /got manifests and objects; give exactly one/],
    // @ts-expect-error a program in JavaScript may give it: the type refuses it
    [() => createGateway({ objects: {} }), /objects must be a list of objects, or a text of YAML documents/],
    // @ts-expect-error a program in JavaScript may give it: the type refuses it
    [() => createGateway({ manifests: [1] }), /manifests must be a path or a list of paths/],
    [() => createGateway({ manifests: [] }), /manifests must be a path or a list of paths/],
    [() => createGateway({ objects: [], backends: { web: 'x:1' } }), /'web' must be namespace\/name:port of a Service/],
    [
      () => createGateway({ objects: [], backends: { 'a/b:1': 'x' } }),
      /backends\['a\/b:1'\] must be a function, or host:port/,
    ],
    [
      () => embedded.request('http://shop.example:81/'),
      /GET http:\/\/shop.example:81\/: no Gateway listens on port 81; ports that are served: 80/,
    ],
    [() => embedded.request('tcp://shop.example:9000'), /tcp:\/\/ has no answer/],
    [() => embedded.request('/cart'), /the URL names no host/],
    // @ts-expect-error a program in JavaScript may give it: the type refuses it
    [() => embedded.request(URL, { method: 'POST', body: 5 }), /request: body must be a text or a Uint8Array/],
    [() => embedded.update({ upsert: [] }), /this gateway holds a text; give the whole of the new one/],
    [() => made(t, { manifests: '/nowhere/at/all' }).problems(), /nowhere/],
  ];
  for (const [asked, message] of rows) await assert.rejects(async () => asked(), message);
});

test('a gateway that has nothing to read can be asked again', async t => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-library-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'all.yaml');
  const embedded = made(t, { manifests: file });
  await assert.rejects(embedded.status(), { code: 'NothingToRead' });
  writeFileSync(file, ALL);
  assert.equal((await embedded.status()).length, 3);
});

test('an explanation is of what stands, before start and after it', async t => {
  const embedded = made(t, { objects: ALL, map: new Map([[80, 0]]) });
  const before = await embedded.explain(URL, { method: 'POST', headers: { 'x-a': '1' }, client: '10.0.0.9' });
  assert.equal(before.outcome, 'route');
  assert.equal(before.match?.route, 'default/web');
  assert.deepEqual(
    before.request?.headers.filter(({ name }) => ['x-a', 'x-forwarded-for'].includes(name)).map(({ value }) => value),
    ['1', '10.0.0.9'],
  );
  await embedded.update(ALL.replace('value: /', 'value: /x'));
  assert.equal((await embedded.explain(URL)).status, 404);
  await embedded.start();
  assert.equal((await embedded.explain(URL)).status, 404);
  await embedded.update(ALL);
  assert.equal((await embedded.explain(embedded.listeners()[0]!.url)).status, 503, 'no endpoints');
  await assert.rejects(embedded.explain('ftp://shop.example/'), /^TypeError: explain: URL .* scheme ftp/);
});

test('GET /explain of the admin address explains what is served', async t => {
  const ready = Promise.withResolvers<string>();
  const embedded = made(t, {
    objects: ALL,
    map: new Map([[80, 0]]),
    echo: true,
    admin: { host: '127.0.0.1', port: 0 },
    onEvent: event => event.event === 'ready' && ready.resolve(event.admin ?? ''),
  });
  await embedded.start();
  const admin = await ready.promise;
  const ask = async (query: string) => {
    const response = await fetch(`${admin}/explain?${query}`);
    return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
  };
  const url = encodeURIComponent('http://shop.example/cart?x=1');
  const asked = `method=PUT&url=${url}&header=x-a:+1&header=x-a:+2&client=10.0.0.9`;
  const told = await ask(asked);
  assert.equal(told.status, 200);
  const expected = await embedded.explain('http://shop.example/cart?x=1', {
    method: 'PUT',
    headers: [['x-a', '1']],
    client: '10.0.0.9',
  });
  const { request: seen, ...rest } = told.answer;
  const { request: _, ...others } = expected;
  assert.deepEqual(rest, JSON.parse(JSON.stringify(others)));
  const { headers } = seen as { headers: { name: string; value: string }[] };
  assert.deepEqual(
    headers.filter(({ name }) => name === 'x-a').map(({ value }) => value),
    ['1, 2'],
  );
  await embedded.update(ALL.replace('value: /', 'value: /x'));
  assert.equal((await ask(asked)).answer.status, 404);
  for (const [query, message] of [
    ['', /url is missing/],
    ['url=http://a/&header=nonsense', /header "nonsense" must be 'name: value'/],
    ['url=http://a/&client=me', /client "me" must be an IP address/],
    ['url=http://a/%20b c', /percent-encode/],
  ] as const) {
    const { status, answer } = await ask(query);
    assert.equal(status, 400, query);
    assert.match(String(answer.error), message);
  }
});

test('a difference is told by requests: to manifests, to another gateway, before start and after it', async t => {
  const embedded = made(t, { objects: ALL, map: new Map([[80, 0]]) });
  const changed = ALL.replace('name: web, port: 80', 'name: other, port: 80');
  const renamed = ALL.replace('kind: HTTPRoute\nmetadata: { name: web }', 'kind: HTTPRoute\nmetadata: { name: shop }');
  assert.notEqual(renamed, ALL);
  const tell = async () => {
    assert.deepEqual(await embedded.diff({ objects: renamed }), { changes: [], transports: [], leftOut: [] });
    const { changes } = await embedded.diff(made(t, { objects: changed }));
    assert.deepEqual(changes, (await embedded.diff({ objects: changed })).changes);
    assert.deepEqual(
      changes.flatMap(({ examples }) => examples.map(({ after }) => after?.route.name)),
      ['web'],
    );
    return changes;
  };
  const before = await tell();
  await embedded.start();
  assert.deepEqual(await tell(), before);
  await assert.rejects(embedded.diff({}), /needs manifests, objects or a source/);
});

test('an explanation of a gateway that serves says how endpoints fare', async t => {
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  closed.close();
  const source = createMemorySource();
  source.setText('all.yaml', ALL);
  source.set({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'web', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    ports: [{ port }],
    endpoints: [{ addresses: ['127.0.0.1'] }],
  });
  const embedded = made(t, { source, map: new Map([[80, 0]]), proxy: { ejectTime: 600_000 } });
  const endpoint = { address: `127.0.0.1:${port}`, state: 'ready' };
  const told = async () => (await embedded.explain(URL)).backends.flatMap(({ endpoints }) => endpoints);
  assert.deepEqual(await told(), [endpoint]);
  await embedded.start();
  assert.deepEqual(await told(), [{ ...endpoint, health: 'ok' }]);
  assert.equal((await fetch(embedded.listeners()[0]!.url)).status, 503);
  assert.deepEqual(await told(), [{ ...endpoint, health: 'ejected' }]);
});

test('what is valid and hardly meant is told apart from what is wrong', async t => {
  const embedded = made(t, { objects: ALL.replace('value: /', 'value: /cart/*') });
  assert.deepEqual(await embedded.problems(), []);
  assert.ok((await embedded.lint()).some(({ message }) => message.includes('*')));
});

test('a gateway is started once, and closed for good', async t => {
  const embedded = made(t, { objects: ALL, map: new Map([[80, 0]]) });
  await Promise.all([embedded.start(), embedded.start(), embedded.request(URL)]);
  await embedded.start();
  assert.equal(embedded.listeners().length, 1);
  await embedded.close();
  await embedded.close();
  for (const asked of [() => embedded.request(URL), () => embedded.status(), () => embedded.update(ALL)]) {
    await assert.rejects(asked, /the gateway is closed/);
  }
  const unused = made(t, { objects: ALL });
  await unused.close();
  await assert.rejects(unused.start(), /the gateway is closed/);
});

test('what is asked while it starts is about what is served', async t => {
  const embedded = made(t, { objects: ALL, map: new Map([[80, 0]]) });
  const started = embedded.start();
  assert.equal(await backendOf(embedded), 'Service/default/web/80');
  assert.equal(embedded.listeners().length, 1);
  await started;
});

test('a source may be an object of a class', async () => {
  class Counted implements Source {
    closed = 0;
    readonly #held = createMemorySource();
    constructor(text: string) {
      this.#held.setText('held.yaml', text);
    }
    start(onBatch: Parameters<Source['start']>[0]) {
      return this.#held.start(onBatch);
    }
    problems() {
      return this.#held.problems();
    }
    locate(...place: Parameters<Source['locate']>) {
      return this.#held.locate(...place);
    }
    close() {
      this.closed++;
      return this.#held.close();
    }
  }
  const source = new Counted(ALL.replace('name: web, port: 80', 'name: wep, port: 80'));
  const embedded = createGateway({ source, map: new Map([[80, 0]]) });
  const [problem] = await embedded.problems();
  assert.equal(problem?.location?.file, 'held.yaml');
  await embedded.start();
  assert.equal((await embedded.problems()).find(({ code }) => code === problem.code)?.location?.file, 'held.yaml');
  await embedded.close();
  assert.equal(source.closed, 1);
});
