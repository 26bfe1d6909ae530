import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBackend } from '../../../conformance/cluster/backends.ts';
import { ask } from '../../../conformance/cluster/load.ts';
import { until } from '../../../conformance/faults/until.ts';
import type { Part } from '../parts.ts';
import { benchRoute, HTTP_ROUTE, hostOf, NAMESPACE, openGateway, type World } from '../world.ts';

const GATEWAY = 'front';
const BACKEND = 'probed';
const EVERY_MS = 5;
const PATIENCE_MS = 20_000;

/** How long routes took to be served, counted from when the API server had taken each. */
export interface Times {
  readonly ms: readonly number[];
  /** Answers other than 200, and 404 for what is not there yet. */
  readonly errors: number;
}

/** One route after the other, each asked for until it is served. */
export const propagation: Part = {
  name: 'propagation',
  async run(world) {
    const times = await probe(world, 'probe', world.scaled(3_000));
    tellTimes(world, `${times.ms.length} routes`, times, { mean: 30, max: 150 });
    await world.cluster.removeAll(HTTP_ROUTE, NAMESPACE, 'bench=probe');
  },
};

/** Applies routes and asks for them, until it is late. */
export async function probe(world: World, name: string, count: number): Promise<Times> {
  await startBackend(world.cluster, NAMESPACE, BACKEND, 1);
  const address = await openGateway(world, GATEWAY);
  // A new Gateway's address leads nowhere until kube-proxy knows a ready pod; that is not what is measured.
  const answers = async () => (await ask({ address, host: hostOf('nobody') })).status === 404;
  if (!(await until(answers, PATIENCE_MS))) throw new Error('the Gateway does not answer');
  const agent = new Agent({ keepAlive: true });
  const ms: number[] = [];
  let errors = 0;
  for (let i = 0; i < count && !world.late(); i++) {
    await world.cluster.create(probeRoute(`${name}-${i}`, name));
    const begin = performance.now();
    const target = { address, host: hostOf(`${name}-${i}`) };
    for (;;) {
      const asked = performance.now();
      const { status } = await ask(target, agent);
      if (status === 200) break;
      if (status !== 404) errors++;
      if (asked - begin > PATIENCE_MS) throw new Error(`route ${i} is not served after ${PATIENCE_MS / 1_000} s`);
      await sleep(Math.max(0, asked + EVERY_MS - performance.now()));
    }
    ms.push(performance.now() - begin);
  }
  agent.destroy();
  return { ms, errors };
}

/** Two rules, one of which leads nowhere, and header filters. */
function probeRoute(name: string, label: string): object & ReturnType<typeof benchRoute> {
  const nowhere = {
    matches: [{ path: { type: 'PathPrefix', value: '/nowhere' } }],
    backendRefs: [{ name: 'missing', port: 80 }],
  };
  const more = { version: 'one', labels: { bench: label }, moreRules: [nowhere] };
  return benchRoute(GATEWAY, name, [BACKEND, 80], more);
}

export function tellTimes(
  world: World,
  what: string,
  { ms, errors }: Times,
  most: { mean?: number; max?: number },
): void {
  const sorted = [...ms].sort((a, b) => a - b);
  const mean = ms.reduce((sum, one) => sum + one, 0) / ms.length;
  const bound = (limit: number | undefined) => ({ unit: 'ms', ...(limit !== undefined && { most: limit }) });
  world.row(`${what}: mean`, mean, bound(most.mean));
  world.row(`${what}: 99th of 100`, sorted[Math.floor(sorted.length * 0.99)] ?? 0, { unit: 'ms' });
  world.row(`${what}: max`, sorted.at(-1) ?? 0, bound(most.max));
  world.row(`${what}: errors`, errors, { most: 0 });
}
