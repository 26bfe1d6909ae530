import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type ApiServer, startApiServer } from '../../../test/api-server/index.ts';
import { until } from '../../../test/until.ts';
import { createApiClient, startListWatch } from '../../kubernetes/index.ts';
import type { ObjectRef } from '../../resources/index.ts';
import { createStatusWriter, type StatusWriter, type StatusWriterOptions } from './status-writer.ts';

const NAME = 'sluice.dev/gateway-controller';
const GROUP = 'gateway.networking.k8s.io';
const PACE = { firstMs: 1, mostMs: 20 };

interface Rig {
  readonly api: ApiServer;
  readonly writer: StatusWriter;
  /** PATCH requests so far. */
  patches(): ApiServer['requests'];
  /** Controller names in the status of a route. */
  writersOf(name: string): string[];
  /** Our reason in the status of a route. */
  reasonOf(name: string): string | undefined;
}

/** A writer beside an API server; it sees what a watch shows, unless `watched` is false. */
async function rig(
  t: TestContext,
  { watched = true, ...options }: Partial<StatusWriterOptions> & { readonly watched?: boolean } = {},
): Promise<Rig> {
  const api = await startApiServer();
  const client = createApiClient({ credentials: { server: api.url } });
  const writer = createStatusWriter({ client, controllerName: NAME, pace: PACE, ...options });
  const follow = (kind: string, plural: string) =>
    startListWatch({
      client,
      path: `/apis/${GROUP}/v1/${plural}`,
      onUpsert: object => writer.observe({ object }),
      onDelete: ({ namespace, name }) => writer.observe({ gone: { kind, namespace, name } }),
      onSynced: () => {},
      onTrouble: () => {},
    });
  const watches = watched ? [follow('HTTPRoute', 'httproutes'), follow('GatewayClass', 'gatewayclasses')] : [];
  t.after(async () => {
    await writer.close();
    for (const watch of watches) watch.close();
    client.close();
    await api.close();
  });
  return {
    api,
    writer,
    patches: () => api.requests.filter(({ method }) => method === 'PATCH'),
    writersOf: name => parentsOf(api, name).map(({ controllerName }) => controllerName),
    reasonOf: name => parentsOf(api, name).find(({ controllerName }) => controllerName === NAME)?.conditions[0]?.reason,
  };
}

interface Parent {
  readonly controllerName: string;
  readonly conditions: readonly { readonly reason: string }[];
}

function parentsOf(api: ApiServer, name: string): readonly Parent[] {
  const { parents = [] } = (api.get(ref(name))?.status ?? {}) as { parents?: Parent[] };
  return parents;
}

const ref = (name: string): ObjectRef => ({ kind: 'HTTPRoute', namespace: 'default', name });
const CLASS: ObjectRef = { kind: 'GatewayClass', namespace: '', name: 'sluice' };

const route = (name: string, hostname = 'a.example') => ({
  apiVersion: `${GROUP}/v1`,
  kind: 'HTTPRoute',
  metadata: { name },
  spec: { hostnames: [hostname] },
});

const gatewayClass = {
  apiVersion: `${GROUP}/v1`,
  kind: 'GatewayClass',
  metadata: { name: 'sluice' },
  spec: { controllerName: NAME },
};

const condition = (reason: string, observedGeneration = 1) => ({
  type: 'Accepted',
  status: 'True',
  reason,
  message: '',
  observedGeneration,
});

const parent = (controllerName: string, reason: string, generation = 1) => ({
  parentRef: { group: GROUP, kind: 'Gateway', name: 'edge' },
  controllerName,
  conditions: [condition(reason, generation)],
});

const says = (reason: string, generation = 1) => ({ parents: [parent(NAME, reason, generation)] });

const codes = (writer: StatusWriter) => writer.problems().map(({ code }) => code);

test('a difference is written over what was seen of the object, and only once', async t => {
  const { api, writer, patches, writersOf } = await rig(t);
  const { metadata } = api.put(route('a'));
  api.putStatus(ref('a'), { parents: [parent('other.example/c', 'Theirs')] });
  writer.lead(true);
  writer.want(ref('a'), says('Accepted'));
  await until('our entry is written', () => writersOf('a').length === 2);
  assert.deepEqual(writersOf('a'), ['other.example/c', NAME]);
  writer.want(ref('a'), says('Accepted'));
  api.touch(ref('a'));
  await writer.idle();
  const [patch, ...more] = patches();
  assert.equal(more.length, 0);
  assert.equal(patch?.path, `/apis/${GROUP}/v1/namespaces/default/httproutes/a/status`);
  const body = patch.body as { metadata: object };
  assert.deepEqual(Object.keys(body), ['metadata', 'status']);
  assert.deepEqual(body.metadata, { uid: metadata.uid, resourceVersion: String(Number(metadata.resourceVersion) + 1) });
});

