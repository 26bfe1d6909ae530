import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type ApiServer, startApiServer } from '../../../test/api-server/index.ts';
import { until } from '../../../test/until.ts';
import { createApiClient } from '../../kubernetes/index.ts';
import { createProvisioner, type ProvisionerOptions } from './create-provisioner.ts';
import type { DataPlaneSpec } from './data-plane-spec.ts';
import type { KubeObject } from './kube-object.ts';
import type { Provisioner } from './provisioner.ts';

const API_VERSIONS: Readonly<Record<string, string>> = {
  Deployment: 'apps/v1',
  PodDisruptionBudget: 'policy/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
};
const KINDS = ['ServiceAccount', 'ConfigMap', 'Service', 'Deployment'];

/** An autoscaler where there is to be one, and else the same for all. */
function render({ namespace, name, owner, labels, parameters }: DataPlaneSpec) {
  const kinds = parameters.autoscaling ? [...KINDS, 'HorizontalPodAutoscaler'] : KINDS;
  const objects = kinds.map(
    (kind): KubeObject => ({
      apiVersion: API_VERSIONS[kind] ?? 'v1',
      kind,
      metadata: { namespace, name, labels, ...(owner && { ownerReferences: [owner] }) },
      ...(kind === 'Deployment' && { spec: { replicas: 2, template: { spec: { serviceAccountName: name } } } }),
      ...(kind === 'Service' && { spec: { type: 'LoadBalancer', ports: [{ name: 'p-80', port: 80 }] } }),
    }),
  );
  return { objects };
}

const GATEWAY = { kind: 'Gateway', name: 'gw' };

function putGateway(api: ApiServer, name = 'gw') {
  const { uid = '' } = api.put({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name },
    spec: { gatewayClassName: 'sluice', listeners: [] },
  }).metadata;
  return uid;
}

function planeOf(uid: string, more: Partial<DataPlaneSpec> = {}, name = 'gw'): DataPlaneSpec {
  return {
    scope: `default/${name}-sluice`,
    namespace: 'default',
    name: `${name}-sluice`,
    mode: 'dedicated',
    className: 'sluice',
    gateways: [{ namespace: 'default', name, uid }],
    labels: {},
    annotations: {},
    ports: [],
    addresses: [],
    parameters: {},
    owner: { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', name, uid, controller: true },
    ...more,
  };
}

type Options = Partial<ProvisionerOptions>;

async function rig(t: TestContext, options: Options = {}) {
  const api = await startApiServer();
  t.after(api.close);
  const uid = putGateway(api);
  const start = (more: Options = {}) => {
    const client = createApiClient({ credentials: { server: api.url } });
    const provisioner = createProvisioner({
      client,
      controllerName: 'sluice.dev/gateway-controller',
      render,
      pace: { firstMs: 5, mostMs: 40 },
      onFacts: () => {},
      onProblems: () => {},
      ...options,
      ...more,
    });
    t.after(async () => {
      await provisioner.close();
      client.close();
    });
    return provisioner;
  };
  return { api, uid, start };
}

async function led(provisioner: Provisioner, ...planes: readonly DataPlaneSpec[]): Promise<void> {
  provisioner.lead(true);
  provisioner.want(planes);
  await provisioner.synced();
  await provisioner.idle();
}

const writes = (api: ApiServer) =>
  api.requests
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path }) => `${method} ${path.split('/').at(-2)}`);

test('what is wanted is made in its order, and nothing is written again when nothing differs', async t => {
  const { api, uid, start } = await rig(t);
  const first = start();
  await led(first, planeOf(uid));
  assert.deepEqual(
    writes(api),
    KINDS.map(kind => `PATCH ${kind.toLowerCase()}s`),
  );
  const { metadata } = api.get({ kind: 'Deployment', name: 'gw-sluice' }) ?? assert.fail('no Deployment');
  assert.deepEqual(metadata.labels, { 'app.kubernetes.io/managed-by': 'sluice' });
  first.want([planeOf(uid)]);
  await first.idle();
  await first.close();
  await led(start(), planeOf(uid));
  assert.equal(writes(api).length, KINDS.length);
});

test('followers write nothing, and nothing is written before something is wanted', async t => {
  const { api, uid, start } = await rig(t);
  const follower = start();
  follower.want([planeOf(uid)]);
  const leader = start();
  leader.lead(true);
  await Promise.all([follower.synced(), leader.synced()]);
  await Promise.all([follower.idle(), leader.idle()]);
  assert.deepEqual(writes(api), []);
  follower.lead(true);
  await follower.idle();
  assert.equal(writes(api).length, KINDS.length);
});

