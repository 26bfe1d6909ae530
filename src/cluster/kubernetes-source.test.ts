import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { follow } from '../../test/followed-server.ts';
import { SAMPLES } from '../../test/resources/sample-objects.ts';
import { type AnyResource, refKey, refOf } from '../resources/index.ts';
import { createMemorySource } from '../sources/index.ts';

const ROUTE = { kind: 'HTTPRoute', name: 'a' };
const KEY = 'HTTPRoute/default/a';

const route = (name: string, hostname = 'a.example', more: object = {}) => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name, ...more },
  spec: { hostnames: [hostname] },
});

/** What no manifest says, and the server adds. */
function written({ metadata, ...rest }: AnyResource): object {
  const { uid: _uid, creationTimestamp: _created, generation: _generation, ...said } = metadata;
  return { ...rest, metadata: said };
}

test('objects of every kind are the same as from memory', async t => {
  const { api, start, resources, source } = await follow(t);
  const memory = createMemorySource();
  const wanted = new Map<string, object>();
  const referred = { Secret: ['wildcard', 'client'], ConfigMap: ['roots'] };
  const objects = [...SAMPLES.values()].filter(
    object => !['Secret', 'ConfigMap', 'Endpoints'].includes(kindOf(object)),
  );
  for (const [kind, names] of Object.entries(referred)) {
    for (const name of names) objects.push({ ...Object(SAMPLES.get(kind)), metadata: { name, namespace: 'infra' } });
  }
  for (const object of objects) api.put(object);
  for (const object of objects) memory.set(object);
  await start();
  await memory.start(batch => {
    for (const resource of batch.upserts) wanted.set(refKey(refOf(resource)), written(resource));
  });
  const found = new Map([...resources()].map(([key, resource]) => [key, written(resource)]));
  assert.deepEqual([...found.keys()].sort(), [...wanted.keys()].sort());
  for (const [key, resource] of wanted) assert.deepEqual(found.get(key), resource, key);
  assert.deepEqual(source.problems(), []);
  assert.equal(source.locate({ kind: 'HTTPRoute', namespace: 'default', name: 'shop' }), undefined);
});

function kindOf(object: unknown): string {
  return Object(object).kind;
}

test('the first batch is one, and then each change is one', async t => {
  const { api, start, batches, until, resources } = await follow(t);
  api.put(route('a'));
  await start();
  assert.equal(batches.length, 1);
  assert.deepEqual([...resources().keys()], [KEY]);
  api.put(route('a', 'b.example'));
  api.put(route('b'));
  await until('both arrive', () => resources().size === 2);
  assert.deepEqual(resources().get(KEY), batches.at(-1)?.upserts[0]);
  assert.equal(batches.length, 2);
  api.delete(ROUTE);
  await until('it goes', () => resources().size === 1);
  assert.deepEqual(batches[2]?.deletes, [{ kind: 'HTTPRoute', namespace: 'default', name: 'a' }]);
});

test('a status is observed, before the batch, and is no change', async t => {
  const { api, start, batches, seen, until, resources } = await follow(t);
  api.put(route('a'));
  api.put({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { ports: [{ port: 80 }] } });
  api.put({ ...Object(SAMPLES.get('ReferenceGrant')) });
  await start();
  assert.deepEqual(seen, [`+${KEY}`], 'kinds without a status of ours are not observed');
  api.putStatus(ROUTE, { parents: [] });
  await until('the status is observed', () => seen.length === 2);
  api.put(route('b'));
  await until('the next object arrives', () => resources().has('HTTPRoute/default/b'));
  assert.deepEqual(
    batches[1]?.upserts.map(({ metadata }) => metadata.name),
    ['b'],
  );
  api.delete(ROUTE);
  await until('it goes', () => !resources().has(KEY));
  assert.deepEqual(seen.slice(2), ['+HTTPRoute/default/b', `-${KEY}`]);
});