test('nothing is written before we lead, everything that differs when we do, and nothing after', async t => {
  const { api, writer, patches, reasonOf } = await rig(t);
  for (const name of ['a', 'b', 'c']) api.put(route(name));
  api.putStatus(ref('c'), {
    parents: [{ ...parent(NAME, 'Accepted'), conditions: [{ ...condition('Accepted'), lastTransitionTime: 'x' }] }],
  });
  for (const name of ['a', 'b', 'c']) writer.want(ref(name), says('Accepted'));
  await writer.idle();
  assert.equal(patches().length, 0);
  writer.lead(true);
  await until('both are written', () => reasonOf('a') === 'Accepted' && reasonOf('b') === 'Accepted');
  await writer.idle();
  assert.equal(patches().length, 2);
  writer.lead(false);
  writer.want(ref('a'), says('Other'));
  await writer.idle();
  assert.equal(patches().length, 2);
});

test('one write at a time for an object; of the wishes meanwhile the latest counts', async t => {
  const { api, writer, patches, reasonOf } = await rig(t);
  api.put(route('a'));
  api.fault({ method: 'PATCH', times: 1 }, { kind: 'late', ms: 50 });
  writer.lead(true);
  writer.want(ref('a'), says('First'));
  await until('the first is under way', () => patches().length === 1);
  for (const reason of ['Second', 'Third', 'Fourth']) writer.want(ref('a'), says(reason));
  await writer.idle();
  assert.equal(reasonOf('a'), 'Fourth');
  assert.equal(patches().length, 2);
});

test('eight writes at most are under way', async t => {
  const { api, writer, patches } = await rig(t);
  const names = Array.from({ length: 20 }, (_, i) => `r${i}`);
  for (const name of names) api.put(route(name));
  api.fault({ method: 'PATCH' }, { kind: 'silence' });
  writer.lead(true);
  for (const name of names) writer.want(ref(name), says('Accepted'));
  await until('eight are under way', () => patches().length >= 8);
  await pause(50);
  assert.equal(patches().length, 8);
  assert.match(writer.metrics(), /^sluice_status_pending 20$/m);
});

test('the burst is spent at once, the rest comes at the rate', async t => {
  const { api, writer, patches } = await rig(t, { rate: { perSecond: 0.001, burst: 3 } });
  const names = ['a', 'b', 'c', 'd', 'e'];
  for (const name of names) api.put(route(name));
  writer.lead(true);
  for (const name of names) writer.want(ref(name), says('Accepted'));
  await until('the burst is written', () => patches().length === 3);
  await pause(50);
  assert.equal(patches().length, 3);
});

test('conflicts on every write: it is told, the writes slow down, and none is lost', async t => {
  const { api, writer, reasonOf } = await rig(t);
  for (const name of ['a', 'b', 'c']) api.put(route(name));
  api.conflictStatusWrites();
  writer.lead(true);
  for (const name of ['a', 'b', 'c']) writer.want(ref(name), says('Accepted'));
  await until('the conflicts are told', () => codes(writer).length === 3);
  assert.deepEqual(new Set(codes(writer)), new Set(['StatusNotWritten']));
  api.clearFaults();
  await until('all are written', () => ['a', 'b', 'c'].every(name => reasonOf(name) === 'Accepted'));
  await writer.idle();
  assert.deepEqual(writer.problems(), []);
  assert.match(writer.metrics(), /^sluice_status_writes_total{result="ok"} 3$/m);
  assert.match(writer.metrics(), /^sluice_status_writes_total{result="conflict"} [1-9]\d+$/m);
});

test('after a conflict the newest object is asked for, and what others wrote meanwhile stays', async t => {
  const { api, writer, writersOf } = await rig(t, { watched: false });
  const seen = api.put(route('a'));
  writer.lead(true);
  writer.observe({ object: seen });
  api.putStatus(ref('a'), { parents: [parent('other.example/c', 'Theirs')] });
  writer.want(ref('a'), says('Accepted'));
  await until('ours is there too', () => writersOf('a').includes(NAME));
  assert.deepEqual(writersOf('a'), ['other.example/c', NAME]);
});