test('what is changed is applied, what is no longer wanted is deleted while its owner lives', async t => {
  const { api, uid, start } = await rig(t);
  const provisioner = start();
  await led(provisioner, planeOf(uid, { parameters: { autoscaling: { maxReplicas: 2 } }, labels: { team: 'a' } }));
  provisioner.want([planeOf(uid, { labels: { team: 'b' } })]);
  await provisioner.idle();
  assert.equal(api.list('HorizontalPodAutoscaler').length, 0);
  assert.equal(Object(api.get({ kind: 'Service', name: 'gw-sluice' })?.metadata.labels).team, 'b');
  provisioner.want([]);
  await provisioner.idle();
  assert.deepEqual(
    KINDS.flatMap(kind => api.list(kind)),
    [],
  );
});

test('what has lost its owner is left to the garbage collector', async t => {
  const { api, uid, start } = await rig(t);
  const provisioner = start();
  await led(provisioner, planeOf(uid));
  api.delete(GATEWAY);
  provisioner.want([]);
  await provisioner.idle();
  assert.equal(api.list('Deployment').length, 1);
  assert.ok(writes(api).every(write => write.startsWith('PATCH')));
});

/** What happened to its Deployment before has been seen by then. */
async function seenAll(api: ApiServer, provisioner: Provisioner): Promise<void> {
  api.putStatus({ kind: 'Deployment', name: 'gw-sluice' }, { readyReplicas: 1 });
  await until('it is ready', () => provisioner.facts('default/gw-sluice')?.readyReplicas === 1);
}

test('what others change of ours or delete is mended, and what they add is theirs', async t => {
  const { api, uid, start } = await rig(t);
  const provisioner = start();
  await led(provisioner, planeOf(uid));
  const deployment = () => Object(api.get({ kind: 'Deployment', name: 'gw-sluice' }));
  const before = deployment();
  api.put({ ...before, spec: { ...before.spec, replicas: 9 } });
  await until('replicas are mended', () => deployment().spec.replicas === 2);
  api.delete({ kind: 'Service', name: 'gw-sluice' });
  await until('the Service is made again', () => api.list('Service').length === 1);
  await provisioner.idle();
  const count = writes(api).length;
  api.put({ ...deployment(), spec: { ...deployment().spec, paused: true } });
  await seenAll(api, provisioner);
  await provisioner.idle();
  assert.equal(writes(api).length, count);
});

test('a default or an admission controller that has its way is no drift', async t => {
  const { api, uid, start } = await rig(t);
  api.admit('deployments.apps', object => ({ ...object, spec: { ...Object(object.spec), replicas: 7 } }));
  const provisioner = start();
  await led(provisioner, planeOf(uid));
  api.touch({ kind: 'Deployment', name: 'gw-sluice' });
  await seenAll(api, provisioner);
  await provisioner.idle();
  assert.equal(writes(api).filter(write => write === 'PATCH deployments').length, 1);
});

test('an object of somebody else is not taken over, until it is given or goes', async t => {
  const { api, uid, start } = await rig(t);
  api.put({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'gw-sluice' } });
  const provisioner = start();
  provisioner.lead(true);
  provisioner.want([planeOf(uid)]);
  const trouble = () => provisioner.facts('default/gw-sluice')?.trouble ?? '';
  const account = () => provisioner.facts('default/gw-sluice')?.serviceAccount;
  await until('it is told', () =>
    /ServiceAccount default\/gw-sluice is there already and not Sluice's/.test(trouble()),
  );
  assert.deepEqual(
    provisioner.problems().map(({ code, object }) => [code, object]),
    [['NotProvisioned', { kind: 'Gateway', namespace: 'default', name: 'gw' }]],
  );
  await until('the others are made', () => api.list('Deployment').length === 1);
  assert.equal(account(), undefined, 'its pods are no proxies of ours');
  assert.deepEqual(Object(api.get({ kind: 'ServiceAccount', name: 'gw-sluice' })?.metadata.labels), {});
  api.delete({ kind: 'ServiceAccount', name: 'gw-sluice' });
  await provisioner.idle();
  assert.equal(trouble(), '');
  assert.equal(account(), 'gw-sluice');
  assert.deepEqual(provisioner.problems(), []);
});

test('an account that is deleted or loses its marks costs no proxy its controller', async t => {
  const lost: (string | undefined)[] = [];
  const { api, uid, start } = await rig(t);
  const provisioner: Provisioner = start({
    onFacts: scope => void lost.push(provisioner.facts(scope)?.serviceAccount),
  });
  await led(provisioner, planeOf(uid));
  assert.equal(provisioner.facts('default/gw-sluice')?.serviceAccount, 'gw-sluice');
  lost.length = 0;
  const account = { kind: 'ServiceAccount', name: 'gw-sluice' };
  const { uid: first } = api.get(account)?.metadata ?? {};
  api.delete(account);
  await until('it is made again', () => ![undefined, first].includes(api.get(account)?.metadata.uid));
  await provisioner.idle();
  assert.deepEqual(
    lost.filter(name => name !== 'gw-sluice'),
    [],
  );
});

