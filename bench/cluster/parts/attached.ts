import { GATEWAY_API, service } from '../../../conformance/cluster/objects.ts';
import { statusOf } from '../../../conformance/cluster/ready.ts';
import { until } from '../../../conformance/faults/until.ts';
import type { Part } from '../parts.ts';
import { watch } from '../watch.ts';
import { benchRoute, closeGateway, forEach, HTTP_ROUTE, NAMESPACE, openGateway } from '../world.ts';

const GATEWAY = 'attached';
const LABELS = { bench: 'attached' };

/** Routes come and go; the Gateway says how many are attached. */
export const attached: Part = {
  name: 'attached',
  async run(world) {
    const { cluster } = world;
    const count = world.scaled(1_000);
    await openGateway(world, GATEWAY);
    const path = `/apis/${GATEWAY_API}/namespaces/${NAMESPACE}/gateways`;
    const seen: number[] = [];
    const following = watch(cluster.client, `${path}?fieldSelector=metadata.name=${GATEWAY}`, event => {
      const { attachedRoutes } = statusOf(event.object).listeners?.[0] ?? {};
      if (attachedRoutes !== undefined) seen.push(attachedRoutes);
    });
    const reaches = (wanted: number) => until(() => seen.at(-1) === wanted, 120_000);
    try {
      await forEach(count, 8, async i => {
        await cluster.create(service(NAMESPACE, `attached-${i}`, [{ name: 'http', port: 80, targetPort: 80 }]));
        await cluster.create(benchRoute(GATEWAY, `attached-${i}`, [`attached-${i}`, 80], { labels: LABELS }));
      });
      const created = Date.now();
      const right = await reaches(count);
      world.row(`${count} routes: count is right after the last`, (Date.now() - created) / 1_000, { unit: 's' });
      world.row('status writes meanwhile', seen.length);
      const setUp = seen.length;
      await forEach(count, 8, i =>
        cluster.remove({ ...HTTP_ROUTE, metadata: { namespace: NAMESPACE, name: `attached-${i}` } }),
      );
      const deleted = Date.now();
      const none = await reaches(0);
      world.row('all deleted: count is 0 after the last', (Date.now() - deleted) / 1_000, { unit: 's' });
      world.row('status writes meanwhile, deleting', seen.length - setUp);
      const wrong = seen.filter((n, i) => n > count || n < 0 || (i > 0 && i < setUp && n < seen[i - 1]!)).length;
      world.row('wrong counts', wrong + (right ? 0 : 1) + (none ? 0 : 1), { most: 0 });
    } finally {
      following.stop();
    }
    await forEach(count, 8, i =>
      cluster.remove({ apiVersion: 'v1', kind: 'Service', metadata: { namespace: NAMESPACE, name: `attached-${i}` } }),
    );
    await closeGateway(world, GATEWAY);
  },
};
