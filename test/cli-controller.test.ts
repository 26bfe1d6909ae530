import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { type ApiServer, type Ref, startApiServer } from './api-server/index.ts';
import { launched, type Running } from './cli-rig.ts';
import { until } from './until.ts';

const CONTROLLER = 'sluice.dev/gateway-controller';

interface Cluster {
  readonly server: ApiServer;
  /** Path of a kubeconfig. */
  readonly kubeconfig: string;
  /** A port that was free a moment ago. */
  readonly port: number;
}

/** An API server with a class, a Gateway and a route that redirects: traffic without a backend. */
async function cluster(t: TestContext): Promise<Cluster> {
  const server = await startApiServer();
  t.after(() => server.close());
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-controller-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const kubeconfig = path.join(folder, 'config');
  writeFileSync(kubeconfig, server.kubeconfig());
  const port = await freePort();
  server.put(gatewayClass('sluice', CONTROLLER));
  server.put(gateway('shop', port));
  server.put(route('shop', '/new'));
  return { server, kubeconfig, port };
}

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

const GROUP = 'gateway.networking.k8s.io/v1';

function gatewayClass(name: string, controllerName: string) {
  return { apiVersion: GROUP, kind: 'GatewayClass', metadata: { name }, spec: { controllerName } };
}

function gateway(name: string, port: number, gatewayClassName = 'sluice') {
  const spec = { gatewayClassName, listeners: [{ name: 'http', port, protocol: 'HTTP' }] };
  return { apiVersion: GROUP, kind: 'Gateway', metadata: { name, namespace: 'default' }, spec };
}

function route(name: string, to: string) {
  const filter = {
    type: 'RequestRedirect',
    requestRedirect: { path: { type: 'ReplaceFullPath', replaceFullPath: to } },
  };
  const spec = { parentRefs: [{ name: 'shop' }], rules: [{ filters: [filter] }] };
  return { apiVersion: GROUP, kind: 'HTTPRoute', metadata: { name, namespace: 'default' }, spec };
}

function start(t: TestContext, { kubeconfig }: Cluster, more: readonly string[] = []): Running {
  const flags = ['--in-process', '--address-pool', '127.0.0.1/32', '--kubeconfig', kubeconfig, ...more];
  return launched(t, flags, { command: 'controller' });
}

const ready = (controller: Running) => controller.event(({ event }) => event === 'ready');

