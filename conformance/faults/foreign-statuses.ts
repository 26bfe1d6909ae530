import { CLASSES, GATEWAYS, gateway, gatewayClass, ROUTES, type Stored } from './objects.ts';
import type { Scenario } from './scenario.ts';
import { applyRoute, type World } from './world.ts';

const OTHER = 'example.com/other';
const LONG_AGO = '2020-01-01T00:00:00Z';
const CHANGES = 20;

/** What another controller wrote stays as it is, byte for byte. */
export const foreignStatuses: Scenario = {
  name: 'foreign-statuses',
  async run(world) {
    await world.apply(gatewayClass('other', OTHER));
    await world.apply(gateway('theirs', 'other'));
    await applyRoute(world, 'app', '0', ['front', 'theirs']);
    await write(world, `${CLASSES}/other`, { conditions: [said('Accepted')] });
    await write(world, `${GATEWAYS}/theirs`, {
      conditions: [said('Accepted'), said('example.com/Own')],
      addresses: [{ type: 'IPAddress', value: '192.0.2.7' }],
    });
    const parents = [{ parentRef: { name: 'theirs' }, controllerName: OTHER, conditions: [said('Accepted')] }];
    await write(world, `${ROUTES}/app`, { parents });
    const before = await theirs(world);
    const controller = world.controller();
    const address = await world.front();
    for (let i = 1; i <= CHANGES; i++) await applyRoute(world, 'app', `${i}`, ['front', 'theirs']);
    await world.served(address, '/app', `${CHANGES}`);
    world.must(
      (await world.reported('app')) !== undefined,
      `${CHANGES} changes of a route with two parents are reported`,
    );
    world.must(controller.running(), 'the controller is running');
    for (const [what, text] of await theirs(world)) {
      world.must(before.get(what) === text, `${what}: ${before.get(what) === text ? 'the same bytes' : text}`);
    }
    await world.client.send('DELETE', `${GATEWAYS}/theirs`);
    await world.client.send('DELETE', `${CLASSES}/other`);
  },
};

const said = (type: string) => ({
  type,
  status: 'True',
  reason: 'Theirs',
  message: 'written by another controller',
  observedGeneration: 1,
  lastTransitionTime: LONG_AGO,
});

async function write({ client }: World, path: string, status: object): Promise<void> {
  const reply = await client.send('PATCH', `${path}/status`, { status }, 'application/merge-patch+json');
  if (reply.status !== 200) throw new Error(`${path}: ${reply.status} ${reply.text.slice(0, 300)}`);
}

/** The whole of their objects, and their part of the shared one. */
async function theirs(world: World): Promise<ReadonlyMap<string, string>> {
  const route: Stored = await world.read(`${ROUTES}/app`);
  return new Map([
    ['their GatewayClass', (await world.client.send('GET', `${CLASSES}/other`)).text],
    ['their Gateway', (await world.client.send('GET', `${GATEWAYS}/theirs`)).text],
    [
      'their entry of the shared route',
      JSON.stringify(route.status?.parents?.filter(one => one.controllerName === OTHER)),
    ],
  ]);
}