test('what the watch shows meanwhile makes no failure pass sooner', async t => {
  const { api, writer, patches } = await rig(t, { pace: { firstMs: 60_000, mostMs: 60_000 } });
  api.put(route('a'));
  api.conflictStatusWrites(1);
  api.fault({ method: 'PATCH', times: 1 }, { kind: 'late', ms: 30 });
  writer.lead(true);
  writer.want(ref('a'), says('First'));
  await until('it is under way', () => patches().length === 1);
  writer.want(ref('a'), says('Second'));
  await until('it conflicts', () => /result="conflict"} 1/.test(writer.metrics()));
  api.touch(ref('a'));
  await pause(50);
  assert.equal(patches().length, 1);
  assert.match(writer.metrics(), /^sluice_status_pending 1$/m);
});

test('a server that is gone loses no wish', async t => {
  const { api, writer, reasonOf } = await rig(t);
  for (const name of ['a', 'b']) api.put(route(name));
  writer.lead(true);
  for (const name of ['a', 'b']) writer.want(ref(name), says('First'));
  await until('the first are written', () => reasonOf('a') === 'First' && reasonOf('b') === 'First');
  await api.stop();
  for (const name of ['a', 'b']) writer.want(ref(name), says('Second'));
  await until('writes fail', () => /result="error"} [1-9]/.test(writer.metrics()));
  await api.resume();
  await until('the second are written', () => reasonOf('a') === 'Second' && reasonOf('b') === 'Second');
  assert.deepEqual(writer.problems(), []);
});

test('errors of the server are tried again', async t => {
  const { api, writer, reasonOf } = await rig(t);
  api.put(route('a'));
  api.fault({ method: 'PATCH', times: 3 }, { kind: 'status', code: 500 });
  api.fault({ method: 'PATCH', times: 3 }, { kind: 'garbage', text: '{}' });
  writer.lead(true);
  writer.want(ref('a'), says('Accepted'));
  await until('it is written', () => reasonOf('a') === 'Accepted');
});

test('a forbidden kind is told once with the rule that is missing, tried now and then, and holds up nothing else', async t => {
  const { api, writer, patches, reasonOf } = await rig(t, { pace: { firstMs: 1, mostMs: 300 } });
  const names = Array.from({ length: 30 }, (_, i) => `r${i}`);
  for (const name of names) api.put(route(name));
  api.put(gatewayClass);
  api.forbid('patch', 'httproutes/status');
  writer.lead(true);
  for (const name of names) writer.want(ref(name), says('Accepted'));
  await until('it is told', () => codes(writer).length > 0);
  writer.want(CLASS, { conditions: [condition('Accepted')] });
  await until('the class is written', () => api.get(CLASS)?.status !== undefined);
  const [problem, ...more] = writer.problems();
  assert.equal(more.length, 0);
  assert.match(
    `${problem?.code}: ${problem?.message}`,
    /^Forbidden: tester may not patch httproutes\/status of gateway/,
  );
  assert.equal(problem?.fix, `- apiGroups: [${GROUP}]\n  resources: [httproutes/status]\n  verbs: [patch]`);
  assert.ok(patches().length <= 1 + 8, 'the others wait');
  await until('only the others wait', () => /^sluice_status_pending 30$/m.test(writer.metrics()));
  api.allow('patch', 'httproutes/status');
  await until('all are written', () => names.every(name => reasonOf(name) === 'Accepted'));
  assert.deepEqual(writer.problems(), []);
});

test('what is forbidden and no longer wanted is no problem', async t => {
  const { api, writer, patches } = await rig(t);
  api.put(route('a'));
  api.forbid('patch', 'httproutes/status');
  writer.lead(true);
  writer.want(ref('a'), says('Accepted'));
  await until('it is told', () => codes(writer).length > 0);
  api.delete(ref('a'));
  writer.want(ref('a'), undefined);
  await until('it is over', () => codes(writer).length === 0);
  await writer.idle();
  const tries = patches().length;
  await pause(50);
  assert.equal(patches().length, tries);
});

