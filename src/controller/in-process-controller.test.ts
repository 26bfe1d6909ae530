import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type ApiServer, type Ref, startApiServer } from '../../test/api-server/index.ts';
import { createApiClient } from '../kubernetes/index.ts';
import { createAddressPool } from './address-pool.ts';
import type { Controller } from './controller.ts';
import type { ControllerEvent } from './events.ts';
import { createInProcessController } from './in-process-controller.ts';

const GROUP = 'gateway.networking.k8s.io/v1';
const NAME = 'sluice.dev/gateway-controller';

interface Launched {
  readonly ready: Promise<void>;
  readonly events: readonly ControllerEvent[];
  stop(): Promise<void>;
}

/** One that serves; `pool`: 127.0.0.1 if nothing is said, the one address that every system has. */
async function start(t: TestContext, api: ApiServer, pool = ['127.0.0.1']): Promise<Launched> {
  const launched = launch(t, api, pool);
  await launched.ready;
  return launched;
}

function launch(t: TestContext, api: ApiServer, pool = ['127.0.0.1']): Launched {
  const client = createApiClient({ credentials: { server: api.url } });
  const addresses = createAddressPool(pool);
  assert.ok('assign' in addresses);
  const events: ControllerEvent[] = [];
  const controller: Controller = createInProcessController({
    client,
    controllerName: NAME,
    pool: addresses,
    lease: { namespace: 'default', name: 'sluice', identity: 'a' },
    onEvent: event => events.push(event),
  });
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= controller
      .drain(0)
      .then(controller.close)
      .then(() => client.close());
    return stopped;
  };
  t.after(stop);
  return { ready: controller.start(), events, stop };
}

async function server(t: TestContext): Promise<ApiServer> {
  const api = await startApiServer();
  t.after(() => api.close());
  api.put({ apiVersion: GROUP, kind: 'GatewayClass', metadata: { name: 'sluice' }, spec: { controllerName: NAME } });
  return api;
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => probe.once('listening', resolve));
  const { port } = Object(probe.address()) as { readonly port: number };
  await new Promise(resolve => probe.close(resolve));
  return port;
}

function gateway(name: string, ports: Readonly<Record<string, number>>, spec: object = {}) {
  const listeners = Object.entries(ports).map(([section, port]) => ({ name: section, port, protocol: 'HTTP' }));
  const metadata = { name, namespace: 'default' };
  return { apiVersion: GROUP, kind: 'Gateway', metadata, spec: { gatewayClassName: 'sluice', listeners, ...spec } };
}

function route(name: string, parents: readonly string[], backend = 'web') {
  const parentRefs = parents.map(parent => ({ name: parent }));
  const spec = { parentRefs, rules: [{ backendRefs: [{ name: backend, port: 80 }] }] };
  return { apiVersion: GROUP, kind: 'HTTPRoute', metadata: { name, namespace: 'default' }, spec };
}

const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default' },
  spec: { ports: [{ port: 80 }] },
};

interface Status {
  readonly addresses?: readonly { readonly value: string }[];
  readonly conditions?: readonly Condition[];
  readonly listeners?: readonly { readonly name: string; readonly conditions: readonly Condition[] }[];
  readonly parents?: readonly { readonly parentRef: { readonly name: string }; readonly conditions: Condition[] }[];
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly observedGeneration: number;
}

function statusOf(api: ApiServer, ref: Ref): Status {
  return (api.get(ref)?.status ?? {}) as Status;
}

/** `Type=status@generation` of every condition, each after what it is about. */
function shown(api: ApiServer, ref: Ref): string {
  const { conditions, listeners = [], parents = [] } = statusOf(api, ref);
  const all = [
    ['', conditions ?? []] as const,
    ...listeners.map(each => [`${each.name} `, each.conditions] as const),
    ...parents.map(each => [`${each.parentRef.name} `, each.conditions] as const),
  ];
  return all
    .flatMap(([of, own]) => own.map(each => `${of}${each.type}=${each.status}@${each.observedGeneration}`))
    .join(', ');
}

const patches = (api: ApiServer) => api.requests.filter(({ method }) => method === 'PATCH');

async function until(what: () => unknown, expected: unknown): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (what() !== expected && performance.now() < deadline) await pause(10);
  assert.equal(what(), expected);
}

/** Nothing has been asked of the server for some time. */
async function calm(api: ApiServer): Promise<void> {
  for (let before = -1; before !== api.requests.length; await pause(150)) before = api.requests.length;
}

const SHOP: Ref = { kind: 'Gateway', name: 'shop' };
const WEB: Ref = { kind: 'HTTPRoute', name: 'web' };
const SERVED =
  'Accepted=True@1, Programmed=True@1, http Accepted=True@1, http ResolvedRefs=True@1, http Programmed=True@1';
const ATTACHED = 'shop Accepted=True@1, shop ResolvedRefs=True@1';

test('who starts again and finds nothing changed writes nothing', async t => {
  const api = await server(t);
  api.put(SERVICE);
  const port = await freePort();
  for (const name of ['shop', 'late']) api.put(gateway(name, { http: port }));
  for (let i = 0; i < 20; i++) api.put(route(`r${i}`, ['shop', 'late'], i % 3 === 0 ? 'missing' : 'web'));
  const first = await start(t, api);
  await until(() => api.list('HTTPRoute').every(({ status }) => status !== undefined), true);
  await calm(api);
  assert.equal(patches(api).length, 23, 'each status is right the first time');
  const told = first.events.filter(({ event }) => event === 'change');
  assert.deepEqual(told, [], 'a status of our own is no change');
  await first.stop();
  const before = JSON.stringify(api.list('HTTPRoute'));
  await start(t, api);
  await calm(api);
  assert.equal(patches(api).length, 23);
  assert.equal(JSON.stringify(api.list('HTTPRoute')), before);
});

