import { compact } from './control-plane.ts';
import { ROUTES } from './objects.ts';
import type { Scenario } from './scenario.ts';
import { applyRoute, type World } from './world.ts';

const ALL_ROUTES = '/apis/gateway.networking.k8s.io/v1/httproutes';

/** The controller sleeps while history is thrown away (API server restarted, etcd compacted): 410, and all is listed anew. */
export const tooOld: Scenario = {
  name: 'too-old',
  async run(world) {
    const controller = world.controller();
    await applyRoute(world, 'app', 'one');
    await applyRoute(world, 'gone', 'one');
    const address = await world.front();
    world.must((await world.served(address, '/app', 'one')) !== undefined, 'a route is served');
    await world.reported('app');
    const { resourceVersion } = (await world.read(`${ROUTES}/app`)).metadata;
    controller.kill('SIGSTOP');
    await applyRoute(world, 'app', 'two');
    await world.client.send('DELETE', `${ROUTES}/gone`);
    for (let i = 0; i < 200; i++) await applyRoute(world, 'churn', `${i}`);
    await world.apiServer.kill();
    world.saw(`etcd was compacted at revision ${await compact()}`);
    await world.apiServer.start();
    await proveGone(world, resourceVersion);
    const before = await listed(world);
    controller.kill('SIGCONT');
    const served = await world.served(address, '/app', 'two', 60_000);
    world.must(served !== undefined, `what changed meanwhile is served ${served} ms after it woke up`);
    const deleted = await world.served(address, '/gone', 'none', 10_000).then(() => world.read(`${ROUTES}/gone`));
    world.must((deleted as unknown as { code?: number }).code === 404, 'the deleted route is deleted');
    const lists = (await listed(world)) - before;
    world.must(lists > 0, `routes were listed anew (${lists} times, by it and others)`);
    const reported = await world.reported('app', 60_000);
    world.must(reported !== undefined, `statuses are written after ${reported} ms`);
  },
};

async function proveGone(world: World, resourceVersion: string): Promise<void> {
  const { text } = await world.client.send(
    'GET',
    `${ALL_ROUTES}?watch=true&timeoutSeconds=1&resourceVersion=${resourceVersion}`,
  );
  world.must(text.includes('too old resource version'), 'a watch from the old resourceVersion gets 410');
}

/** How often all routes were listed since the API server started. */
async function listed(world: World): Promise<number> {
  const { text } = await world.client.send('GET', '/metrics');
  const lines = text
    .split('\n')
    .filter(line => /^apiserver_request_total\{.*resource="httproutes".*verb="LIST"/.test(line));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