test('what the API server refuses is told, and tried again when something else is wanted', async t => {
  const { api, writer, patches, reasonOf } = await rig(t);
  api.put(route('a'));
  const mend = api.fault({ method: 'PATCH' }, { kind: 'status', code: 422, message: 'status.parents:\nInvalid value' });
  writer.lead(true);
  writer.want(ref('a'), says('Bad'));
  await until('it is told', () => codes(writer).length > 0);
  assert.deepEqual(writer.problems(), [
    {
      severity: 'error',
      code: 'StatusRefused',
      message:
        'the API server refuses the status that Sluice writes: status.parents: Invalid value; it keeps the one before',
      object: ref('a'),
    },
  ]);
  api.touch(ref('a'));
  writer.want(ref('a'), says('Bad'));
  await pause(50);
  assert.equal(patches().length, 1);
  mend();
  writer.want(ref('a'), says('Good'));
  await until('it is written', () => reasonOf('a') === 'Good');
  await until('the problem is over', () => writer.problems().length === 0);
});

test('an object that is gone is forgotten, and one that is made anew gets its status', async t => {
  const { api, writer, patches, reasonOf } = await rig(t, { watched: false });
  writer.observe({ object: api.put(route('a')) });
  api.delete(ref('a'));
  writer.lead(true);
  writer.want(ref('a'), says('Accepted'));
  await writer.idle();
  assert.equal(patches().length, 1);
  const again = api.put(route('a'));
  writer.observe({ gone: ref('a') });
  writer.observe({ object: again });
  await until('the new one is written', () => reasonOf('a') === 'Accepted');
});

test('an object that was made anew is another one, and hears nothing that was meant for the first', async t => {
  const { api, writer } = await rig(t, { watched: false });
  const first = api.put(route('a', 'b.example'));
  writer.observe({ object: first });
  api.delete(ref('a'));
  api.put(route('a'));
  writer.lead(true);
  writer.want(ref('a'), says('Accepted'));
  await writer.idle();
  assert.equal(api.get(ref('a'))?.status, undefined);
});

test('a verdict about a generation that the object has not reached waits for it', async t => {
  const { api, writer, patches, reasonOf } = await rig(t);
  api.put(route('a'));
  writer.lead(true);
  writer.want(ref('a'), says('Accepted', 2));
  await pause(30);
  assert.equal(patches().length, 0);
  api.put(route('a', 'b.example'));
  await until('it is written', () => reasonOf('a') === 'Accepted');
});

test('what others do to our entries is mended', async t => {
  const { api, writer, reasonOf, writersOf } = await rig(t);
  api.put(route('a'));
  writer.lead(true);
  writer.want(ref('a'), says('Accepted'));
  await until('it is written', () => reasonOf('a') === 'Accepted');
  api.putStatus(ref('a'), { parents: [parent(NAME, 'Spoilt'), parent('other.example/c', 'Theirs')] });
  await until('it is mended', () => reasonOf('a') === 'Accepted');
  assert.deepEqual(writersOf('a'), [NAME, 'other.example/c']);
  assert.deepEqual(writer.problems(), []);
});

/** Undoes our entry each time that it is written, until that is told of. */
async function fight({ api, writer, reasonOf }: Rig): Promise<void> {
  api.put(route('a'));
  writer.lead(true);
  writer.want(ref('a'), says('Accepted'));
  while (codes(writer).length === 0) {
    await until('ours is there', () => reasonOf('a') === 'Accepted' || codes(writer).length > 0);
    api.putStatus(ref('a'), { parents: [parent(NAME, 'Spoilt')] });
  }
  assert.deepEqual(codes(writer), ['StatusContested']);
}

test('a fight over an entry is told, and slows down', async t => {
  const slow = await rig(t, { pace: { firstMs: 1, mostMs: 60_000 }, contest: { most: 5, window: 60_000 } });
  await fight(slow);
  await pause(50);
  assert.equal(slow.patches().length, 7);
  assert.match(slow.writer.metrics(), /^sluice_status_pending 1$/m);
});

test('a fight is over when the other one gives up', async t => {
  const quick = await rig(t, { contest: { most: 5, window: 150 } });
  await fight(quick);
  await until('ours stands', () => quick.reasonOf('a') === 'Accepted');
  await until('it is over', () => quick.writer.problems().length === 0);
  assert.equal(quick.reasonOf('a'), 'Accepted');
});

test('a status that an older CRD prunes is written once, and not again and again', async t => {
  const { api, writer, patches } = await rig(t);
  api.put(gatewayClass);
  api.admit(`gatewayclasses.${GROUP}`, object => {
    const { supportedFeatures: _pruned, ...status } = object.status as { supportedFeatures?: unknown };
    return { ...object, status };
  });
  writer.lead(true);
  const wish = { conditions: [condition('Accepted')], supportedFeatures: [{ name: 'Gateway' }] };
  writer.want(CLASS, wish);
  await until('it is written', () => api.get(CLASS)?.status !== undefined);
  await pause(50);
  assert.equal(patches().length, 1);
  writer.want(CLASS, { ...wish });
  api.touch(CLASS);
  await pause(50);
  assert.ok(patches().length <= 2);
  assert.deepEqual(writer.problems(), []);
});

