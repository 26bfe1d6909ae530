import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FollowedServer, follow } from '../../test/followed-server.ts';

const secret = (name: string, value = 'b25l') => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name },
  type: 'Opaque',
  data: { value },
});

const gateway = (...certificates: string[]) => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'front' },
  spec: {
    gatewayClassName: 'edge',
    listeners: [
      certificates.length === 0
        ? { name: 'http', port: 80, protocol: 'HTTP' }
        : {
            name: 'https',
            port: 443,
            protocol: 'HTTPS',
            tls: { certificateRefs: certificates.map(name => ({ name })) },
          },
    ],
  },
});

const secretsOf = ({ resources }: FollowedServer) => [...resources().keys()].filter(key => key.startsWith('Secret/'));

const reads = ({ api }: FollowedServer) =>
  api.requests.flatMap(({ path }) => /^\/api\/v1\/namespaces\/default\/secrets\/(.*)$/.exec(path)?.[1] ?? []);

test('only Secrets that are referred to are read, and there is no full list', async t => {
  const followed = await follow(t);
  const { api, start, until } = followed;
  for (const name of ['a', 'b', 'c']) api.put(secret(name));
  api.put(gateway('a'));
  await start();
  assert.deepEqual(secretsOf(followed), ['Secret/default/a'], 'it is in the first batch');
  api.put(gateway('b', 'missing'));
  await until('another is read', () => secretsOf(followed).join() === 'Secret/default/b');
  api.put(secret('c', 'dHdv'));
  api.put(secret('b', 'dHdv'));
  await until('a change is read', () => JSON.stringify(followed.resources().get('Secret/default/b')).includes('dHdv'));
  api.delete({ kind: 'Secret', name: 'b' });
  await until('it goes', () => secretsOf(followed).length === 0);
  api.put(secret('missing'));
  await until('one that was missing is read', () => secretsOf(followed).join() === 'Secret/default/missing');
  assert.deepEqual([...new Set(reads(followed))].sort(), ['a', 'b', 'missing']);
  const lists = api.requests.filter(({ path }) => path === '/api/v1/secrets');
  assert.ok(lists.length > 0 && lists.every(({ accept }) => accept?.includes('as=PartialObjectMetadata')));
});

test('without a reference Secrets are not even listed', async t => {
  const followed = await follow(t);
  const { api, start, until } = followed;
  api.put(secret('a'));
  api.put(gateway());
  await start();
  assert.ok(!api.requests.some(({ path }) => path.includes('/secrets')));
  api.put(gateway('a'));
  await until('it is read', () => secretsOf(followed).length === 1);
  api.put(gateway());
  await until('it is forgotten', () => secretsOf(followed).length === 0);
  await until('and no longer watched', () => api.watches.count('secrets') === 0);
});

test('a Secret that stays as it is is read once', async t => {
  const followed = await follow(t);
  const { api, start, until } = followed;
  api.put(secret('a'));
  api.put(gateway('a'));
  await start();
  await until('Secrets are watched', () => api.watches.count('secrets') === 1);
  api.put(secret('b'));
  api.put(gateway('a', 'b'));
  await until('the next one is read', () => secretsOf(followed).length === 2);
  assert.ok(reads(followed).filter(name => name === 'a').length <= 2, 'perhaps again for the first list of metadata');
});

test('Secrets that must not be read are one problem, which says nothing of what is in them', async t => {
  const followed = await follow(t);
  const { api, start, source, until } = followed;
  api.put(secret('a', 'c2VjcmV0IHRoaW5n'));
  api.put(gateway('a', 'b', 'c'));
  api.forbid('get', 'secrets');
  await start();
  assert.equal(source.problems().length, 1);
  const [problem] = source.problems();
  assert.equal(
    problem?.message,
    'tester may not get secrets in namespace default, so Secret default/a is not seen, nor are 2 others',
  );
  assert.match(problem?.fix ?? '', /apiGroups: \[""\]\n {2}resources: \[secrets\]/);
  assert.deepEqual(secretsOf(followed), []);
  api.allow('get', 'secrets');
  await until('it is read', () => secretsOf(followed).length === 1);
  await until('it is over', () => source.problems().length === 0);
});