async function location(port: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/`, { redirect: 'manual' });
  return new URL(answer.headers.get('location') ?? 'http://none').pathname;
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly observedGeneration: number;
}

/** `Accepted=True` … of an object; of the first parent for a route. */
function conditions(server: ApiServer, ref: Ref): string {
  const status = Object(server.get(ref)?.status) as {
    readonly conditions?: readonly Condition[];
    readonly parents?: readonly { readonly conditions: readonly Condition[] }[];
  };
  const all = status.conditions ?? status.parents?.[0]?.conditions ?? [];
  return all.map(({ type, status: value, reason }) => `${type}=${value} ${reason}`).join(', ');
}

const SHOP: Ref = { kind: 'Gateway', name: 'shop' };
const SHOP_ROUTE: Ref = { kind: 'HTTPRoute', name: 'shop' };

test('a controller serves what the API server holds, and says so in the statuses', async t => {
  const own = await cluster(t);
  const { server, port } = own;
  const controller = start(t, own);
  await ready(controller);
  assert.equal(await location(port), '/new');
  await until('the Gateway is programmed', () => /Programmed=True Programmed/.test(conditions(server, SHOP)));
  await until('the route is accepted', () => conditions(server, SHOP_ROUTE) !== '');
  assert.equal(conditions(server, SHOP), 'Accepted=True Accepted, Programmed=True Programmed');
  assert.equal(conditions(server, SHOP_ROUTE), 'Accepted=True Accepted, ResolvedRefs=True ResolvedRefs');
  assert.match(
    conditions(server, { kind: 'GatewayClass', name: 'sluice' }),
    /^Accepted=True Accepted, SupportedVersion=(?:True SupportedVersion|False UnsupportedVersion)$/,
  );
  const status = server.get(SHOP)?.status as { readonly addresses: unknown };
  assert.deepEqual(status.addresses, [{ type: 'IPAddress', value: '127.0.0.1' }]);

  server.put(route('shop', '/newer'));
  await until('the change is live', async () => (await location(port)) === '/newer');
  server.delete(SHOP_ROUTE);
  await until('the route has gone', async () => (await location(port)) === '/');
  controller.signal('SIGTERM');
  assert.equal((await controller.ended).code, 0);
});

test('an API server that is gone for a while takes no traffic with it', async t => {
  const own = await cluster(t);
  const { server, port } = own;
  const controller = start(t, own);
  await ready(controller);
  await server.stop();
  const gone = await controller.event(({ event, code }) => event === 'problem' && code === 'ApiServerUnreachable');
  assert.match(String(gone.message), /127\.0\.0\.1/);
  assert.equal(await location(port), '/new');
  server.put(route('shop', '/newer'));
  await server.resume();
  await controller.event(({ event, code }) => event === 'solved' && code === 'ApiServerUnreachable');
  await until('what changed meanwhile is live', async () => (await location(port)) === '/newer');
  await until('and its status is written', () => conditions(server, SHOP_ROUTE) !== '');
});

test('what belongs to other controllers is not touched; a Gateway keeps its address', async t => {
  const own = await cluster(t);
  const { server, port } = own;
  server.put(gatewayClass('other', 'example.com/other'));
  server.put(gateway('theirs', port, 'other'));
  server.put(gateway('late', port));
  const foreign = { kind: 'Gateway', name: 'theirs' };
  const mine = [
    {
      type: 'Programmed',
      status: 'Unknown',
      reason: 'Theirs',
      message: '',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    },
  ];
  server.putStatus(foreign, { conditions: mine });
  server.putStatus({ kind: 'Gateway', name: 'late' }, { addresses: [{ type: 'IPAddress', value: '127.0.0.1' }] });
  const before = JSON.stringify(server.get(foreign));
  const controller = start(t, own);
  await ready(controller);
  await until('every Gateway of ours has a status', () => conditions(server, SHOP) !== '');
  assert.match(conditions(server, { kind: 'Gateway', name: 'late' }), /Programmed=True/);
  assert.match(conditions(server, SHOP), /Programmed=False AddressNotAssigned/);
  assert.equal(JSON.stringify(server.get(foreign)), before);
});

/** Between two tries for the Lease there are some seconds. */
describe('the Lease', { concurrency: true }, () => {
  test('of two controllers one serves; the other takes over when it ends', async t => {
    const own = await cluster(t);
    const first = start(t, own);
    await ready(first);
    const second = start(t, own);
    const third = start(t, own);
    await third.event(({ event }) => event === 'leader');
    third.signal('SIGTERM');
    assert.equal((await third.ended).code, 0);
    const standby = await second.event(({ event }) => event === 'leader');
    assert.equal(standby.leading, false);
    assert.equal(standby.serving, false);
    assert.equal(standby.lease, 'default/sluice.dev-gateway-controller');
    first.signal('SIGTERM');
    assert.equal((await first.ended).code, 0);
    await second.event(({ event, leading }) => event === 'leader' && leading === true);
    await ready(second);
    assert.equal(await location(own.port), '/new');
  });

  test('who waits for an API server says why, serves when it is there, and ends when it is told to', async t => {
    const own = await cluster(t);
    await own.server.stop();
    const first = start(t, own);
    const gone = await first.event(({ event }) => event === 'problem');
    assert.match(String(gone.message), /^can't reach http:\/\/127\.0\.0\.1:\d+: connection refused; /);
    first.signal('SIGTERM');
    assert.equal((await first.ended).code, 0);
    const second = start(t, own);
    await second.event(({ event }) => event === 'problem');
    await own.server.resume();
    await second.event(({ event, code }) => event === 'solved' && code === 'ApiServerUnreachable');
    await ready(second);
    assert.equal(await location(own.port), '/new');
  });

  test('without the right to hold the Lease it says which right', async t => {
    const own = await cluster(t);
    own.server.forbid('create', 'leases');
    const controller = start(t, own);
    const problem = await controller.event(({ event }) => event === 'problem');
    assert.equal(problem.code, 'Forbidden');
    assert.match(String(problem.fix), /resources: \[leases\]/);
    own.server.allow('create', 'leases');
    await ready(controller);
    controller.signal('SIGTERM');
    assert.equal((await controller.ended).code, 0);
    assert.equal(
      Object(own.server.get({ kind: 'Lease', name: 'sluice.dev-gateway-controller' })?.spec).holderIdentity,
      '',
    );
  });

  test('controllers of names that differ in a sign do not wait for each other', async t => {
    const own = await cluster(t);
    const names = ['example.com/a/b', 'example.com/a_b', 'example.com/A-b~'];
    const leases = await Promise.all(
      names.map(async name => {
        const leader = await start(t, own, ['--controller-name', name]).event(({ event }) => event === 'leader');
        assert.equal(leader.leading, true, name);
        return String(leader.lease);
      }),
    );
    assert.equal(new Set(leases).size, names.length);
    for (const lease of leases) assert.match(lease, /^default\/example\.com-a-b-[0-9a-f]{8}$/);
  });
});

describe('with data planes in pods', () => {
  test('the leader makes them, tells probes that it is ready, and says what is missing', async t => {
    const { server, kubeconfig } = await cluster(t);
    const [config, health] = [await freePort(), await freePort()];
    const places = ['--config-listen', `127.0.0.1:${config}`, '--health', `127.0.0.1:${health}`];
    const flags = [
      '--kubeconfig',
      kubeconfig,
      '--namespace',
      'default',
      '--proxy-image',
      'example.com/sluice:1',
      ...places,
    ];
    const controller = launched(t, flags, { command: 'controller' });
    await ready(controller);
    assert.equal((await fetch(`http://127.0.0.1:${health}/readyz`)).status, 200);
    assert.match(await (await fetch(`http://127.0.0.1:${health}/metrics`)).text(), /^sluice_data_planes 1$/m);
    const deployment = () => JSON.stringify(server.get({ kind: 'Deployment', name: 'shop-sluice' }) ?? {});
    await until('there is a Deployment', () => deployment() !== '{}');
    assert.match(deployment(), /"example\.com\/sluice:1"/);
    assert.ok(deployment().includes(`--controller=sluice-controller.default.svc:${config}`));
    await until('the Gateway waits', () => /Programmed=False Pending/.test(conditions(server, SHOP)));
    controller.signal('SIGTERM');
    assert.equal((await controller.ended).code, 0);
  });

  test('a port that is taken is said in one line', async t => {
    const { kubeconfig } = await cluster(t);
    const taken = createServer().listen(0, '127.0.0.1');
    t.after(() => taken.close());
    await new Promise(resolve => taken.once('listening', resolve));
    const { port } = Object(taken.address()) as { readonly port: number };
    for (const [flag, said] of [
      ['--config-listen', /^sluice controller: can't listen for proxies: .*\n$/],
      ['--health', /^sluice controller: probes can't be answered: .*\n$/],
    ] as const) {
      const flags = [
        '--kubeconfig',
        kubeconfig,
        '--namespace',
        'default',
        '--config-listen',
        '127.0.0.1:0',
        flag,
        `127.0.0.1:${port}`,
      ];
      const { code, stderr } = await launched(t, flags, { command: 'controller' }).ended;
      assert.equal(code, 1);
      assert.match(stderr, said);
    }
  });
});
