import { setTimeout as sleep } from 'node:timers/promises';
import { startBackend } from '../../../conformance/cluster/backends.ts';
import { lossOf, startLoad } from '../../../conformance/cluster/load.ts';
import { served } from '../../../conformance/cluster/ready.ts';
import type { Part } from '../parts.ts';
import { benchRoute, hostOf, NAMESPACE, openGateway } from '../world.ts';

const GATEWAY = 'front';
const EVERY_MS = 200;

/** A route goes from one backend, port and filter to another and back, under load. */
export const swap: Part = {
  name: 'swap',
  async run(world) {
    const count = world.scaled(200);
    await startBackend(world.cluster, NAMESPACE, 'left', 1);
    await startBackend(world.cluster, NAMESPACE, 'right', 1);
    const address = await openGateway(world, GATEWAY);
    const apply = (i: number) => {
      const backend = i % 2 === 0 ? (['left', 80] as const) : (['right', 8_080] as const);
      return world.cluster.apply(benchRoute(GATEWAY, 'swapped', backend, { version: `${i}` }));
    };
    await apply(0);
    const target = { address, host: hostOf('swapped') };
    if ((await served(target)) === undefined) throw new Error('the route is not served');
    const load = startLoad({ target, clients: 8, pause: 5 });
    for (let i = 1; i <= count && !world.late(); i++) {
      await apply(i);
      await sleep(EVERY_MS);
    }
    const result = await load.stop();
    world.row(`failed requests over ${count} swaps`, result.failed.length, { most: 0 });
    world.say(`failed: ${lossOf(result)}; slowest answer ${result.slowest} ms`);
    const shares = ['left', 'right'].map(name => [...result.byBackend].filter(([pod]) => pod.startsWith(name)).length);
    if (shares.includes(0)) throw new Error('not both backends were asked: nothing was swapped');
  },
};
