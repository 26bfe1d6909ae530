import { setTimeout as sleep } from 'node:timers/promises';
import { makeFakePods, removeFakePods } from '../fake-pods.ts';
import type { Part } from '../parts.ts';
import { benchRoute, forEach, HTTP_ROUTE, NAMESPACE, openGateway, type World } from '../world.ts';
import { probe, tellTimes } from './propagation.ts';

const GATEWAY = 'front';
const LABELS = { bench: 'churned' };
const ROUTES = 100;
const WARM_UP_MS = 3_000;
/** Changes a second, and the mean that must be reached at that rate. */
const RATES: readonly (readonly [perSecond: number, mean: number | undefined])[] = [
  [20, 20],
  [100, undefined],
];

/** Propagation while pods behind other routes come and go. */
export const churn: Part = {
  name: 'churn',
  async run(world) {
    const { cluster } = world;
    await openGateway(world, GATEWAY);
    const count = world.scaled(5_000);
    world.say(`${count} pods that nobody runs, each Service of a hundred behind a route`);
    const pods = await makeFakePods(cluster, count);
    await forEach(pods.services.length, 4, i =>
      cluster.create(benchRoute(GATEWAY, `churned-${i}`, [pods.services[i]!, 80], { labels: LABELS })),
    );
    for (const [perSecond, mean] of RATES) await underChurn(world, pods, perSecond, mean);
    await cluster.removeAll(HTTP_ROUTE, NAMESPACE, 'bench=churned');
    await removeFakePods(cluster, pods);
  },
};

async function underChurn(
  world: World,
  pods: Awaited<ReturnType<typeof makeFakePods>>,
  perSecond: number,
  mean: number | undefined,
): Promise<void> {
  const name = `under-${perSecond}`;
  const changing = pods.churn(perSecond);
  await sleep(WARM_UP_MS);
  const times = await probe(world, name, ROUTES);
  const reached = await changing.stop();
  world.row(`changes a second that were made, of ${perSecond}`, reached.perSecond);
  tellTimes(world, `${ROUTES} routes, ${perSecond} changes a second`, times, mean === undefined ? {} : { mean });
  await world.cluster.removeAll(HTTP_ROUTE, NAMESPACE, `bench=${name}`);
}
