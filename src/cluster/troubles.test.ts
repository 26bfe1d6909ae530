import assert from 'node:assert/strict';
import { test } from 'node:test';
import { follow } from '../../test/followed-server.ts';

const route = (name: string) => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name },
  spec: { hostnames: ['a.example'] },
});

test('what is forbidden is told with who lacks what and the rule that mends it, and the rest goes on', async t => {
  const { api, start, source, resources } = await follow(t);
  api.put(route('a'));
  api.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } });
  api.forbid('list', 'httproutes');
  await start();
  assert.deepEqual(source.problems(), [
    {
      severity: 'error',
      code: 'Forbidden',
      message: 'tester may not list httproutes.gateway.networking.k8s.io in all namespaces, so no HTTPRoute is seen',
      fix: '- apiGroups: [gateway.networking.k8s.io]\n  resources: [httproutes]\n  verbs: [get, list, watch]',
    },
  ]);
  assert.deepEqual([...resources().keys()], ['Namespace//n']);
});

test('without the verb watch there are no changes, and that is said', async t => {
  const { api, start, source, resources, until } = await follow(t);
  api.put(route('a'));
  api.forbid('watch', 'httproutes');
  await start();
  assert.ok(resources().has('HTTPRoute/default/a'));
  await until('it is said', () => source.problems().length === 1);
  assert.match(source.problems()[0]?.message ?? '', /may not watch .* so changes of HTTPRoute objects are not seen/);
});

test('a server that is gone is one problem, everything stays, and it is over when it is back', async t => {
  const { api, start, source, batches, resources, problems, until } = await follow(t);
  api.put(route('a'));
  await start();
  await api.stop();
  await until('it is said', () => problems().length > 0);
  assert.deepEqual(problems(), ['error ApiServerUnreachable']);
  assert.equal(source.problems().length, 1);
  assert.match(source.problems()[0]?.message ?? '', /^can't reach http:\/\/127\.0\.0\.1:\d+: .*stays in force$/);
  await until('there is a batch for it', () => batches.length > 1);
  assert.deepEqual([batches[1]?.upserts, batches[1]?.deletes], [[], []]);
  assert.ok(resources().has('HTTPRoute/default/a'));
  await api.resume();
  api.put(route('b'));
  await until('it goes on', () => resources().has('HTTPRoute/default/b'));
  await until('it is over', () => problems().length === 0);
});

test('a server that starts and forbids everything for a moment is no news', async t => {
  const { api, start, source, resources, until, problems } = await follow(t, { timing: { poll: 60_000 } });
  api.put(route('a'));
  await start();
  const said = new Set<string>();
  await api.stop();
  await until('it is missed', () => problems().length > 0);
  const permit = api.fault({}, { kind: 'status', code: 403 });
  const asked = api.requests.length;
  await api.resume();
  await until('it refuses', () => {
    for (const code of problems()) said.add(code);
    return api.requests.length > asked + 15;
  });
  permit();
  api.put(route('b'));
  await until('the change arrives', () => resources().has('HTTPRoute/default/b'));
  await until('all is well', () => source.problems().length === 0);
  assert.deepEqual([...said], ['error ApiServerUnreachable']);
});

test('start once: a server that is not there is said at once', async t => {
  const { api, start } = await follow(t, { timing: { patience: 60_000 } });
  await api.stop();
  await assert.rejects(start(), new RegExp(`^Error: can't reach ${api.url}: connection refused$`));
});

test('start once: a server that never answers is said too', async t => {
  const { api, start } = await follow(t, { timing: { patience: 300 } });
  api.fault({}, { kind: 'silence' });
  await assert.rejects(start(), new RegExp(`^Error: can't reach ${api.url}: no answer within 0.3 s$`));
});

test('start once: credentials that are refused are said at once', async t => {
  const { start } = await follow(t, { authenticate: true, timing: { patience: 60_000 } });
  await assert.rejects(start(), /refuses the credentials: Unauthorized/);
});

test('start forever: waits, says why, and starts with everything when the server comes', async t => {
  const { api, start, waits, batches, resources, until } = await follow(t, { reach: 'forever' });
  await api.stop();
  api.put(route('a'));
  const started = start();
  await until('it says why', () => waits.length > 0);
  assert.match(waits[0] ?? '', /^can't reach .*: connection refused$/);
  assert.equal(batches.length, 0);
  await api.resume();
  await started;
  assert.equal(batches.length, 1);
  assert.ok(resources().has('HTTPRoute/default/a'));
});

test('close while waiting ends the wait', async t => {
  const { api, start, source, batches } = await follow(t, { reach: 'forever' });
  await api.stop();
  const started = start();
  await source.close();
  await started;
  assert.equal(batches.length, 0);
});

test('a kind that the server fails at is waited for, but not for ever', async t => {
  const { api, start, resources, problems, until } = await follow(t);
  api.put(route('a'));
  api.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } });
  api.fault({ path: /\/httproutes\?/ }, { kind: 'status', code: 500, message: 'conversion webhook failed' });
  await start();
  assert.deepEqual([...resources().keys()], ['Namespace//n']);
  assert.deepEqual(problems(), ['error ApiServerError']);
  api.clearFaults();
  await until('it is read', () => resources().has('HTTPRoute/default/a'));
  assert.deepEqual(problems(), []);
});

test('discovery that is forbidden is a problem, and core kinds are followed', async t => {
  const { api, start, source, resources } = await follow(t);
  api.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } });
  const group = '/apis/gateway.networking.k8s.io';
  api.fault(
    { path: new RegExp(`^${group}$`) },
    { kind: 'status', code: 403, message: 'User "tester" cannot get path' },
  );
  await start();
  assert.deepEqual([...resources().keys()], ['Namespace//n']);
  const [problem] = source.problems();
  assert.equal(problem?.message, `tester may not get ${group}, so no kind of gateway.networking.k8s.io is seen`);
  assert.equal(problem?.fix, `- nonResourceURLs: [${group}, ${group}/*]\n  verbs: [get]`);
});
