import assert from 'node:assert/strict';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createNetServer } from 'node:net';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  documents,
  type Event,
  gateway,
  gatewayClass,
  manifests,
  ROOT,
  route,
  running,
  service,
  sluice,
  start,
  urlOf,
} from './cli-rig.ts';

const ALL = documents(gatewayClass, gateway(), service('web'), service('other'), route('web'));
const FREE = ['--map', '80=0', '--echo'];

async function echoed(url: string, init?: RequestInit): Promise<{ readonly service: string; readonly port: number }> {
  const response = await fetch(url, init);
  assert.equal(response.status, 200);
  return response.json() as Promise<{ service: string; port: number }>;
}

const isChange = (object: string, action: string) => (event: Event) =>
  event.event === 'change' && event.object === object && event.action === action;

async function listenOn(t: TestContext, server: ReturnType<typeof createNetServer>): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

test('prints listeners, routes and ready, serves, and drains on SIGTERM', async t => {
  const folder = manifests(t, { 'all.yaml': ALL });
  const run = await running(t, [folder, ...FREE]);
  const kinds = run.events.map(event => event.event);
  assert.deepEqual(kinds, ['listener', 'route', 'ready']);
  const [listener, webRoute, ready] = run.events;
  const url = urlOf(run);
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.deepEqual(listener, {
    event: 'listener',
    gateway: 'default/gw',
    listener: 'http',
    port: 80,
    url,
    mapped: true,
  });
  assert.deepEqual(webRoute, {
    event: 'route',
    kind: 'HTTPRoute',
    route: 'default/web',
    accepted: true,
    resolvedRefs: true,
  });
  assert.match(String(ready?.admin), /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.equal((await echoed(url)).service, 'default/web');
  run.signal('SIGTERM');
  const { code, stderr } = await run.ended;
  assert.equal(stderr, '');
  assert.equal(code, 0);
});

test('npm start passes the signal on, so that nothing is left behind', { timeout: 20_000 }, async t => {
  const run = await running(t, ['start', '--silent', '--', '--map', '8080=0'], { program: 'npm', cwd: ROOT });
  assert.equal((await echoed(urlOf(run))).service, 'default/web');
  run.signal('SIGTERM');
  assert.equal((await run.ended).code, 0);
});

test('for people: text on stderr, ready alone on stdout', async t => {
  const run = start(t, [manifests(t, { 'all.yaml': ALL }), ...FREE]);
  await run.saw(/ready/);
  run.signal('SIGINT');
  const { code, stdout, stderr } = await run.ended;
  assert.equal(stdout, 'ready\n');
  assert.match(stderr, /listener +http:\/\/127\.0\.0\.1:\d+ +default\/gw http/);
  assert.match(stderr, /route +HTTPRoute default\/web +accepted/);
  assert.equal(stderr.includes('\u001b'), false);
  assert.equal(code, 0);
});

test('a saved change is live when it is said: in place, by rename, a new file, a deleted one', async t => {
  const folder = manifests(t, { 'all.yaml': documents(gatewayClass, gateway(), service('web'), service('other')) });
  const run = await running(t, [folder, ...FREE]);
  const url = urlOf(run);
  const file = path.join(folder, 'route.yaml');

  const created = run.next(isChange('HTTPRoute/default/web', 'created'));
  writeFileSync(file, route('web'));
  assert.equal(typeof (await created).ms, 'number');
  assert.equal((await echoed(url)).service, 'default/web');

  const edited = run.next(isChange('HTTPRoute/default/web', 'updated'));
  writeFileSync(file, route('other'));
  await edited;
  assert.equal((await echoed(url)).service, 'default/other');

  const renamed = run.next(isChange('HTTPRoute/default/web', 'updated'));
  writeFileSync(`${file}~`, route('web'));
  renameSync(`${file}~`, file);
  await renamed;
  assert.equal((await echoed(url)).service, 'default/web');

  const deleted = run.next(isChange('HTTPRoute/default/web', 'deleted'));
  rmSync(file);
  await deleted;
  assert.equal((await fetch(url)).status, 404);
});

test('a file that breaks keeps serving what it said before, and is named', async t => {
  const folder = manifests(t, { 'all.yaml': ALL });
  const run = await running(t, [folder, ...FREE]);
  const problem = run.next(event => event.event === 'problem');
  writeFileSync(path.join(folder, 'all.yaml'), `${ALL}---\nkind: [unclosed\n`);
  const { file, line, severity } = await problem;
  assert.equal(severity, 'error');
  assert.equal(file, path.join(folder, 'all.yaml'));
  assert.ok(Number(line) >= ALL.split('\n').length);
  assert.equal((await echoed(urlOf(run))).service, 'default/web');
});

test('--no-watch reads once', async t => {
  const folder = manifests(t, { 'all.yaml': ALL });
  const run = await running(t, [folder, ...FREE, '--no-watch']);
  writeFileSync(path.join(folder, 'all.yaml'), ALL.replace('name: web, port: 80', 'name: other, port: 80'));
  await new Promise(resolve => setTimeout(resolve, 300));
  assert.equal((await echoed(urlOf(run))).service, 'default/web');
  assert.equal(run.events.at(-1)?.event, 'ready');
});

test('standard input is served', async t => {
  const run = await running(t, ['-', ...FREE], { input: ALL });
  assert.equal((await echoed(urlOf(run))).service, 'default/web');
});

test('--backend puts programs in the place of a Service port; without the Service it says so', async t => {
  const backend = (name: string) => createServer((_, response) => response.end(name));
  const [one, two] = [await listenOn(t, backend('one')), await listenOn(t, backend('two'))];
  const folder = manifests(t, { 'all.yaml': ALL });
  const overrides = ['--backend', `default/web:80=127.0.0.1:${one}`, '--backend', `default/web:80=localhost:${two}`];
  const run = await running(t, [folder, ...FREE, ...overrides, '--backend', `default/gone:80=127.0.0.1:${one}`]);
  const seen = new Set<string>();
  for (let i = 0; i < 40; i++) seen.add(await (await fetch(urlOf(run))).text());
  assert.deepEqual([...seen].sort(), ['one', 'two']);
  const problem = await run.event(event => event.code === 'OverrideNotUsed');
  assert.match(String(problem.message), /there is no Service default\/gone/);
});

test('addresses of EndpointSlices are used, and follow', async t => {
  const backend = (name: string) => createServer((_, response) => response.end(name));
  const [one, two] = [await listenOn(t, backend('one')), await listenOn(t, backend('two'))];
  const slice = (port: number) => `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: web-1, labels: { kubernetes.io/service-name: web } }
addressType: IPv4
ports: [{ port: ${port} }]
endpoints: [{ addresses: [127.0.0.1] }]
`;
  const folder = manifests(t, { 'all.yaml': ALL, 'slice.yaml': slice(one) });
  const run = await running(t, [folder, ...FREE]);
  assert.equal(await (await fetch(urlOf(run))).text(), 'one');
  const moved = run.next(isChange('EndpointSlice/default/web-1', 'updated'));
  writeFileSync(path.join(folder, 'slice.yaml'), slice(two));
  await moved;
  assert.equal(await (await fetch(urlOf(run))).text(), 'two');
});

test('a port in use is mapped to a free one and said, with its place', async t => {
  const port = await listenOn(t, createNetServer());
  const folder = manifests(t, { 'all.yaml': ALL });
  const run = await running(t, [folder, '--echo', '--map', `80=${port}`]);
  const problem = await run.event(event => event.code === 'PortMapped');
  assert.equal(problem.severity, 'warning');
  assert.match(String(problem.message), new RegExp(`port ${port} on 127.0.0.1 is already in use`));
  assert.equal(problem.line, 11);
  assert.equal((await echoed(urlOf(run))).service, 'default/web');
});

test('of two Gateways with the same host on a port the later is mapped', async t => {
  const second = route('other').replace('name: web', 'name: late').replace('name: gw', 'name: zz');
  const folder = manifests(t, { 'all.yaml': documents(ALL, gateway(80, 'zz'), second) });
  const run = await running(t, [folder, ...FREE]);
  const urls = run.events.filter(event => event.event === 'listener');
  assert.equal(new Set(urls.map(event => event.url)).size, 2);
  for (const [name, backend] of [
    ['default/gw', 'default/web'],
    ['default/zz', 'default/other'],
  ]) {
    const url = urls.find(event => event.gateway === name)?.url;
    assert.equal((await echoed(String(url))).service, backend);
  }
});

test('an address that is not of this machine fails its Gateway alone', async t => {
  const foreign = gateway(80, 'far').replace('spec:', 'spec:\n  addresses: [{ value: 192.0.2.7 }]');
  const folder = manifests(t, { 'all.yaml': documents(ALL, foreign) });
  const run = await running(t, [folder, ...FREE]);
  const problem = await run.event(event => event.code === 'AddressNotUsable');
  assert.match(String(problem.message), /192\.0\.2\.7/);
  assert.equal((await echoed(urlOf(run))).service, 'default/web');
});

test('a Gateway listens on the address that it asks for', { skip: process.platform !== 'linux' }, async t => {
  const own = gateway(80, 'own').replace('spec:', 'spec:\n  addresses: [{ value: 127.0.0.2 }]');
  const run = await running(t, [manifests(t, { 'all.yaml': documents(ALL, own) }), ...FREE]);
  const listener = await run.event(event => event.gateway === 'default/own');
  assert.match(String(listener.url), /^http:\/\/127\.0\.0\.2:/);
  assert.equal((await fetch(String(listener.url))).status, 404);
});

test('an override whose name is not resolved is named, and its route says 503', async t => {
  const folder = manifests(t, { 'all.yaml': ALL });
  const run = await running(t, [folder, ...FREE, '--backend', 'default/web:80=no-such-host.invalid:80']);
  const problem = await run.event(event => event.code === 'HostNotResolved');
  assert.match(String(problem.message), /no-such-host\.invalid cannot be resolved/);
  assert.equal((await fetch(urlOf(run))).status, 503);
});

test('an empty folder is said, and served from its first Gateway on', async t => {
  const folder = manifests(t, {});
  const run = await running(t, [folder, ...FREE]);
  await run.event(event => event.code === 'NothingServed');
  const listening = run.next(event => event.event === 'listener');
  writeFileSync(path.join(folder, 'all.yaml'), ALL);
  await listening;
  assert.equal((await echoed(urlOf(run))).service, 'default/web');
});

test('what can be mended on the command line stops the start: exit 1 and one line', async t => {
  const folder = manifests(t, { 'all.yaml': ALL });
  const port = await listenOn(t, createNetServer());
  for (const [args, said] of [
    [['--listen', '192.0.2.7'], /192\.0\.2\.7 does not belong to this machine/],
    [['--admin', `127.0.0.1:${port}`], /admin endpoint can't listen: port \d+ on 127\.0\.0\.1 is already in use$/m],
  ] as const) {
    const { code, stderr, stdout } = await sluice(['run', folder, ...FREE, '--output', 'json', ...args]);
    assert.match(stderr, said);
    assert.doesNotMatch(stdout, /AddressNotUsable/, 'the manifests are not to blame');
    assert.equal(stderr.trim().split('\n').length, 1);
    assert.equal(code, 1);
  }
});

async function free(): Promise<number> {
  const server = createNetServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

test('a signal ends the wait for standard input', async t => {
  const admin = `127.0.0.1:${await free()}`;
  const run = start(t, ['-', ...FREE, '--admin', admin], { openInput: true });
  const answers = () => fetch(`http://${admin}/readyz`).then(response => response.text());
  const ended = run.ended.then(({ stderr }) => `ended: ${stderr}`);
  let said = '';
  while (said === '') said = await Promise.race([answers(), ended]).catch(() => '');
  assert.match(said, /not ready/);
  run.signal('SIGTERM');
  const { code, stdout, stderr } = await run.ended;
  assert.equal(stdout + stderr, '');
  assert.equal(code, 0);
});

test('a second signal does not wait', async t => {
  const stuck = await listenOn(
    t,
    createServer(() => {}),
  );
  const folder = manifests(t, { 'all.yaml': ALL });
  const run = await running(t, [folder, ...FREE, '--backend', `default/web:80=127.0.0.1:${stuck}`]);
  const request = fetch(urlOf(run)).catch(() => undefined);
  await new Promise(resolve => setTimeout(resolve, 100));
  run.signal('SIGTERM');
  await new Promise(resolve => setTimeout(resolve, 100));
  run.signal('SIGINT');
  assert.equal((await run.ended).code, 130);
  await request;
});

test('a signal that comes twice at once is one: npm and the terminal both pass it on', async t => {
  const arrived = Promise.withResolvers<ServerResponse>();
  const slow = await listenOn(
    t,
    createServer((_, response) => arrived.resolve(response)),
  );
  const folder = manifests(t, { 'all.yaml': ALL });
  const run = await running(t, [folder, ...FREE, '--backend', `default/web:80=127.0.0.1:${slow}`]);
  const request = fetch(urlOf(run));
  const response = await arrived.promise;
  run.signal('SIGINT');
  // Not at once: the system would make one of the two.
  await new Promise(resolve => setTimeout(resolve, 20));
  run.signal('SIGINT');
  await new Promise(resolve => setTimeout(resolve, 100));
  response.end('done');
  assert.equal(await (await request).text(), 'done');
  assert.equal((await run.ended).code, 0);
});

test('the admin endpoint: health, metrics, configuration, statuses', async t => {
  const run = await running(t, [manifests(t, { 'all.yaml': ALL }), ...FREE]);
  const admin = String((await run.event(event => event.event === 'ready')).admin);
  const get = async (path: string) => {
    const response = await fetch(admin + path);
    return { status: response.status, body: await response.text() };
  };
  await echoed(urlOf(run));
  assert.deepEqual(await get('/readyz'), { status: 200, body: 'ok\n' });
  assert.deepEqual(await get('/livez'), { status: 200, body: 'ok\n' });
  const missing = await get('/nothing');
  assert.equal(missing.status, 404);
  assert.match(missing.body, /\/metrics/);
  assert.match((await get('/metrics')).body, /^sluice_translated_routes_total 1$/m);
  const { items } = JSON.parse((await get('/status')).body);
  assert.deepEqual(
    items.map((item: { kind: string }) => item.kind),
    ['Gateway', 'GatewayClass', 'HTTPRoute'],
  );
  assert.match(items[0].status.conditions[0].lastTransitionTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  const { units }: { units: { kind: string }[] } = JSON.parse((await get('/config')).body);
  assert.deepEqual(
    new Set(units.map(unit => unit.kind)),
    new Set(['Backend', 'Endpoints', 'Route', 'Listener', 'Bind']),
  );
});

test('/metrics counts requests at most a second later', async t => {
  const run = await running(t, [manifests(t, { 'all.yaml': ALL }), ...FREE]);
  const admin = String((await run.event(event => event.event === 'ready')).admin);
  for (let i = 0; i < 3; i++) await echoed(urlOf(run));
  const counted = /^sluice_http_requests_total\{[^}]*route="default\/web"[^}]*code="200"[^}]*\} 3$/m;
  const deadline = Date.now() + 3_000;
  let text = '';
  while (!counted.test(text) && Date.now() < deadline) {
    await new Promise(resolve => setTimeout(resolve, 100));
    text = await (await fetch(`${admin}/metrics`)).text();
  }
  assert.match(text, counted);
});

test('the quickstart routes by path, header, host and weight', async t => {
  const run = await running(t, [path.join(ROOT, 'examples', 'quickstart'), '--echo', '--map', '8080=0']);
  const url = urlOf(run);
  assert.equal((await echoed(url)).service, 'default/web');
  const api = (await echoed(`${url}/api/items`)) as unknown as { service: string; path: string };
  assert.deepEqual([api.service, api.path], ['default/api', '/items']);
  assert.equal((await echoed(`${url}/api`, { headers: { 'x-version': '2' } })).service, 'default/api-v2');
  const moved = await fetch(`${url}/docs/start`, { redirect: 'manual' });
  assert.equal(moved.status, 301);
  assert.equal(moved.headers.get('location'), 'https://docs.example.com/start');
});
