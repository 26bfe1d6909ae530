/** Runs inside the harness, where an old version is installed: upgrades controllers, then proxies, then takes the controllers back. */
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { adminClient } from '../api-server.ts';
import { startBackend } from '../cluster/backends.ts';
import { openCluster } from '../cluster/cluster.ts';
import { lossOf, startLoad } from '../cluster/load.ts';
import { GATEWAY_API, gateway, namespace, route } from '../cluster/objects.ts';
import { ofPod } from '../cluster/processes.ts';
import { programmed, rolledOut, served } from '../cluster/ready.ts';
import { proxyDeployment, proxyPods } from '../cluster/sluice.ts';
import { CHECKOUT } from '../harness.ts';
import { CONTROLLER, installCommand, NAMESPACE as SYSTEM } from '../install.ts';
import { NEW_TAG, OLD_TAG } from './upgrade-tags.ts';

const [, , old = ''] = process.argv;
const NAMESPACE = 'upgrade';
const GATEWAY = 'front';
const client = adminClient(process.env.KUBECONFIG!);
const cluster = openCluster(client);
const host = 'upgrade.example.com';
let misses = 0;

function must(holds: boolean, text: string): void {
  if (!holds) misses++;
  process.stdout.write(`    ${holds ? '' : 'MISS: '}${text}\n`);
}

const image = (tag: string) => `sluice/sluice:${tag}`;

const PINNED = { name: 'pinned', namespace: NAMESPACE };

function proxiesOf(tag: string): Promise<unknown> {
  const spec = { replicas: 2, image: image(tag) };
  return cluster.apply({ apiVersion: 'sluice.dev/v1alpha1', kind: 'SluiceProxy', metadata: PINNED, spec });
}

/** Which image proxies have is for a class to say. */
function pinnedClass(): Promise<unknown> {
  const parametersRef = { group: 'sluice.dev', kind: 'SluiceProxy', ...PINNED };
  const spec = { controllerName: process.env.CONF_CONTROLLER_NAME!, parametersRef };
  return cluster.apply({ apiVersion: GATEWAY_API, kind: 'GatewayClass', metadata: { name: PINNED.name }, spec });
}

async function controllersOf(tag: string, checkout: string): Promise<void> {
  const ended = spawnSync('sh', ['-c', installCommand(['--image', image(tag)], checkout)], { encoding: 'utf8' });
  if (ended.status !== 0) throw new Error(`install: ${ended.stderr.slice(0, 500)}`);
  await rolledOut(cluster, SYSTEM, CONTROLLER);
}

async function rollProxies(tag: string): Promise<void> {
  await proxiesOf(tag);
  await sleep(3_000);
  await rolledOut(cluster, NAMESPACE, await proxyDeployment(cluster, NAMESPACE, GATEWAY));
}

function changed(version: string): Promise<unknown> {
  const parent = { namespace: NAMESPACE, name: GATEWAY };
  return cluster.apply(route({ name: 'r', namespace: NAMESPACE, parent, host, backend: ['shop', 80], version }));
}

/** From where the programs of the proxies' pods run. */
async function proxyPrograms(): Promise<string> {
  const pods = await proxyPods(cluster, NAMESPACE, GATEWAY);
  const words = pods.flatMap(({ metadata }) => ofPod(metadata.name).flatMap(one => one.words));
  const mains = words.filter(word => word.endsWith('/cli/main.ts') || word.endsWith('/cli/main.js'));
  return [...new Set(mains.map(main => (main.startsWith(old) ? OLD_TAG : NEW_TAG)))].join(' and ');
}

async function step(address: string, what: string, proxies: string, work: () => Promise<void>): Promise<void> {
  process.stdout.write(`\n${what}\n`);
  const target = { address, host };
  const load = startLoad({ target, clients: 8, pause: 10 });
  await work().catch((error: Error) => must(false, error.message));
  await changed(what);
  const taken = await served(target, what, 60_000);
  const result = await load.stop();
  must(taken !== undefined, `a change afterwards is served after ${taken} ms`);
  must((await proxyPrograms()) === proxies, `the proxies are ${await proxyPrograms()}`);
  must(result.failed.length === 0, `requests lost: ${lossOf(result)}`);
}

await cluster.apply(namespace(NAMESPACE));
await proxiesOf(OLD_TAG);
await startBackend(cluster, NAMESPACE, 'shop', 2);
await pinnedClass();
await cluster.apply(gateway({ name: GATEWAY, namespace: NAMESPACE, className: PINNED.name }));
await changed('begin');
const address = await programmed(cluster, NAMESPACE, GATEWAY);
must((await served({ address, host }, 'begin')) !== undefined, 'old controllers and old proxies serve');
await step(address, 'new controllers, old proxies', OLD_TAG, () => controllersOf(NEW_TAG, CHECKOUT));
await step(address, 'new controllers, new proxies', NEW_TAG, () => rollProxies(NEW_TAG));
await step(address, 'old controllers, new proxies', NEW_TAG, () => controllersOf(OLD_TAG, old));
client.close();
process.stdout.write(misses === 0 ? '\nas it should be\n' : `\n${misses} misses\n`);
process.exit(misses === 0 ? 0 : 1);