test('statuses stay while what they are about can not be read, and go when it can be and is not there', async t => {
  const api = await server(t);
  api.put(SERVICE);
  api.put(gateway('shop', { http: await freePort() }));
  api.put(route('web', ['shop']));
  api.put(route('gone', ['shop']));
  const first = await start(t, api);
  await until(() => shown(api, WEB), ATTACHED);
  await until(() => shown(api, { kind: 'HTTPRoute', name: 'gone' }), ATTACHED);
  await first.stop();
  api.put(route('gone', ['elsewhere']));
  api.forbid('list', 'gateways');
  const second = await start(t, api);
  await calm(api);
  assert.equal(shown(api, WEB), ATTACHED);
  await second.stop();
  api.allow('list', 'gateways');
  await start(t, api);
  await until(() => shown(api, { kind: 'HTTPRoute', name: 'gone' }), '');
  assert.equal(shown(api, WEB), ATTACHED);
});

test('what an object went through is what its status says in the end', async t => {
  const api = await server(t);
  const port = await freePort();
  api.put(SERVICE);
  api.put(gateway('shop', { http: port }));
  api.put(route('web', ['shop', 'other']));
  await start(t, api, ['127.0.0.1', '127.0.0.2']);
  await until(() => shown(api, SHOP), SERVED);
  await until(() => shown(api, WEB), ATTACHED);

  api.put(gateway('other', { http: port }));
  await until(() => shown(api, WEB), `${ATTACHED}, ${ATTACHED.replaceAll('shop', 'other')}`);
  api.put(route('web', ['other']));
  await until(() => shown(api, WEB), ATTACHED.replaceAll('shop', 'other').replaceAll('@1', '@2'));

  api.delete(SHOP);
  api.put(gateway('shop', { http: port }));
  await until(() => shown(api, SHOP), SERVED);

  const more = await freePort();
  api.put(gateway('shop', { http: port, more }));
  await until(() => statusOf(api, SHOP).listeners?.length, 2);
  api.put(gateway('shop', { more }));
  await until(() => shown(api, SHOP), SERVED.replaceAll('http', 'more').replaceAll('@1', '@3'));
});

test('a Gateway that goes to another controller is left as it is, and served again when it comes back', async t => {
  const api = await server(t);
  const port = await freePort();
  api.put(gateway('shop', { http: port }));
  await start(t, api);
  await until(() => shown(api, SHOP), SERVED);
  const before = JSON.stringify(statusOf(api, SHOP));
  api.put(gateway('shop', { http: port }, { gatewayClassName: 'other' }));
  await assertRefused(port);
  await calm(api);
  assert.equal(JSON.stringify(statusOf(api, SHOP)), before);
  api.putStatus(SHOP, { addresses: [{ type: 'IPAddress', value: '192.0.2.1' }] });
  api.put(gateway('shop', { http: port }));
  await until(() => shown(api, SHOP), SERVED.replaceAll('@1', '@3'));
  assert.deepEqual(
    statusOf(api, SHOP).addresses?.map(({ value }) => value),
    ['127.0.0.1'],
  );
});

async function assertRefused(port: number): Promise<void> {
  const isRefused = () =>
    fetch(`http://127.0.0.1:${port}/`).then(
      () => false,
      () => true,
    );
  for (const deadline = performance.now() + 10_000; !(await isRefused()); await pause(10))
    assert.ok(performance.now() < deadline);
}

test('who waits for what the API server fails at says so until it has it', async t => {
  const api = await server(t);
  api.fault({ path: /\/gateways\?/ }, { kind: 'status', code: 500 });
  const { ready, events } = launch(t, api);
  const told = () =>
    events.flatMap(each =>
      each.event === 'problem' || each.event === 'solved' ? [[each.event, each.problem.code]] : [],
    );
  await until(() => told().length > 0, true);
  assert.deepEqual(told(), [['problem', 'Waiting']]);
  api.clearFaults();
  await ready;
  await until(() => told().some(([event, code]) => event === 'solved' && code === 'Waiting'), true);
});

test('an object that changes all the time does not hold up the others', async t => {
  const api = await server(t);
  api.put(SERVICE);
  api.put(gateway('shop', { http: await freePort() }));
  api.put(route('restless', ['shop']));
  await start(t, api);
  let turns = 0;
  const restless = setInterval(() => api.put(route('restless', ['shop'], `b${turns++}`)), 5);
  t.after(() => clearInterval(restless));
  await pause(300);
  for (let i = 0; i < 5; i++) api.put(route(`calm${i}`, ['shop']));
  const calmOnes = () => api.list('HTTPRoute').filter(({ metadata }) => metadata.name.startsWith('calm'));
  await until(() => calmOnes().filter(({ status }) => status !== undefined).length, 5);
  clearInterval(restless);
  const generation = api.get({ kind: 'HTTPRoute', name: 'restless' })?.metadata.generation;
  const expected = `shop Accepted=True@${generation}, shop ResolvedRefs=False@${generation}`;
  await until(() => shown(api, { kind: 'HTTPRoute', name: 'restless' }), expected);
});