test('what the watch shows of the time before our write is old news', async t => {
  const { api, writer, patches, reasonOf } = await rig(t, { watched: false });
  const before = api.put(route('a'));
  writer.lead(true);
  writer.observe({ object: before });
  writer.want(ref('a'), says('Accepted'));
  await until('it is written', () => reasonOf('a') === 'Accepted');
  writer.observe({ object: before });
  await writer.idle();
  assert.equal(patches().length, 1);
});

test('a route that left us loses our entry, also one that left while nobody looked', async t => {
  const { api, writer, patches, writersOf } = await rig(t);
  for (const name of ['left', 'long-gone', 'never-ours']) api.put(route(name));
  api.putStatus(ref('long-gone'), { parents: [parent(NAME, 'Accepted'), parent('other.example/c', 'Theirs')] });
  api.putStatus(ref('never-ours'), { parents: [parent('other.example/c', 'Theirs')] });
  writer.lead(true);
  writer.want(ref('left'), says('Accepted'));
  await until('it is written', () => writersOf('left').length === 1);
  assert.equal(writersOf('long-gone').length, 2, 'nothing goes before everything was wanted');
  writer.want(ref('left'), undefined);
  writer.complete();
  await until('both are gone', () => writersOf('left').length === 0 && writersOf('long-gone').length === 1);
  assert.deepEqual(writersOf('long-gone'), ['other.example/c']);
  assert.ok(patches().every(({ path }) => !path.includes('never-ours')));
});

test('kinds without a status from us are none of its business', async t => {
  const { api, writer, patches } = await rig(t, { watched: false });
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec: { ports: [{ port: 80 }] } };
  writer.lead(true);
  writer.observe({ object: api.put(service) });
  writer.want({ kind: 'Service', namespace: 'default', name: 'a' }, { conditions: [condition('Accepted')] });
  await writer.idle();
  assert.equal(patches().length, 0);
});

test('it says what it counts', async t => {
  const { writer } = await rig(t, { watched: false });
  assert.match(writer.metrics(), /^sluice_leader 0$/m);
  writer.lead(true);
  assert.deepEqual(
    writer
      .metrics()
      .split('\n')
      .filter(line => !line.startsWith('#')),
    [
      'sluice_status_writes_total{result="ok"} 0',
      'sluice_status_writes_total{result="conflict"} 0',
      'sluice_status_writes_total{result="forbidden"} 0',
      'sluice_status_writes_total{result="gone"} 0',
      'sluice_status_writes_total{result="error"} 0',
      'sluice_status_pending 0',
      'sluice_leader 1',
      '',
    ],
  );
});

test('controllers of different names that write one list come to rest, each with its entry', async t => {
  const ours = await rig(t);
  const client = createApiClient({ credentials: { server: ours.api.url } });
  const theirs = createStatusWriter({ client, controllerName: 'other.example/c', pace: PACE });
  const watch = startListWatch({
    client,
    path: `/apis/${GROUP}/v1/httproutes`,
    onUpsert: object => theirs.observe({ object }),
    onDelete: () => {},
    onSynced: () => {},
    onTrouble: () => {},
  });
  t.after(async () => {
    await theirs.close();
    watch.close();
    client.close();
  });
  const names = Array.from({ length: 20 }, (_, i) => `r${i}`);
  for (const name of names) ours.api.put(route(name));
  for (const writer of [ours.writer, theirs]) writer.lead(true);
  for (const reason of ['First', 'Second']) {
    for (const name of names) {
      ours.writer.want(ref(name), says(reason));
      theirs.want(ref(name), { parents: [parent('other.example/c', reason)] });
    }
    await until(`all say ${reason}`, () =>
      names.every(name => parentsOf(ours.api, name).filter(each => each.conditions[0]?.reason === reason).length === 2),
    );
  }
  await Promise.all([ours.writer.idle(), theirs.idle()]);
  for (const name of names) assert.deepEqual(ours.writersOf(name).sort(), ['other.example/c', NAME].sort());
  assert.deepEqual([...ours.writer.problems(), ...theirs.problems()], []);
  // Each status twice by each, and conflicts: whoever is second reads, and tries again.
  assert.ok(ours.patches().length < names.length * 2 * 2 * 3, `${ours.patches().length} writes`);
});