test('nothing is kept but what is read', async t => {
  const { api, start, resources } = await follow(t);
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}', note: 'kept' };
  api.put(route('a', 'a.example', { annotations }));
  await start();
  const metadata = resources().get(KEY)?.metadata;
  assert.deepEqual(metadata?.annotations, { note: 'kept' });
  assert.equal(metadata?.resourceVersion, undefined);
});

test('an object that cannot be read keeps its last good version', async t => {
  const { api, start, source, resources, until, problems } = await follow(t);
  api.put(route('a'));
  await start();
  const good = resources().get(KEY);
  api.put({ ...route('a'), spec: { hostnames: 'a.example' } });
  await until('it is said', () => source.problems().length > 0);
  const [problem] = source.problems();
  assert.deepEqual(
    [problem?.object, problem?.path, problem?.severity],
    [{ kind: 'HTTPRoute', namespace: 'default', name: 'a' }, 'spec.hostnames', 'error'],
  );
  assert.equal(resources().get(KEY), good);
  api.put({ ...route('a'), spec: { hostnames: ['b.example'], fromTheFuture: true } });
  await until('it is read again', () => resources().get(KEY) !== good);
  assert.deepEqual(problems(), ['warning UnknownField']);
  api.delete(ROUTE);
  await until('it goes', () => resources().size === 0);
  assert.deepEqual(source.problems(), []);
});

test('an object with thousands of faults is a few problems', async t => {
  const { api, start, resources, source } = await follow(t);
  const unknown = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`field${i}`, i]));
  api.put({ ...route('a'), spec: { ...unknown } });
  api.put({ ...route('b'), spec: { rules: 7, ...unknown, hostnames: Array.from({ length: 5_000 }, () => 9) } });
  await start();
  assert.deepEqual([...resources().keys()], [KEY]);
  const of = (name: string) => source.problems().filter(({ object }) => object?.name === name);
  for (const [name, severity] of [
    ['a', 'warning'],
    ['b', 'error'],
  ] as const) {
    assert.equal(of(name).length, 10, name);
    assert.equal(of(name).at(-1)?.message, `there are ${name === 'a' ? 4_991 : 4_993} more problems with it`);
    assert.ok(of(name).every(problem => problem.severity === severity));
  }
});

test('an object that is gone before anyone asks for it was never there', async t => {
  const { api, start, resources, until } = await follow(t);
  await start();
  for (let i = 0; i < 20; i++) {
    api.put(route('a', `${i}.example`));
    api.delete(ROUTE);
  }
  api.put(route('b'));
  await until('what stays arrives', () => resources().has('HTTPRoute/default/b'));
  assert.deepEqual([...resources().keys()], ['HTTPRoute/default/b']);
});

test('after a relist only what differs is told', async t => {
  const { api, start, batches, resources, until } = await follow(t);
  for (const name of ['a', 'b', 'c']) api.put(route(name));
  await start();
  await api.stop();
  api.delete(ROUTE);
  api.put(route('b', 'b.example'));
  api.put(route('d'));
  api.expire();
  await api.resume();
  await until('all of it is known', () => resources().has('HTTPRoute/default/d'));
  assert.deepEqual(
    [...resources().keys()].sort(),
    ['b', 'c', 'd'].map(name => `HTTPRoute/default/${name}`),
  );
  const told = batches.slice(1).flatMap(({ upserts }) => upserts.map(({ metadata }) => metadata.name));
  assert.deepEqual(told.sort(), ['b', 'd']);
});

test('close ends every watch, and nothing comes after it', async t => {
  const { api, start, client, source, batches } = await follow(t);
  api.put(SAMPLES.get('Gateway'));
  await start();
  await source.close();
  client.close();
  for (let tries = 0; api.watches.count() > 0; tries++) {
    assert.ok(tries < 400, `${api.watches.count()} watches stay open`);
    await pause(5);
  }
  const [requests, told] = [api.requests.length, batches.length];
  api.put(route('a'));
  await pause(100);
  assert.deepEqual([api.requests.length, batches.length], [requests, told]);
});
