import { setTimeout as sleep } from 'node:timers/promises';
import type { Scenario } from './scenario.ts';
import { startTraffic } from './traffic.ts';
import { until } from './until.ts';
import { applyRoute } from './world.ts';

const GONE_SECONDS = Number(process.env.FAULTS_GONE_SECONDS ?? 60);

/** The API server is killed for a minute while requests go on. */
export const apiServerGone: Scenario = {
  name: 'api-server-gone',
  async run(world) {
    const controller = world.controller();
    await applyRoute(world, 'app', 'one');
    const address = await world.front();
    world.must((await world.served(address, '/app', 'one')) !== undefined, 'a route is served');
    const traffic = startTraffic(address, '/app');
    await world.apiServer.kill();
    const noticed = await until(() => controller.log().includes('ApiServerUnreachable'), 30_000);
    world.must(noticed, 'the controller says ApiServerUnreachable');
    await sleep(GONE_SECONDS * 1_000);
    await world.apiServer.start();
    world.saw(`the API server was gone for ${GONE_SECONDS} s and is back`);
    await applyRoute(world, 'app', 'two');
    const served = await world.served(address, '/app', 'two', 60_000);
    world.must(served !== undefined, `a change after its return is served after ${served} ms`);
    const reported = await world.reported('app', 60_000);
    world.must(reported !== undefined, `its status is written ${reported} ms after that`);
    const { sent, failed } = await traffic.stop();
    for (const one of failed.slice(0, 5)) world.saw(one);
    world.must(failed.length === 0, `${failed.length} of ${sent} requests failed, one every 100 ms`);
    world.must(controller.running(), 'the controller is still the same process');
  },
};
