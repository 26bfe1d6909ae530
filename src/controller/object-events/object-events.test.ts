import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startApiServer } from '../../../test/api-server/index.ts';
import { until } from '../../../test/until.ts';
import { createApiClient } from '../../kubernetes/index.ts';
import type { ObjectRef, Problem } from '../../resources/index.ts';
import { createObjectEvents, type ObjectEventsOptions } from './object-events.ts';

const GATEWAY: ObjectRef = { kind: 'Gateway', namespace: 'default', name: 'gw' };
const CLASS: ObjectRef = { kind: 'GatewayClass', namespace: '', name: 'sluice' };

const problem = (message: string, object = GATEWAY): Problem => ({
  severity: 'error',
  code: 'NotProvisioned',
  message,
  object,
});

async function rig(t: TestContext) {
  const api = await startApiServer();
  t.after(api.close);
  const client = createApiClient({ credentials: { server: api.url } });
  t.after(() => client.close());
  const start = (more: Partial<ObjectEventsOptions> = {}) => {
    const events = createObjectEvents({
      client,
      reporter: { controller: 'sluice.dev/gateway-controller', instance: 'sluice-controller-1' },
      identify: ({ kind, name }) =>
        name === 'unknown' ? undefined : { apiVersion: 'gateway.networking.k8s.io/v1', uid: `uid of ${kind} ${name}` },
      onProblems: () => {},
      now: () => new Date('2026-01-02T03:04:05.678Z'),
      pace: { firstMs: 5, mostMs: 40 },
      ...more,
    });
    t.after(events.close);
    return events;
  };
  const posts = () => api.requests.filter(({ method }) => method === 'POST').length;
  return { api, start, posts };
}

test('a problem of an object is an Event that kubectl describe finds', async t => {
  const { api, start } = await rig(t);
  const events = start();
  events.lead(true);
  events.take({ event: 'problem', problem: problem('quota\n exceeded') });
  events.take({ event: 'problem', problem: { ...problem('no controller'), object: CLASS } });
  events.take({ event: 'problem', problem: { severity: 'error', code: 'Forbidden', message: 'of nobody' } });
  events.take({ event: 'problem', problem: problem('of a stranger', { ...GATEWAY, name: 'unknown' }) });
  await events.idle();
  const [ofGateway, ofClass, ...more] = api.list('Event');
  assert.deepEqual(more, []);
  const { metadata, ...body } = ofGateway ?? assert.fail('no Event');
  assert.match(metadata.name, /^gw\.[0-9a-f]{16}$/);
  assert.deepEqual(body, {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    eventTime: '2026-01-02T03:04:05.678000Z',
    reportingController: 'sluice.dev/gateway-controller',
    reportingInstance: 'sluice-controller-1',
    action: 'Reconcile',
    reason: 'NotProvisioned',
    type: 'Warning',
    note: 'quota exceeded',
    regarding: {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      namespace: 'default',
      name: 'gw',
      uid: 'uid of Gateway gw',
    },
  });
  assert.deepEqual([ofClass?.metadata.namespace, Object(ofClass?.regarding).namespace], ['default', undefined]);
});

test('what comes again is a series, and a restart repeats nothing', async t => {
  const { api, start, posts } = await rig(t);
  const first = start();
  first.lead(true);
  for (let times = 0; times < 3; times++) {
    first.take({ event: 'problem', problem: problem('quota') });
    await first.idle();
    first.take({ event: 'solved', problem: problem('quota') });
  }
  assert.deepEqual(
    api.list('Event').map(({ series }) => series),
    [{ count: 3, lastObservedTime: '2026-01-02T03:04:05.678000Z' }],
  );
  const second = start();
  second.take({ event: 'problem', problem: problem('quota') });
  await second.idle();
  assert.equal(posts(), 1);
  second.lead(true);
  await second.idle();
  assert.deepEqual([posts(), api.list('Event').length], [2, 1]);
  const event = api.list('Event')[0]?.metadata.name ?? '';
  api.delete({ kind: 'Event', name: event });
  first.take({ event: 'problem', problem: problem('quota') });
  await first.idle();
  assert.equal(api.list('Event').length, 1);
});

test('of one object only so much is told, and no note is longer than the API takes', async t => {
  const { api, start } = await rig(t);
  const events = start({ limit: { most: 3, window: 60_000 } });
  events.lead(true);
  for (let at = 0; at < 9; at++) events.take({ event: 'problem', problem: problem(`${at} ${'ä'.repeat(2_000)}`) });
  events.take({ event: 'problem', problem: { ...problem('another'), object: CLASS } });
  await events.idle();
  assert.equal(api.list('Event').length, 4);
  for (const { note } of api.list('Event'))
    assert.ok(Buffer.byteLength(String(note)) <= 1024 && !String(note).includes('\uFFFD'));
});

test('a Gateway that is programmed is told of, once for each time', async t => {
  const { api, start } = await rig(t);
  const events = start();
  events.lead(true);
  const status = (programmed: 'True' | 'False', value = '10.0.0.1') => ({
    conditions: [{ type: 'Programmed', status: programmed }],
    addresses: [{ value }],
  });
  for (const each of [status('False'), status('True'), status('True', '10.0.0.2'), undefined])
    events.status(GATEWAY, each);
  await events.idle();
  assert.deepEqual(
    api.list('Event').map(({ type, reason, note }) => [type, reason, note]),
    [['Normal', 'Programmed', 'served at 10.0.0.1']],
  );
});

test('a right that is missing is one problem, and the rest is told when it is there', async t => {
  const { api, start, posts } = await rig(t);
  api.forbid('create', 'events');
  const events = start({ pace: { firstMs: 5, mostMs: 200 }, limit: { most: 100, window: 60_000 } });
  events.lead(true);
  for (let at = 0; at < 40; at++) events.take({ event: 'problem', problem: problem(`${at}`) });
  await until('it is told', () => events.problems().length > 0);
  assert.match(
    events.problems()[0]?.fix ?? '',
    /apiGroups: \[events\.k8s\.io\]\n +resources: \[events\]\n +verbs: \[create, patch\]/,
  );
  assert.ok(posts() < 40, 'it is not tried for each of them');
  api.allow('create', 'events');
  await events.idle();
  assert.equal(api.list('Event').length, 40);
  assert.deepEqual(events.problems(), []);
});

test('an API server that fails is asked again, and a namespace that ends is not', async t => {
  const { api, start, posts } = await rig(t);
  api.fault({ method: 'POST', times: 2 }, { kind: 'status', code: 500 });
  const events = start();
  events.lead(true);
  events.take({ event: 'problem', problem: problem('a') });
  await events.idle();
  assert.deepEqual([api.list('Event').length, posts()], [1, 3]);
  const message = 'unable to create new content in namespace default because it is being terminated';
  api.fault({ method: 'POST' }, { kind: 'status', code: 403, message });
  events.take({ event: 'problem', problem: problem('b') });
  await events.idle();
  assert.deepEqual([posts(), events.problems()], [4, []]);
});
