import { GATEWAYS, gateway, ROUTES } from './objects.ts';
import type { Scenario } from './scenario.ts';
import { ask, startTraffic } from './traffic.ts';
import { applyRoute, type World } from './world.ts';

const ROUNDS = 40;
const AT_ONCE = 5;

/** Objects that are gone before their statuses can be written. */
export const deletedBetweenEvents: Scenario = {
  name: 'deleted-between-events',
  async run(world) {
    const controller = world.controller();
    await applyRoute(world, 'app', 'one');
    const address = await world.front();
    await world.served(address, '/app', 'one');
    const traffic = startTraffic(address, '/app');
    await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => comeAndGo(world, i)));
    const { sent, failed } = await traffic.stop();
    world.saw(`${ROUNDS * AT_ONCE} routes and Gateways created and deleted at once`);
    world.must(failed.length === 0, `${failed.length} of ${sent} requests to another route failed`);
    world.must((await ask(address, '/fleeting-0')).status === 404, 'nothing is left of the deleted ones');
    await applyRoute(world, 'app', 'two');
    const served = await world.served(address, '/app', 'two');
    world.must(served !== undefined, `a change is served after ${served} ms`);
    world.must((await world.reported('app')) !== undefined, 'and reported');
    world.must(controller.running(), 'the controller is still the same process');
    const wrong = controller
      .log()
      .split('\n')
      .filter(line => /status/i.test(line) && /404|not ?found/i.test(line));
    world.must(
      wrong.length === 0,
      `${wrong.length} complaints about statuses of objects that are gone ${wrong[0] ?? ''}`,
    );
  },
};

async function comeAndGo(world: World, i: number): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    await world.apply(gateway(`fleeting-${i}`, 'faults'));
    await applyRoute(world, `fleeting-${i}`, 'one', ['front', `fleeting-${i}`]);
    await world.client.send('DELETE', `${ROUTES}/fleeting-${i}`);
    await world.client.send('DELETE', `${GATEWAYS}/fleeting-${i}`);
  }
}
