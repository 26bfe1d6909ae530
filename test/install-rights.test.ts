import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type ApiServer, startApiServer } from './api-server/index.ts';
import { launched, manifests, ROOT } from './cli-rig.ts';
import { type KubeObject, objectsIn } from './install/chart.ts';
import { gives, rightOf, rightsIn } from './install/rights.ts';

const GROUP = 'gateway.networking.k8s.io/v1';
const NAMESPACE = 'sluice-system';

const INSTALLED = objectsIn(readFileSync(path.join(ROOT, 'deploy', 'install.yaml'), 'utf8'));

/** What the controller's account has: the roles that are bound to it. */
const GIVEN = ['sluice-controller', 'sluice-controller-secrets'].flatMap(name =>
  INSTALLED.filter(object => /^(Cluster)?Role$/.test(String(object.kind)) && nameOf(object) === name).flatMap(rightsIn),
);

function nameOf(object: KubeObject): string {
  return String(Object(object.metadata).name);
}

const object = (kind: string, name: string, spec: KubeObject, apiVersion = GROUP): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name, ...(kind !== 'GatewayClass' && { namespace: 'default' }) },
  spec,
});

const CERTIFICATE_REF = { mode: 'Terminate', certificateRefs: [{ name: 'certificate' }] };

/** Something of every kind that the controller treats in a way of its own. */
const WORLD: readonly KubeObject[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
  object('GatewayClass', 'sluice', { controllerName: 'sluice.dev/gateway-controller' }),
  object(
    'SluiceProxy',
    'proxy',
    { autoscaling: { maxReplicas: 3 }, service: { type: 'ClusterIP' } },
    'sluice.dev/v1alpha1',
  ),
  object('Gateway', 'web', {
    gatewayClassName: 'sluice',
    infrastructure: { parametersRef: { group: 'sluice.dev', kind: 'SluiceProxy', name: 'proxy' } },
    listeners: [
      { name: 'http', port: 80, protocol: 'HTTP' },
      { name: 'https', port: 443, protocol: 'HTTPS', tls: CERTIFICATE_REF },
    ],
  }),
  object('HTTPRoute', 'web', { parentRefs: [{ name: 'web' }], rules: [{ backendRefs: [{ name: 'api', port: 80 }] }] }),
  object('Service', 'api', { ports: [{ port: 80 }] }, 'v1'),
  object('BackendTLSPolicy', 'api', {
    targetRefs: [{ group: '', kind: 'Service', name: 'api' }],
    validation: { hostname: 'api', caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'authority' }] },
  }),
];

interface Run {
  readonly server: ApiServer;
  /** Waits for what must come. */
  until(what: string, holds: () => boolean): Promise<void>;
}

async function controlled(t: TestContext): Promise<Run> {
  const server = await startApiServer();
  t.after(() => server.close());
  for (const each of WORLD) server.put(each);
  const config = path.join(manifests(t, { config: server.kubeconfig() }), 'config');
  const flags = [
    '--kubeconfig',
    config,
    '--namespace',
    NAMESPACE,
    '--config-listen',
    '127.0.0.1:0',
    '--health',
    '127.0.0.1:0',
  ];
  const controller = launched(t, flags, { command: 'controller' });
  let ended = '';
  void controller.ended.then(({ code, stderr }) => {
    ended = `ended with ${code}: ${stderr}`;
  });
  return {
    server,
    async until(what, holds) {
      for (const deadline = performance.now() + 30_000; !holds(); await pause(20))
        assert.ok(performance.now() < deadline && ended === '', `${what}; ${ended}`);
    },
  };
}

test('the controller asks for nothing that its roles do not give, and they give little that it does not ask for', async t => {
  const { server, until } = await controlled(t);
  const isThere = (kind: string) => server.list(kind).length > 0;
  await until('the data plane is made', () =>
    ['ServiceAccount', 'ConfigMap', 'Service', 'Deployment', 'PodDisruptionBudget', 'HorizontalPodAutoscaler'].every(
      isThere,
    ),
  );
  const gateway = () => server.get({ kind: 'Gateway', namespace: 'default', name: 'web' });
  await until('the Gateway has a status', () => JSON.stringify(gateway()?.status ?? '').includes('Programmed'));
  await until('the class may not go', () => isHeld(server));
  const needed = server.requests.flatMap(request => rightOf(request) ?? []);
  const missing = needed.filter(right => !GIVEN.some(given => gives(given, right)));
  assert.deepEqual([...new Set(missing.map(({ text }) => text))], []);
  const used = new Set(needed.map(({ text }) => text));
  const unused = GIVEN.map(({ text }) => text).filter(text => !used.has(text));
  assert.deepEqual(
    unused.filter(text => !USED_ELSEWHERE.some(([pattern]) => pattern.test(text))),
    [],
  );
});

function isHeld(server: ApiServer): boolean {
  const { finalizers } = Object(server.get({ kind: 'GatewayClass', name: 'sluice' })?.metadata);
  return Array.isArray(finalizers) && finalizers.length > 0;
}

/** Rights that this run has no use for, and what has. */
const USED_ELSEWHERE: readonly (readonly [right: RegExp, what: string])[] = [
  [
    /^create (configmaps|serviceaccounts|services|deployments|\w+budgets|\w+autoscalers) /,
    'an apply makes what is not there',
  ],
  [/^delete /, 'what data planes do not want any more'],
  [/^get \w+ of gateway\.networking\./, 'a status that another writer was quicker with, an owner that may be gone'],
  [/^patch \w+\/status of gateway\.networking\./, 'kinds that are not in this world'],
  [/^(list|watch) xlistenersets /, 'older definitions'],
  [/^create tokenreviews /, 'a proxy that connects'],
  [/^(create|patch) events /, 'what goes wrong'],
  [/^patch secrets /, 'renewed certificates'],
  [/^update leases /, 'a Lease that is held for longer'],
];
