import { setTimeout as sleep } from 'node:timers/promises';
import { startBackend } from '../../../conformance/cluster/backends.ts';
import { service } from '../../../conformance/cluster/objects.ts';
import { served } from '../../../conformance/cluster/ready.ts';
import { processOf, proxyPods } from '../../../conformance/cluster/sluice.ts';
import type { Part } from '../parts.ts';
import { received, useOver } from '../usage.ts';
import { benchRoute, forEach, HTTP_ROUTE, hostOf, NAMESPACE, openGateway, type World } from '../world.ts';

const GATEWAY = 'front';
const BACKEND = 'scaled';
const LABELS = { bench: 'scale' };
const REST_SECONDS = 15;
const OVER_SECONDS = 30;
const CHANGES = 20;
/** Where proxies get their configuration from. */
const CONFIG_PORT = 18_000;

/** What many routes cost: memory and CPU at rest, and bytes on the wire for one change. */
export const scale: Part = {
  name: 'scale',
  async run(world) {
    const { cluster } = world;
    const count = world.scaled(5_000);
    await startBackend(cluster, NAMESPACE, BACKEND, 1);
    const address = await openGateway(world, GATEWAY);
    const began = Date.now();
    const ports = [{ name: 'http', port: 80, targetPort: 3_000 }];
    await forEach(count, 12, async i => {
      await cluster.create(service(NAMESPACE, `scale-${i}`, ports, { app: BACKEND }));
      await cluster.create(scaleRoute(i, 'one'));
    });
    world.say(`${count} routes and Services were made in ${((Date.now() - began) / 1_000).toFixed(0)} s`);
    const last = { address, host: hostOf(`scale-${count - 1}`) };
    const taken = await served(last, 'one', 60_000);
    if (taken === undefined) throw new Error('the last route is not served');
    world.row(`${count} routes: the last is served after`, taken, { unit: 'ms' });
    await sleep(REST_SECONDS * 1_000);
    await atRest(world);
    await wireBytes(world, address);
    await cluster.removeAll(HTTP_ROUTE, NAMESPACE, 'bench=scale');
    await forEach(count, 12, i =>
      cluster.remove({ apiVersion: 'v1', kind: 'Service', metadata: { namespace: NAMESPACE, name: `scale-${i}` } }),
    );
  },
};

const scaleRoute = (i: number, version: string) =>
  benchRoute(GATEWAY, `scale-${i}`, [`scale-${i}`, 80], { version, labels: LABELS });

async function atRest({ measured, row }: World): Promise<void> {
  const [controllers, proxies] = await Promise.all(
    [measured.controllers(), measured.proxies()].map(all => useOver(all, OVER_SECONDS)),
  );
  row('control plane: memory of the largest process', controllers!.mib, { unit: 'MiB', most: 400 });
  row('control plane: of that, its own', controllers!.own, { unit: 'MiB' });
  row('control plane: CPU at rest, all processes', controllers!.cores, { unit: 'core', most: 0.02 });
  row('data plane: memory of the largest process', proxies!.mib, { unit: 'MiB', most: 120 });
  row('data plane: of that, its own', proxies!.own, { unit: 'MiB' });
  row('data plane: CPU at rest, all processes', proxies!.cores, { unit: 'core' });
}

/** What a proxy gets for one changed route, over what it gets when nothing changes. */
async function wireBytes(world: World, address: string): Promise<void> {
  const [pod] = await proxyPods(world.cluster, NAMESPACE, GATEWAY);
  if (pod === undefined) return world.say('bytes on the wire: these are not our proxies');
  const proxy = processOf(pod.metadata.name);
  const idle = await during(proxy.pid, () => sleep(CHANGES * 250));
  const busy = await during(proxy.pid, async () => {
    for (let i = 0; i < CHANGES; i++) {
      await world.cluster.apply(scaleRoute(i, 'two'));
      await sleep(200);
      await served({ address, host: hostOf(`scale-${i}`) }, 'two');
    }
  });
  if (busy.bytes === 0) throw new Error(`no connection of the proxy to port ${CONFIG_PORT} was seen`);
  const perSecond = idle.bytes / idle.seconds;
  const bytes = (busy.bytes - perSecond * busy.seconds) / CHANGES;
  world.row('bytes on the wire for one changed route', bytes, { unit: 'B', most: 4_096 });
  world.row('bytes on the wire a second when nothing changes', perSecond, { unit: 'B' });
}

async function during(pid: number, work: () => Promise<unknown>): Promise<{ bytes: number; seconds: number }> {
  const before = received(pid, CONFIG_PORT);
  const begin = Date.now();
  await work();
  return { bytes: received(pid, CONFIG_PORT) - before, seconds: (Date.now() - begin) / 1_000 };
}
