import { startBackend } from '../../../conformance/cluster/backends.ts';
import { lossOf, startLoad } from '../../../conformance/cluster/load.ts';
import { restart, served } from '../../../conformance/cluster/ready.ts';
import type { Part } from '../parts.ts';
import { benchRoute, hostOf, NAMESPACE, openGateway } from '../world.ts';

const GATEWAY = 'front';
const BACKEND = 'rolled';

/** Rolling updates of a backend under load. */
export const rollout: Part = {
  name: 'rollout',
  async run(world) {
    const count = world.scaled(20);
    await startBackend(world.cluster, NAMESPACE, BACKEND, 3);
    const address = await openGateway(world, GATEWAY);
    await world.cluster.apply(benchRoute(GATEWAY, 'rolled', [BACKEND, 80]));
    const target = { address, host: hostOf('rolled') };
    if ((await served(target)) === undefined) throw new Error('the route is not served');
    const load = startLoad({ target, clients: 8, pause: 10 });
    let done = 0;
    for (; done < count && !world.late(); done++) await restart(world.cluster, NAMESPACE, BACKEND);
    const result = await load.stop();
    world.row(`failed requests over ${done} rolling updates of three pods`, result.failed.length, { most: 0 });
    world.say(`failed: ${lossOf(result)}; slowest answer ${result.slowest} ms`);
    if (result.byBackend.size < done) throw new Error(`only ${result.byBackend.size} pods answered: nothing rolled`);
  },
};
