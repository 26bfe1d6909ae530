import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startApiServer } from '../../test/api-server/index.ts';
import { until } from '../../test/until.ts';
import { createApiClient } from '../kubernetes/index.ts';
import { CLASS_FINALIZER, createClassFinalizer } from './class-finalizer.ts';

const OURS = 'sluice.dev/gateway-controller';
const API_VERSION = 'gateway.networking.k8s.io/v1';

async function rig(t: TestContext) {
  const api = await startApiServer();
  t.after(api.close);
  const client = createApiClient({ credentials: { server: api.url } });
  t.after(() => client.close());
  const finalizer = createClassFinalizer({
    client,
    controllerName: OURS,
    onProblems: () => {},
    pace: { firstMs: 5, mostMs: 40 },
  });
  t.after(finalizer.close);
  const putClass = (name: string, controllerName = OURS, finalizers: readonly string[] = ['example.com/theirs']) =>
    finalizer.observe({
      object: api.put({
        apiVersion: API_VERSION,
        kind: 'GatewayClass',
        metadata: { name, finalizers },
        spec: { controllerName },
      }),
    });
  const putGateway = (gatewayClassName: string, name = 'gw') =>
    finalizer.observe({
      object: api.put({
        apiVersion: API_VERSION,
        kind: 'Gateway',
        metadata: { name },
        spec: { gatewayClassName, listeners: [] },
      }),
    });
  const deleteGateway = (name = 'gw') => finalizer.observe({ gone: { kind: 'Gateway', namespace: 'default', name } });
  const finalizersOf = (name: string) => api.get({ kind: 'GatewayClass', name })?.metadata.finalizers;
  return { api, finalizer, putClass, putGateway, deleteGateway, finalizersOf };
}

test('a class that is used has the finalizer, beside those of others, and loses it with its last Gateway', async t => {
  const { finalizer, putClass, putGateway, deleteGateway, finalizersOf } = await rig(t);
  putClass('sluice');
  putGateway('sluice');
  putGateway('sluice', 'second');
  await finalizer.idle();
  assert.deepEqual(finalizersOf('sluice'), ['example.com/theirs']);
  finalizer.lead(true);
  await finalizer.idle();
  assert.deepEqual(finalizersOf('sluice'), ['example.com/theirs', CLASS_FINALIZER]);
  finalizer.complete();
  deleteGateway();
  await finalizer.idle();
  assert.deepEqual(finalizersOf('sluice'), ['example.com/theirs', CLASS_FINALIZER]);
  deleteGateway('second');
  await finalizer.idle();
  assert.deepEqual(finalizersOf('sluice'), ['example.com/theirs']);
});

test('nothing is let go before every Gateway has been seen, and classes of others are left alone', async t => {
  const { finalizer, putClass, putGateway, finalizersOf } = await rig(t);
  finalizer.lead(true);
  putClass('sluice', OURS, [CLASS_FINALIZER]);
  putClass('theirs', 'example.com/other', []);
  putGateway('theirs');
  await finalizer.idle();
  assert.deepEqual([finalizersOf('sluice'), finalizersOf('theirs')], [[CLASS_FINALIZER], []]);
  finalizer.complete();
  await finalizer.idle();
  assert.deepEqual([finalizersOf('sluice'), finalizersOf('theirs')], [[], []]);
});

test('who was overtaken tries again over what it sees then', async t => {
  const { api, finalizer, putClass, putGateway, finalizersOf } = await rig(t);
  finalizer.lead(true);
  putClass('sluice');
  api.touch({ kind: 'GatewayClass', name: 'sluice' });
  putGateway('sluice');
  await until('it is tried', () => api.requests.some(({ method }) => method === 'PATCH'));
  assert.deepEqual(finalizersOf('sluice'), ['example.com/theirs']);
  putClass('sluice', OURS, ['example.com/theirs', 'example.com/more']);
  await finalizer.idle();
  assert.deepEqual(finalizersOf('sluice'), ['example.com/theirs', 'example.com/more', CLASS_FINALIZER]);
});

test('a right that is missing is told with its rule', async t => {
  const { api, finalizer, putClass, putGateway } = await rig(t);
  api.forbid('patch', 'gatewayclasses');
  finalizer.lead(true);
  putClass('sluice');
  putGateway('sluice');
  await until('it is told', () => finalizer.problems().length > 0);
  assert.match(finalizer.problems()[0]?.fix ?? '', /resources: \[gatewayclasses\]\n +verbs: \[patch\]/);
  api.allow('patch', 'gatewayclasses');
  await finalizer.idle();
  assert.deepEqual(finalizer.problems(), []);
});