test('an account whose origin is not known yet has no proxies, unless nobody may look', async t => {
  const { api, uid, start } = await rig(t);
  const follower = start();
  follower.want([planeOf(uid)]);
  await follower.synced();
  assert.equal(follower.facts('default/gw-sluice')?.serviceAccount, undefined);
  api.forbid('get', 'serviceaccounts');
  const leader = start();
  leader.lead(true);
  leader.want([planeOf(uid)]);
  await until('it is taken for ours', () => leader.facts('default/gw-sluice')?.serviceAccount === 'gw-sluice');
});

test('a copy that somebody makes of an object is theirs, and a label that is taken off comes back', async t => {
  const { api, uid, start } = await rig(t);
  const provisioner = start();
  await led(provisioner, planeOf(uid));
  const service = () => Object(api.get({ kind: 'Service', name: 'gw-sluice' }));
  const { metadata } = service();
  api.put({ ...service(), metadata: { ...metadata, name: 'copy' } });
  api.put({ ...service(), metadata: { ...metadata, labels: {} } });
  // As the API server tells watches of a label.
  await provisioner.close();
  await led(start(), planeOf(uid));
  assert.equal(service().metadata.labels['app.kubernetes.io/managed-by'], 'sluice');
  assert.deepEqual(
    api.list('Service').map(each => each.metadata.name),
    ['copy', 'gw-sluice'],
  );
  assert.deepEqual(
    api.requests.filter(({ method }) => method === 'DELETE'),
    [],
  );
});

test('what another controller made is not deleted', async t => {
  const { api, uid, start } = await rig(t);
  await led(start({ controllerName: 'example.com/other' }), planeOf(uid));
  await led(start());
  assert.equal(api.list('Deployment').length, 1);
});

test('a refusal is told in the words of the API server, and tried again', async t => {
  const { api, uid, start } = await rig(t);
  const quota = 'deployments.apps "gw-sluice" is forbidden: exceeded quota: few, requested: count/deployments.apps=1';
  api.fault({ method: 'PATCH', path: /deployments/ }, { kind: 'status', code: 403, message: quota });
  const provisioner = start();
  provisioner.lead(true);
  provisioner.want([planeOf(uid)]);
  await until('the quota is told', () => provisioner.facts('default/gw-sluice')?.trouble?.includes(quota) === true);
  assert.deepEqual(
    provisioner.problems().map(({ code }) => code),
    ['NotProvisioned'],
  );
  api.clearFaults();
  await provisioner.idle();
  assert.equal(api.list('Deployment').length, 1);
});

test('a fault of the API server is told when it lasts, and is no trouble before', async t => {
  const troubles = new Set<string>();
  const { api, uid, start } = await rig(t);
  const provisioner = start({
    onFacts: () => void troubles.add(provisioner.facts('default/gw-sluice')?.trouble ?? ''),
  });
  const answer = { kind: 'status', code: 500, message: 'the webhook is away' } as const;
  const failing = { method: 'PATCH', path: /deployments/ };
  api.fault({ ...failing, times: 4 }, answer);
  await led(provisioner, planeOf(uid));
  assert.deepEqual([...troubles], ['']);
  api.fault(failing, answer);
  provisioner.want([planeOf(uid, { labels: { team: 'a' } })]);
  await until('it is told', () => [...troubles].some(text => /Deployment default\/gw-sluice: the webhook/.test(text)));
  api.clearFaults();
  await provisioner.idle();
  assert.equal(provisioner.facts('default/gw-sluice')?.trouble, undefined);
});

test('a verb that is missing is told with its rule, once, and the rest goes on', async t => {
  const { api, uid, start } = await rig(t);
  api.forbid('patch', 'services');
  const provisioner = start();
  provisioner.lead(true);
  const others = [1, 2, 3].map(at => planeOf(putGateway(api, `gw${at}`), {}, `gw${at}`));
  provisioner.want([planeOf(uid), ...others]);
  await until('Deployments are made', () => api.list('Deployment').length === 4);
  const [forbidden, ...more] = provisioner.problems().filter(({ code }) => code === 'Forbidden');
  assert.deepEqual(more, []);
  assert.match(forbidden?.message ?? '', /^tester may not patch services, so /);
  assert.match(forbidden?.fix ?? '', /resources: \[services\]\n +verbs: \[get, list, watch, create, patch, delete\]/);
  api.allow('patch', 'services');
  await provisioner.idle();
  assert.equal(api.list('Service').length, 4);
  assert.deepEqual(provisioner.problems(), []);
});

