import { setTimeout as sleep } from 'node:timers/promises';
import { startBackend } from '../../../conformance/cluster/backends.ts';
import { type LoadResult, lossOf, startLoad } from '../../../conformance/cluster/load.ts';
import { restart, rolledOut, served } from '../../../conformance/cluster/ready.ts';
import { leader, newLeader, processOf, proxyDeployment, proxyPods } from '../../../conformance/cluster/sluice.ts';
import { findEtcd } from '../../../conformance/faults/control-plane.ts';
import { NAMESPACE as SYSTEM } from '../../../conformance/install.ts';
import type { Part } from '../parts.ts';
import { benchRoute, hostOf, NAMESPACE, openGateway, type World } from '../world.ts';

const GATEWAY = 'faulty';
const BACKEND = 'behind-faults';
const CLIENTS = 8;
const GONE_SECONDS = 60;
const ETCD_GONE_SECONDS = 5;

interface Fault {
  readonly name: string;
  /** Requests that may fail: those in flight on a proxy that gets no time to end. */
  readonly mayLose: number;
  /** Nobody could tell Kubernetes before: connections that are refused until it knows are counted apart. */
  readonly unannounced?: boolean;
  readonly happen: (world: World) => Promise<void>;
}

const pod = (namespace: string, name: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name } });

/** Those of the API server come last: afterwards kube-proxy and others wait for up to half a minute before they look again. */
const FAULTS: readonly Fault[] = [
  { name: 'proxy pod deleted', mayLose: 0, happen: deleteProxy },
  { name: 'proxies rolled', mayLose: 0, happen: rollProxies },
  { name: 'proxy killed', mayLose: CLIENTS, unannounced: true, happen: killProxy },
  { name: 'controller killed', mayLose: 0, happen: killLeader },
  { name: 'leader moved', mayLose: 0, happen: moveLeader },
  { name: 'etcd restarted', mayLose: 0, happen: restartEtcd },
  { name: `API server gone for ${GONE_SECONDS} s`, mayLose: 0, happen: withoutApiServer },
];

/** What surrounds a data plane of two proxies fails, under load; then a change must arrive. */
export const faults: Part = {
  name: 'faults',
  seconds: 600,
  async run(world) {
    const { cluster } = world;
    const metadata = { name: 'two', namespace: NAMESPACE };
    await cluster.apply({ apiVersion: 'sluice.dev/v1alpha1', kind: 'SluiceProxy', metadata, spec: { replicas: 2 } });
    await startBackend(cluster, NAMESPACE, BACKEND, 2);
    const address = await openGateway(world, GATEWAY, { parameters: 'two' });
    await bothProxies(world);
    for (const [i, fault] of FAULTS.entries()) {
      if (world.late()) return world.say(`left out, for time is over: ${fault.name}`);
      world.say(fault.name);
      await play(world, address, fault, `${i}`);
    }
  },
};

async function play(world: World, address: string, fault: Fault, version: string): Promise<void> {
  const { name, happen } = fault;
  const target = { address, host: hostOf('faulty') };
  const change = (to: string) => world.cluster.apply(benchRoute(GATEWAY, 'faulty', [BACKEND, 80], { version: to }));
  await change(`before-${version}`);
  if ((await served(target, `before-${version}`)) === undefined)
    throw new Error(`${name}: nothing is served before it`);
  const load = startLoad({ target, clients: CLIENTS, pause: 10 });
  let trouble: unknown;
  await happen(world).catch(error => {
    trouble = error;
  });
  await sleep(2_000);
  const result = await load.stop();
  tellLoss(world, fault, result);
  if (trouble !== undefined) throw trouble;
  await change(`after-${version}`);
  const taken = await served(target, `after-${version}`, 60_000);
  world.row(`${name}: a change afterwards is served`, taken ?? 'never', { unit: 'ms', most: 60_000 });
}

function tellLoss(world: World, { name, mayLose, unannounced }: Fault, result: LoadResult): void {
  const refused = unannounced ? result.failed.filter(({ error }) => error?.includes('ECONNREFUSED')) : [];
  world.row(`${name}: requests lost`, result.failed.length - refused.length, { most: mayLose });
  if (unannounced) world.row(`${name}: connections refused until Kubernetes knew`, refused.length);
  world.say(`failed: ${lossOf(result)}; slowest answer ${result.slowest} ms`);
}

async function leaderOf({ cluster }: World): Promise<string> {
  const name = await leader(cluster);
  if (name === undefined) throw new Error('nobody leads');
  return name;
}

async function killLeader(world: World): Promise<void> {
  const name = await leaderOf(world);
  process.kill(processOf(name).pid, 'SIGKILL');
  await sleep(20_000);
  world.say(`${name} was killed; ${await leader(world.cluster)} leads`);
}

async function moveLeader(world: World): Promise<void> {
  const name = await leaderOf(world);
  await world.cluster.remove(pod(SYSTEM, name));
  const taken = await newLeader(world.cluster, name);
  if (taken === undefined) throw new Error('nobody else leads after a minute');
  world.row('leader moved: another leads after', taken, { unit: 'ms' });
}

async function withoutApiServer({ apiServer }: World): Promise<void> {
  await apiServer.kill();
  await sleep(GONE_SECONDS * 1_000);
  await apiServer.start();
}

async function restartEtcd(): Promise<void> {
  const etcd = findEtcd();
  await etcd.kill();
  await sleep(ETCD_GONE_SECONDS * 1_000);
  await etcd.start();
  await sleep(5_000);
}

async function firstProxy({ cluster }: World): Promise<string> {
  const [first] = await proxyPods(cluster, NAMESPACE, GATEWAY);
  if (first === undefined) throw new Error('the Gateway has no proxy');
  return first.metadata.name;
}

async function bothProxies({ cluster }: World): Promise<void> {
  await rolledOut(cluster, NAMESPACE, await proxyDeployment(cluster, NAMESPACE, GATEWAY));
}

async function deleteProxy(world: World): Promise<void> {
  await world.cluster.remove(pod(NAMESPACE, await firstProxy(world)));
  await sleep(6_000);
  await bothProxies(world);
}

async function rollProxies({ cluster }: World): Promise<void> {
  await restart(cluster, NAMESPACE, await proxyDeployment(cluster, NAMESPACE, GATEWAY));
  await sleep(6_000);
}

async function killProxy(world: World): Promise<void> {
  process.kill(processOf(await firstProxy(world)).pid, 'SIGKILL');
  await sleep(5_000);
  await bothProxies(world);
}
