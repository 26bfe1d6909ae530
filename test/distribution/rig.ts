import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type ControllerEvent, createDistributingController } from '../../src/controller/index.ts';
import type { Delta, Unit } from '../../src/ir/index.ts';
import { createApiClient } from '../../src/kubernetes/index.ts';
import { createSubscription, type Outcome, type SubscriptionState } from '../../src/stream/index.ts';
import { type ApiServer, type Ref, startApiServer } from '../api-server/index.ts';
import { until } from '../until.ts';

export const GROUP = 'gateway.networking.k8s.io/v1';
const NAME = 'sluice.dev/gateway-controller';
/** A Lease counts in whole seconds; who gives it away makes nobody wait. */
const QUICK = { duration: 2_000, renewDeadline: 1_000, retryPeriod: 20 };
export const CONTENT: Outcome = { failures: [], rejections: [] };

export interface Cluster {
  readonly api: ApiServer;
  controller(identity: string, options?: Times): Promise<RunningController>;
  /** One whose pod belongs to the data plane of a Gateway of namespace default. */
  proxy(gateway: string, pod: string, controller: RunningController, options?: ProxyOptions): TestProxy;
}

/** In ms. */
interface Times {
  readonly silentAfter?: number;
  readonly gathering?: number;
}

export interface RunningController {
  readonly address: string;
  readonly events: readonly ControllerEvent[];
  /** The first configuration is there. */
  readonly started: Promise<void>;
  /** Of its health endpoint. */
  readonly readiness: () => Promise<number>;
  /** Resolves when it has nothing to write for data planes. */
  provisioned(): Promise<void>;
  /** Resolves when so many proxies of a Gateway have acknowledged something: from then on all of them are waited for. */
  synced(gateway: string, count: number): Promise<void>;
  stop(): Promise<void>;
}

export interface ProxyOptions {
  /** Default: it can do everything, at once. */
  readonly apply?: (delta: Delta) => Promise<Outcome>;
  /** Default: that of the Gateway alone. */
  readonly plane?: string;
}

/** What a proxy is to the controller, without a data plane. */
export interface TestProxy {
  readonly units: ReadonlyMap<string, Unit>;
  /** What came, in order. */
  readonly deltas: readonly Delta[];
  readonly states: readonly SubscriptionState[];
  has(name: string): boolean;
  leave(): void;
  close(): void;
}

/** An API server with a class of ours; the controllers and proxies of the test stand beside it, and speak TLS to each other. */
export async function startCluster(t: TestContext): Promise<Cluster> {
  const api = await startApiServer();
  t.after(() => api.close());
  api.put(gatewayClass());
  return {
    api,
    controller: (identity, options) => startController(t, api, identity, options),
    proxy: (gateway, pod, controller, options) => startProxy(t, api, { gateway, pod, controller }, options),
  };
}

