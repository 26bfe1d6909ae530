import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type ApiServer, startApiServer } from './index.ts';

const ROUTES = '/apis/gateway.networking.k8s.io/v1/httproutes';
const STATUS = '/apis/gateway.networking.k8s.io/v1/namespaces/default/httproutes/a/status';

const route = (name: string, hostname = 'a.example') => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name },
  spec: { hostnames: [hostname] },
});

async function server(t: TestContext): Promise<ApiServer> {
  const api = await startApiServer();
  t.after(api.close);
  return api;
}

interface Named {
  readonly name: string;
}

/** What these tests read of an answer. */
interface Body {
  readonly reason: string;
  readonly message: string;
  readonly metadata: { readonly resourceVersion: string; readonly generation: number; readonly continue: string };
  readonly items: readonly { readonly metadata: Named }[];
  readonly resources: readonly Named[];
}

async function json(api: ApiServer, path: string, init: RequestInit = {}): Promise<{ status: number; body: Body }> {
  const response = await fetch(api.url + path, init);
  return { status: response.status, body: (await response.json()) as Body };
}

function patch(status: unknown, metadata: object = {}): RequestInit {
  const headers = { 'content-type': 'application/merge-patch+json' };
  return { method: 'PATCH', headers, body: JSON.stringify({ metadata, status }) };
}

test('spec raises the generation, status never does, and what changes nothing is no change', async t => {
  const api = await server(t);
  const first = api.put(route('a'));
  assert.equal(first.metadata.generation, 1);
  assert.equal(api.put(route('a')), first);
  const second = api.put(route('a', 'b.example'));
  assert.equal(second.metadata.generation, 2);
  const { body } = await json(api, STATUS, patch({ parents: [] }));
  assert.equal(body.metadata.generation, 2);
  assert.notEqual(body.metadata.resourceVersion, second.metadata.resourceVersion);
  assert.deepEqual(api.put(route('a', 'c.example')).status, { parents: [] });
});

test('a write with an old resourceVersion or another uid is a conflict', async t => {
  const api = await server(t);
  const { metadata } = api.put(route('a'));
  api.touch({ kind: 'HTTPRoute', name: 'a' });
  const { resourceVersion, uid } = metadata;
  assert.equal((await json(api, STATUS, patch({}, { resourceVersion }))).body.reason, 'Conflict');
  assert.equal((await json(api, STATUS, patch({}, { uid: 'another' }))).status, 409);
  assert.equal((await json(api, STATUS, patch({}, { uid }))).status, 200);
  api.conflictStatusWrites(1);
  const now = api.get({ kind: 'HTTPRoute', name: 'a' })?.metadata.resourceVersion;
  assert.equal((await json(api, STATUS, patch({ x: 1 }, { resourceVersion: now }))).status, 409);
});

test('a list comes in pages of one moment', async t => {
  const api = await server(t);
  for (const name of ['a', 'b', 'c']) api.put(route(name));
  const { body } = await json(api, `${ROUTES}?limit=2`);
  api.delete({ kind: 'HTTPRoute', name: 'c' });
  const rest = await json(api, `${ROUTES}?limit=2&continue=${body.metadata.continue}`);
  assert.deepEqual(
    rest.body.items.map(item => item.metadata.name),
    ['c'],
  );
  assert.equal(rest.body.metadata.resourceVersion, body.metadata.resourceVersion);
  const next = await json(api, `${ROUTES}?limit=1`);
  api.expire();
  assert.equal((await json(api, `${ROUTES}?limit=1&continue=${next.body.metadata.continue}`)).status, 410);
});

test('a watch tells what happened since, and ends with 410 when that is forgotten', async t => {
  const api = await server(t);
  const { metadata } = api.put(route('a'));
  api.put(route('b'));
  api.delete({ kind: 'HTTPRoute', name: 'a' });
  const response = await fetch(`${api.url}${ROUTES}?watch=true&resourceVersion=${metadata.resourceVersion}`);
  api.expire();
  const events = (await response.text())
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
  assert.deepEqual(
    events.map(event => [event.type, event.object.metadata.name ?? event.object.code]),
    [
      ['ADDED', 'b'],
      ['DELETED', 'a'],
      ['ERROR', 410],
    ],
  );
});

test('what is not installed is not found, and what is forbidden says who may not do what', async t => {
  const api = await server(t);
  const group = '/apis/gateway.networking.k8s.io/v1';
  const names = async () => (await json(api, group)).body.resources.map(resource => resource.name);
  assert.ok((await names()).includes('httproutes/status'));
  api.unserve('httproutes.gateway.networking.k8s.io');
  assert.ok(!(await names()).includes('httproutes'));
  assert.equal((await fetch(api.url + ROUTES)).status, 404);
  api.serve('httproutes.gateway.networking.k8s.io');
  api.forbid('list', 'httproutes');
  assert.match((await json(api, ROUTES)).body.message, /User "tester" cannot list resource "httproutes" in API group/);
  api.allow('list', 'httproutes');
  assert.equal((await json(api, ROUTES)).status, 200);
});

test('it goes, and comes back at the same port with what it had', async t => {
  const api = await server(t);
  api.put(route('a'));
  await api.stop();
  await assert.rejects(fetch(api.url));
  await api.resume();
  assert.equal((await json(api, ROUTES)).body.items.length, 1);
});

test('Leases are created once, in namespaces that there are', async t => {
  const api = await server(t);
  const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'leader' }, spec: {} };
  const create = (namespace: string) =>
    json(api, `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`, {
      method: 'POST',
      body: JSON.stringify(lease),
    });
  assert.equal((await create('default')).status, 201);
  assert.equal((await create('default')).body.reason, 'AlreadyExists');
  assert.equal((await create('nowhere')).status, 404);
});
