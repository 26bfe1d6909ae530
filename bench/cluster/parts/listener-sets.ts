import { setTimeout as sleep } from 'node:timers/promises';
import { startBackend } from '../../../conformance/cluster/backends.ts';
import { GATEWAY_API, type KubeObject } from '../../../conformance/cluster/objects.ts';
import { served, statusOf } from '../../../conformance/cluster/ready.ts';
import { until } from '../../../conformance/faults/until.ts';
import type { Part } from '../parts.ts';
import { useOver } from '../usage.ts';
import { benchRoute, closeGateway, forEach, HTTP_ROUTE, NAMESPACE, openGateway, type World } from '../world.ts';

const GATEWAY = 'sets';
const BACKEND = 'of-sets';
const LABELS = { bench: 'sets' };
const SET = { apiVersion: GATEWAY_API, kind: 'ListenerSet' } as const;
const ROUTES_EACH = 16;

/** Sets of one listener each at one Gateway, with routes of their own; a quarter of 2,500 unless more is asked for. */
export const listenerSets: Part = {
  name: 'listenersets',
  async run(world) {
    const { cluster } = world;
    const count = world.scaled(625);
    await startBackend(cluster, NAMESPACE, BACKEND, 1);
    const address = await openGateway(world, GATEWAY, { allowSets: true });
    let made = 0;
    await forEach(count, 8, async i => {
      if (world.late()) return;
      await cluster.create(listenerSet(i));
      for (let k = 0; k < ROUTES_EACH; k++) await cluster.create(routeOf(i, k));
      made++;
    });
    world.say(`${made} of ${count} sets with ${ROUTES_EACH} routes each were made`);
    const begin = Date.now();
    const last = { ...SET, metadata: { namespace: NAMESPACE, name: `set-${made - 1}` } };
    const right = await until(async () => attachedTo(await cluster.read(last)) === ROUTES_EACH, 120_000);
    world.row(`${made} × ${ROUTES_EACH} routes: the last set is right after`, (Date.now() - begin) / 1_000, {
      unit: 's',
    });
    const target = { address, host: hostAt(made - 1), path: `/${ROUTES_EACH - 1}` };
    const ok = right && (await served(target)) !== undefined;
    world.row('sets with wrong counts or unserved', (await wrongSets(world, made)) + (ok ? 0 : 1), { most: 0 });
    await sleep(10_000);
    const [controllers, proxies] = [world.measured.controllers(), world.measured.proxies()];
    world.row('control plane: memory of the largest process', (await useOver(controllers, 1)).mib, { unit: 'MiB' });
    world.row('data plane: memory of the largest process', (await useOver(proxies, 1)).mib, { unit: 'MiB' });
    await cluster.removeAll(HTTP_ROUTE, NAMESPACE, 'bench=sets');
    await cluster.removeAll(SET, NAMESPACE, 'bench=sets');
    await closeGateway(world, GATEWAY);
  },
};

const hostAt = (i: number) => `set-${i}.example.com`;

function listenerSet(i: number): KubeObject {
  const listeners = [{ name: 'http', port: 80, protocol: 'HTTP', hostname: hostAt(i) }];
  const metadata = { name: `set-${i}`, namespace: NAMESPACE, labels: LABELS };
  return { ...SET, metadata, spec: { parentRef: { name: GATEWAY }, listeners } };
}

function routeOf(i: number, k: number): KubeObject {
  const parent = { kind: 'ListenerSet', namespace: NAMESPACE, name: `set-${i}` };
  const made = benchRoute(GATEWAY, `set-${i}-${k}`, [BACKEND, 80], { parent, host: hostAt(i), labels: LABELS });
  const [rule] = (made.spec as { rules: object[] }).rules;
  const matches = [{ path: { type: 'PathPrefix', value: `/${k}` } }];
  return { ...made, spec: { ...(made.spec as object), rules: [{ ...rule, matches }] } };
}

const attachedTo = (set: KubeObject | undefined) => statusOf(set).listeners?.[0]?.attachedRoutes;

async function wrongSets({ cluster }: World, made: number): Promise<number> {
  const sets = await cluster.list(SET, NAMESPACE, 'bench=sets');
  return made - sets.filter(set => attachedTo(set) === ROUTES_EACH).length;
}
