import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type FollowedServer, follow } from '../../test/followed-server.ts';

const GROUP = 'gateway.networking.k8s.io';
const ROUTES = `httproutes.${GROUP}`;
const KEY = 'HTTPRoute/default/a';

const route = (version = 'v1') => ({
  apiVersion: `${GROUP}/${version}`,
  kind: 'HTTPRoute',
  metadata: { name: 'a' },
  spec: { hostnames: ['a.example'] },
});

const definition = (name: string, note = '') => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name, annotations: { 'gateway.networking.k8s.io/bundle-version': 'v1.6.3', note } },
  spec: { group: name.slice(name.indexOf('.') + 1) },
});

function define({ api }: FollowedServer, collection: string): void {
  api.serve(collection);
  api.put(definition(collection));
}

function undefine({ api }: FollowedServer, collection: string): void {
  api.unserve(collection);
  api.delete({ kind: 'CustomResourceDefinition', name: collection });
}

const lists = ({ api }: FollowedServer, path: string) =>
  api.requests.filter(request => request.path === path && request.query.watch === undefined).length;

test('a kind is followed from when its CRD appears until it goes', async t => {
  const followed = await follow(t);
  const { api, start, resources, until, source, batches } = followed;
  api.unserve(ROUTES);
  await start();
  assert.deepEqual(source.problems(), [], 'a kind that is not installed is nothing to tell');
  define(followed, ROUTES);
  api.put(route());
  await until('its objects are read', () => resources().has(KEY));
  assert.ok(resources().has(`CustomResourceDefinition//${ROUTES}`));
  undefine(followed, ROUTES);
  await until('its objects go', () => resources().size === 0);
  define(followed, ROUTES);
  api.put(route());
  await until('they are back', () => resources().has(KEY));
  assert.deepEqual(batches[0]?.upserts, []);
});

test("a kind of our own is followed like those of the Gateway API, and its CRD is nobody else's business", async t => {
  const followed = await follow(t);
  const { api, start, resources, until } = followed;
  api.unserve('directresponses.sluice.dev');
  await start();
  define(followed, 'directresponses.sluice.dev');
  api.put({ apiVersion: 'sluice.dev/v1alpha1', kind: 'DirectResponse', metadata: { name: 'a' }, spec: {} });
  await until('it is read', () => resources().has('DirectResponse/default/a'));
  assert.equal(resources().size, 1);
  undefine(followed, 'directresponses.sluice.dev');
  await until('it goes', () => resources().size === 0);
});

test('without the right to watch CRDs the server is asked again and again', async t => {
  const followed = await follow(t);
  const { api, start, resources, until, problems } = followed;
  api.forbid('list', 'customresourcedefinitions');
  api.unserve(ROUTES);
  await start();
  assert.deepEqual(problems(), ['error Forbidden']);
  api.serve(ROUTES);
  api.put(route());
  await until('its objects are read', () => resources().has(KEY));
  api.unserve(ROUTES);
  await until('its objects go', () => resources().size === 0);
});

test('only metadata of CRDs are read, and only those of the Gateway API are given on', async t => {
  const { api, start, resources, until } = await follow(t);
  api.put(definition(ROUTES));
  api.put(definition('certificates.cert-manager.io'));
  await start();
  assert.deepEqual([...resources().keys()], [`CustomResourceDefinition//${ROUTES}`]);
  const asked = api.requests.filter(({ path }) => path.endsWith('/customresourcedefinitions'));
  assert.ok(asked.every(({ accept }) => accept?.includes('PartialObjectMetadata')));
  api.put(definition(ROUTES, 'changed'));
  const note = () => resources().get(`CustomResourceDefinition//${ROUTES}`)?.metadata.annotations.note;
  await until('a change of it arrives', () => note() === 'changed');
});

test('only metadata of namespaces are read', async t => {
  const { api, start, resources, until } = await follow(t);
  api.put({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'n', labels: { team: 'a' } },
    spec: { finalizers: ['kubernetes'] },
  });
  await start();
  const labels = () => resources().get('Namespace//n')?.metadata.labels;
  assert.deepEqual(labels(), { team: 'a' });
  api.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n', labels: { team: 'b' } } });
  await until('a change of it arrives', () => labels()?.team === 'b');
  const asked = api.requests.filter(({ path }) => path === '/api/v1/namespaces');
  assert.ok(asked.length > 1 && asked.every(({ accept }) => accept?.includes('PartialObjectMetadata')));
});

test('a version that is served no more is left for one that is, and no object goes meanwhile', async t => {
  const followed = await follow(t);
  const { api, start, resources, until, batches } = followed;
  api.serve(ROUTES, ['v1beta1']);
  api.put(route('v1beta1'));
  await start();
  assert.equal(resources().get(KEY)?.apiVersion, `${GROUP}/v1`);
  assert.equal(lists(followed, `/apis/${GROUP}/v1/httproutes`), 0);
  for (const version of ['v1', 'v1beta1']) {
    const before = lists(followed, `/apis/${GROUP}/${version}/httproutes`);
    api.serve(ROUTES, [version]);
    api.put(definition(ROUTES, version));
    await until(`${version} is read`, () => lists(followed, `/apis/${GROUP}/${version}/httproutes`) > before);
    api.put({ ...route(version), spec: { hostnames: [`${version}.example`] } });
    await until(`${version} is followed`, () => JSON.stringify(resources().get(KEY)).includes(`${version}.example`));
  }
  assert.deepEqual(
    batches.flatMap(({ deletes }) => deletes),
    [],
  );
});