test('who keeps changing what is ours is told of, and mended less often', async t => {
  const { api, uid, start } = await rig(t, { contest: { most: 2, window: 60_000 } });
  const provisioner = start();
  await led(provisioner, planeOf(uid));
  for (let times = 0; times < 4; times++) {
    await until('it is there', () => api.list('Service').length === 1);
    api.delete({ kind: 'Service', name: 'gw-sluice' });
  }
  await until('the contest is told', () => provisioner.problems().some(({ code }) => code === 'ProvisionContested'));
  provisioner.want([]);
  await until('it is forgotten', () => provisioner.problems().length === 0);
});

test('held: what stands stays; without an owner nothing is made', async t => {
  const { api, uid, start } = await rig(t);
  const provisioner = start();
  await led(provisioner, planeOf(uid));
  provisioner.want([planeOf(uid, { held: true, labels: { team: 'b' } })]);
  await provisioner.idle();
  assert.equal(writes(api).length, KINDS.length);
  await provisioner.close();
  const { owner: _, ...ownerless } = planeOf(putGateway(api, 'other'), {}, 'other');
  await led(start(), planeOf(uid, { held: true }), ownerless);
  assert.equal(writes(api).length, KINDS.length);
});

test('facts: addresses of the load balancer, ready pods, what pods lack', async t => {
  const { api, uid, start } = await rig(t);
  const told: string[] = [];
  const provisioner = start({ onFacts: scope => told.push(scope) });
  await led(provisioner, planeOf(uid));
  const facts = () => provisioner.facts('default/gw-sluice');
  assert.match(
    facts()?.unassigned ?? '',
    /^Service default\/gw-sluice of type LoadBalancer has no address yet: is there/,
  );
  api.putStatus({ kind: 'Service', name: 'gw-sluice' }, { loadBalancer: { ingress: [{ ip: '10.1.1.1' }] } });
  api.putStatus({ kind: 'Deployment', name: 'gw-sluice' }, { readyReplicas: 1 });
  await until('facts change', () => facts()?.readyReplicas === 1 && facts()?.unassigned === undefined);
  assert.deepEqual(facts(), {
    addresses: [{ type: 'IPAddress', value: '10.1.1.1' }],
    replicas: 2,
    readyReplicas: 1,
    ipFamilies: [],
    serviceAccount: 'gw-sluice',
  });
  assert.ok(told.includes('default/gw-sluice'));
  const conditions = [{ type: 'ReplicaFailure', status: 'True', message: 'pods are forbidden' }];
  api.putStatus({ kind: 'Deployment', name: 'gw-sluice' }, { conditions });
  await until('trouble of pods is told', () => facts()?.trouble === 'pods are forbidden');
});

test('a data plane of somebody else: its account and its address', async t => {
  const { api, start } = await rig(t);
  const labels = { app: 'edge' };
  const template = { metadata: { labels }, spec: { serviceAccountName: 'edge' } };
  api.put({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'edge' }, spec: { replicas: 3, template } });
  api.put({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'edge-public' },
    spec: { type: 'ClusterIP', selector: labels, clusterIPs: ['10.96.0.9'], ipFamilies: ['IPv4'] },
  });
  const plane: DataPlaneSpec = {
    ...planeOf('', { mode: 'unmanaged', scope: 'default/deployment/edge', name: 'edge' }),
    unmanaged: { deployment: 'edge' },
  };
  const provisioner = start();
  provisioner.lead(true);
  provisioner.want([plane]);
  await until('its account is found', () => provisioner.facts(plane.scope)?.serviceAccount === 'edge');
  assert.deepEqual(provisioner.facts(plane.scope)?.addresses, [{ type: 'IPAddress', value: '10.96.0.9' }]);
  assert.deepEqual(writes(api), []);
});

test('three hundred Gateways are provisioned, and read without a write after a restart', async t => {
  const { api, start } = await rig(t);
  const planes = Array.from({ length: 300 }, (_, at) => planeOf(putGateway(api, `g${at}`), {}, `g${at}`));
  const rate = { perSecond: 5_000, burst: 5_000 };
  const first = start({ rate });
  await led(first, ...planes);
  assert.equal(writes(api).length, 300 * KINDS.length);
  await first.close();
  await led(start({ rate }), ...planes);
  assert.equal(writes(api).length, 300 * KINDS.length);
});
