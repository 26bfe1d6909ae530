import { setTimeout as sleep } from 'node:timers/promises';
import { CONTROL_PORT, startBackend } from '../../../conformance/cluster/backends.ts';
import { ask, lossOf, startLoad } from '../../../conformance/cluster/load.ts';
import { served } from '../../../conformance/cluster/ready.ts';
import type { Part } from '../parts.ts';
import { benchRoute, hostOf, NAMESPACE, openGateway, type World } from '../world.ts';

const GATEWAY = 'front';
const BACKEND = 'flapping';
const ROUNDS = 5;
const HALF_ROUND_MS = 6_000;

/** One of four backends refuses connections half of the time, and nobody tells Kubernetes. */
export const failover: Part = {
  name: 'failover',
  async run(world) {
    await startBackend(world.cluster, NAMESPACE, BACKEND, 4);
    const address = await openGateway(world, GATEWAY);
    await world.cluster.apply(benchRoute(GATEWAY, BACKEND, [BACKEND, 80]));
    const target = { address, host: hostOf(BACKEND) };
    if ((await served(target)) === undefined) throw new Error('the route is not served');
    const [flapping] = await podsOf(world);
    if (flapping === undefined) throw new Error('the backend has no pod');
    const load = startLoad({ target, clients: 8, pause: 5 });
    for (let round = 0; round < ROUNDS && !world.late(); round++) {
      await tell(flapping.ip, '/down');
      await sleep(HALF_ROUND_MS);
      await tell(flapping.ip, '/up');
      await sleep(HALF_ROUND_MS);
    }
    const result = await load.stop();
    world.row('failed requests while one of four flaps', result.failed.length);
    world.row('answers of the one that flaps', result.byBackend.get(flapping.name) ?? 0);
    world.row('answers of all', result.sent);
    world.say(`failed: ${lossOf(result)}; slowest answer ${result.slowest} ms`);
  },
};

interface PodAddress {
  readonly name: string;
  readonly ip: string;
}

async function podsOf({ cluster }: World): Promise<readonly PodAddress[]> {
  const pods = await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, NAMESPACE, `app=${BACKEND}`);
  return pods.map(({ metadata: { name }, status }) => ({ name, ip: (status as { podIP: string }).podIP }));
}

async function tell(address: string, path: string): Promise<void> {
  const { status, error } = await ask({ address, port: CONTROL_PORT, host: address, path });
  if (status !== 200) throw new Error(`the backend does not take ${path}: ${status} ${error ?? ''}`);
}