test('the newest version that both know is read, also where another is preferred', async t => {
  const followed = await follow(t);
  followed.api.serve(ROUTES, ['v9', 'v1beta1', 'v1']);
  followed.api.put(route());
  await followed.start();
  assert.ok(followed.resources().has(KEY));
  assert.equal(lists(followed, `/apis/${GROUP}/v1/httproutes`), 1);
  assert.equal(lists(followed, `/apis/${GROUP}/v1beta1/httproutes`), 0);
});

test('the standard channel alone is no trouble', async t => {
  const { api, start, source, resources } = await follow(t);
  for (const plural of ['xbackends', 'xbackendtrafficpolicies', 'xmeshes']) {
    api.unserve(`${plural}.gateway.networking.x-k8s.io`);
  }
  api.unserve('serviceimports.multicluster.x-k8s.io');
  api.put(route());
  await start();
  assert.ok(resources().has(KEY));
  assert.deepEqual(source.problems(), []);
});

test('no Gateway API at all is said until it is installed', async t => {
  const followed = await follow(t, { installed: [] });
  const { start, source, problems } = followed;
  await start();
  assert.deepEqual(problems(), ['warning NoGatewayAPI']);
  assert.match(source.problems()[0]?.fix ?? '', /kubectl apply/);
});

test('a CRD without a version that we know is said, and what was seen stays', async t => {
  const followed = await follow(t);
  const { api, start, resources, until, problems } = followed;
  api.put(definition(ROUTES));
  api.put(route());
  await start();
  api.serve(ROUTES, ['v9']);
  api.put(definition(ROUTES, 'v9'));
  await until('it is said', () => problems().includes('error VersionNotServed'));
  assert.ok(resources().has(KEY));
  api.serve(ROUTES, ['v1']);
  api.put(definition(ROUTES, 'v1'));
  await until('it is over', () => problems().length === 0);
});

test('a CRD that is there before its kind is served is nothing to tell', async t => {
  const { api, start, resources, until, problems } = await follow(t, { timing: { after: [10, 50, 60_000] } });
  api.unserve(ROUTES);
  api.put(definition(`gateways.${GROUP}`));
  await start();
  const asked = () => api.requests.filter(({ path }) => path === `/apis/${GROUP}`).length;
  await until('it is asked for thrice', () => asked() === 3);
  api.put(definition(ROUTES));
  await until('it is seen', () => resources().has(`CustomResourceDefinition//${ROUTES}`));
  assert.deepEqual(problems(), []);
  api.serve(ROUTES);
  api.put(route());
  await until('its objects are read', () => resources().has(KEY));
});

test('whoever follows for ever begins when what is defined is served', async t => {
  const { api, start, resources, batches, until } = await follow(t, {
    reach: 'forever',
    timing: { after: [10, 50, 60_000] },
  });
  api.unserve(ROUTES);
  api.put(definition(ROUTES));
  const started = start();
  const asked = () => api.requests.filter(({ path }) => path === `/apis/${GROUP}`).length;
  await until('it is asked for thrice', () => asked() >= 3);
  assert.equal(batches.length, 0);
  api.serve(ROUTES);
  api.put(route());
  api.put(definition(ROUTES, 'touched'));
  await started;
  assert.ok(resources().has(KEY));
});

test('what is defined and never served is not waited for without end', async t => {
  const { api, start, problems } = await follow(t, { reach: 'forever', timing: { after: [10, 20, 30] } });
  api.unserve(ROUTES);
  api.put(definition(ROUTES));
  await start();
  assert.deepEqual(problems(), ['error VersionNotServed']);
});

test('of a CRD no more is read than its name and annotations', async t => {
  const { api, start, resources, until, batches } = await follow(t);
  api.put(definition(ROUTES));
  api.put(definition(`gateways.${GROUP}`));
  await start();
  const before = batches.length;
  const { metadata, ...rest } = definition(ROUTES);
  api.put({ ...rest, metadata: { ...metadata, labels: { a: 'b' }, deletionTimestamp: '2026-01-01T00:00:00Z' } });
  api.put(definition(`gateways.${GROUP}`, 'changed'));
  const note = () => resources().get(`CustomResourceDefinition//gateways.${GROUP}`)?.metadata.annotations.note;
  await until('the later change arrives', () => note() === 'changed');
  const changed = batches.slice(before).flatMap(({ upserts }) => upserts.map(({ metadata: { name } }) => name));
  assert.deepEqual(changed, [`gateways.${GROUP}`]);
});

test('a server that forgets its kinds for a moment takes no object away', async t => {
  const { api, start, resources, until, batches } = await follow(t);
  api.put(definition(ROUTES));
  api.put(route());
  await start();
  const wake = api.fault({ path: /gateway\.networking\.k8s\.io/ }, { kind: 'status', code: 404 });
  api.watches.drop();
  api.put(definition(ROUTES, 'touched'));
  const asked = api.requests.length;
  await until(
    'it was asked for',
    () => api.requests.slice(asked).filter(({ path }) => path === `/apis/${GROUP}`).length > 2,
  );
  wake();
  api.put(definition(ROUTES, 'touched again'));
  api.put({ ...route(), spec: { hostnames: ['b.example'] } });
  await until('it goes on', () => JSON.stringify(resources().get(KEY)).includes('b.example'));
  assert.deepEqual(
    batches.flatMap(({ deletes }) => deletes),
    [],
  );
});

test('a kind that is said to be served and is not is not asked for without end', async t => {
  const { api, start, resources, until } = await follow(t);
  api.put(route());
  api.fault({ path: /\/v1\/httproutes\?/ }, { kind: 'status', code: 404 });
  await start();
  const asked = () => api.requests.filter(({ path }) => path === `/apis/${GROUP}`).length;
  await until('it was asked for again', () => asked() >= 4);
  await pause(200);
  assert.ok(asked() < 10, `asked ${asked()} times`);
  api.clearFaults();
  await until('it is there after all', () => resources().has(KEY));
});