test('where Secrets cannot be watched they are read now and then', async t => {
  const followed = await follow(t);
  const { api, start, problems, until } = followed;
  api.put(secret('a'));
  api.put(gateway('a'));
  api.forbid('list', 'secrets');
  await start();
  assert.deepEqual(secretsOf(followed), ['Secret/default/a']);
  await until('it is said', () => problems().includes('error Forbidden'));
  api.put(secret('a', 'dHdv'));
  await until('a change is read', () => JSON.stringify(followed.resources().get('Secret/default/a')).includes('dHdv'));
});

test('an answer that is too late counts for nothing', async t => {
  const followed = await follow(t);
  const { api, start, until } = followed;
  api.put(secret('a'));
  await start();
  api.fault({ path: /secrets\/a$/, times: 1 }, { kind: 'late', ms: 150 });
  api.put(gateway('a'));
  await until('it is asked for', () => reads(followed).includes('a'));
  api.delete({ kind: 'Secret', name: 'a' });
  api.put(gateway());
  api.put(gateway('b'));
  await until('the next is asked for', () => reads(followed).includes('b'));
  await new Promise(resolve => setTimeout(resolve, 250));
  assert.deepEqual(secretsOf(followed), []);
});

test('a Gateway waits for what it refers to, and others do not wait for the Gateway', async t => {
  const followed = await follow(t);
  const { api, start, batches, resources, until } = followed;
  api.put(secret('a'));
  await start();
  api.fault({ path: /secrets\/a$/, times: 1 }, { kind: 'late', ms: 150 });
  api.put(gateway('a', 'missing'));
  await until('it is asked for', () => reads(followed).includes('a'));
  api.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } });
  await until('another object arrives', () => resources().has('Namespace//n'));
  assert.ok(!resources().has('Gateway/default/front'));
  await until('the Gateway arrives', () => resources().has('Gateway/default/front'));
  const kinds = batches.at(-1)?.upserts.map(({ kind }) => kind);
  assert.deepEqual(kinds?.sort(), ['Gateway', 'Secret']);
});

test('a Gateway does not wait for what it may not read, or what fails', async t => {
  const { api, start, resources, until } = await follow(t);
  await start();
  api.fault({ path: /secrets\/a$/ }, { kind: 'status', code: 500 });
  api.put(gateway('a'));
  await until('it arrives', () => resources().has('Gateway/default/front'));
  api.forbid('get', 'secrets');
  api.put({ ...gateway('b'), metadata: { name: 'back' } });
  await until('another arrives', () => resources().has('Gateway/default/back'));
});

test('a read that was permitted and is forbidden for a moment is tried again, and nothing is said', async t => {
  const { api, start, until, resources, source, batches } = await follow(t, { timing: { poll: 60_000 } });
  api.put(gateway('a'));
  api.put(secret('a'));
  await start();
  const before = batches.length;
  api.fault({ path: /\/secrets\/a$/, times: 2 }, { kind: 'status', code: 403 });
  api.put(secret('a', 'bmV3'));
  await until('it is read', () => JSON.stringify(resources().get('Secret/default/a')).includes('bmV3'));
  assert.deepEqual([source.problems(), batches.length], [[], before + 1]);
});

test('a failing read is tried again', async t => {
  const followed = await follow(t);
  const { api, start, source } = followed;
  api.put(secret('a'));
  api.put(gateway('a'));
  api.fault({ path: /secrets\/a$/, times: 3 }, { kind: 'status', code: 500 });
  api.fault({ path: /secrets\/a$/, times: 1 }, { kind: 'garbage', text: '{}' });
  await start();
  assert.deepEqual(secretsOf(followed), ['Secret/default/a']);
  assert.deepEqual(source.problems(), []);
});