async function startController(
  t: TestContext,
  api: ApiServer,
  identity: string,
  times: Times = {},
): Promise<RunningController> {
  const client = createApiClient({ credentials: { server: api.url } });
  const events: ControllerEvent[] = [];
  const [port, healthPort] = [await freePort(), await freePort()];
  const ask = (page: string) => fetch(`http://127.0.0.1:${healthPort}/${page}`);
  const measures = async (line: string) => (await (await ask('metrics')).text()).includes(line);
  const address = `127.0.0.1:${port}`;
  const controller = createDistributingController({
    client,
    controllerName: NAME,
    lease: { namespace: 'default', name: 'sluice', identity, address, times: QUICK },
    namespace: 'default',
    listen: { host: '127.0.0.1', port },
    address,
    image: 'sluice/sluice:test',
    health: { host: '127.0.0.1', port: healthPort },
    onEvent: event => void events.push(event),
    times: { gathering: 500, ...times },
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
  const started = controller.start();
  started.catch(() => {});
  return {
    address,
    events,
    started,
    readiness: () => ask('readyz').then(({ status }) => status),
    async synced(name, count) {
      const line = `sluice_config_proxies{data_plane="default/${name}-sluice",state="synced"} ${count}\n`;
      await until(`${count} proxies of ${name} are synced`, () => measures(line));
    },
    provisioned: () => until('data planes are as they should be', () => measures('\nsluice_provision_pending 0\n')),
    stop,
  };
}

interface Pod {
  readonly gateway: string;
  readonly pod: string;
  readonly controller: RunningController;
}

function startProxy(
  t: TestContext,
  api: ApiServer,
  { gateway, pod, controller }: Pod,
  { apply = async () => CONTENT, plane = `${gateway}-sluice` }: ProxyOptions = {},
): TestProxy {
  const token = `the token of ${pod}`;
  const username = `system:serviceaccount:default:${plane}`;
  api.tokenOwners.set(token, { username, audiences: ['sluice.dev/config'], pod });
  const units = new Map<string, Unit>();
  const deltas: Delta[] = [];
  const states: SubscriptionState[] = [];
  const subscription = createSubscription({
    controller: controller.address,
    token: async () => token,
    authorities: async () => caOf(api, plane),
    facts: { name: `default/${pod}`, version: '0.0.1', hostAddresses: ['192.0.2.9'], podAddresses: [] },
    known: () => [...units.values()],
    apply(delta) {
      deltas.push(delta);
      for (const unit of delta.upserts) units.set(`${unit.kind} ${unit.name}`, unit);
      for (const { kind, name } of delta.removals) units.delete(`${kind} ${name}`);
      return apply(delta);
    },
    onState: state => void states.push(state),
    pauses: { first: 5, most: 40 },
  });
  t.after(subscription.close);
  subscription.start();
  void getReady(t, api, plane);
  return {
    units,
    deltas,
    states,
    has: name => units.has(name),
    leave: subscription.leaving,
    close: subscription.close,
  };
}

/** As kubelets tell of the pods of a data plane, as soon as it has been made. */
export async function getReady(t: TestContext, api: ApiServer, plane: string): Promise<void> {
  const deployment: Ref = { kind: 'Deployment', name: plane };
  while (!t.signal.aborted && api.get(deployment) === undefined) await pause(5);
  if (!t.signal.aborted) api.putStatus(deployment, { replicas: 1, readyReplicas: 1, availableReplicas: 1 });
}

/** What is made for proxies lets them know the controller. */
export function caOf(api: ApiServer, plane: string): string {
  const data = Object(api.get({ kind: 'ConfigMap', name: plane })).data;
  return String(Object(data)['ca.crt']);
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => probe.once('listening', resolve));
  const { port } = Object(probe.address()) as { readonly port: number };
  await new Promise(resolve => probe.close(resolve));
  return port;
}

export function gatewayClass(spec: object = {}) {
  const metadata = { name: 'sluice' };
  return { apiVersion: GROUP, kind: 'GatewayClass', metadata, spec: { controllerName: NAME, ...spec } };
}

export function gateway(
  name: string,
  listeners: readonly object[] = [{ name: 'http', port: 80, protocol: 'HTTP' }],
  more: object = {},
) {
  const metadata = { name, namespace: 'default' };
  return { apiVersion: GROUP, kind: 'Gateway', metadata, spec: { gatewayClassName: 'sluice', listeners, ...more } };
}

export function route(name: string, parent: string, path = '/new') {
  const requestRedirect = { path: { type: 'ReplaceFullPath', replaceFullPath: path } };
  const rules = [{ filters: [{ type: 'RequestRedirect', requestRedirect }] }];
  const spec = { parentRefs: [{ name: parent }], rules };
  return { apiVersion: GROUP, kind: 'HTTPRoute', metadata: { name, namespace: 'default' }, spec };
}

/** As a cloud gives the Service of a data plane its address. */
export async function giveAddress(api: ApiServer, gatewayName: string, ip = '192.0.2.1'): Promise<void> {
  const service: Ref = { kind: 'Service', name: `${gatewayName}-sluice` };
  await until(`there is a Service for ${gatewayName}`, () => api.get(service) !== undefined);
  api.putStatus(service, { loadBalancer: { ingress: [{ ip }] } });
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number;
}

/** Of a Gateway; of a route's first parent; of a section, where one is named. */
export function condition(api: ApiServer, ref: Ref, type: string, section?: string): Condition | undefined {
  const { conditions, parents, listeners } = Object(api.get(ref)?.status) as {
    readonly conditions?: readonly Condition[];
    readonly parents?: readonly { readonly conditions: readonly Condition[] }[];
    readonly listeners?: readonly { readonly name: string; readonly conditions: readonly Condition[] }[];
  };
  const found = section === undefined ? (conditions ?? parents?.[0]?.conditions) : undefined;
  const all = found ?? listeners?.find(({ name }) => name === section)?.conditions ?? [];
  return all.find(each => each.type === type);
}

/** `True Programmed@1`. */
export function shown(api: ApiServer, ref: Ref, type: string, section?: string): string {
  const found = condition(api, ref, type, section);
  return found ? `${found.status} ${found.reason}@${found.observedGeneration}` : 'absent';
}

export async function becomes(look: () => string, expected: string): Promise<void> {
  for (const end = performance.now() + 20_000; look() !== expected && performance.now() < end; ) await pause(5);
  assert.equal(look(), expected);
}
