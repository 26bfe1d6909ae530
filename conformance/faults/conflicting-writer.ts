import { setTimeout as sleep } from 'node:timers/promises';
import { GATEWAYS, ROUTES, type Stored } from './objects.ts';
import type { Scenario } from './scenario.ts';
import { applyRoute, condition, type World } from './world.ts';

const SECONDS = 10;
const FOREIGN = 'example.com/Touched';

/** Somebody else writes the status of every object over and over: each of our writes may come too late. */
export const conflictingWriter: Scenario = {
  name: 'conflicting-writer',
  async run(world) {
    const controller = world.controller();
    await applyRoute(world, 'app', '0');
    const address = await world.front();
    await world.served(address, '/app', '0');
    let touching = true;
    const paths = [`${GATEWAYS}/front`, `${ROUTES}/app`];
    const touched = Promise.all(paths.map(path => touch(world, path, () => touching)));
    const annotated = Promise.all(paths.map(path => annotate(world, path, () => touching)));
    for (let i = 1; i <= SECONDS; i++) {
      await applyRoute(world, 'app', `${i}`);
      await sleep(1_000);
    }
    const meanwhile = await world.reported('app', 20_000);
    world.must(
      meanwhile !== undefined,
      `while it goes on, the status of the tenth change is right after ${meanwhile} ms`,
    );
    touching = false;
    const counts = await touched;
    world.saw(
      `${counts.join(' and ')} foreign writes of the statuses in ${SECONDS} s, ${(await annotated).join(', ')} of metadata`,
    );
    world.must((await world.reported('app')) !== undefined, 'afterwards the route has our conditions');
    const gateway = await world.read(`${GATEWAYS}/front`);
    world.must(condition(gateway, 'Programmed') === 'True', 'the Gateway is programmed');
    world.must(messageOf(gateway) === `${counts[0]}`, 'the foreign condition is as it was last written');
    for (const series of await controller.metric('sluice_status_writes_total')) world.saw(series);
  },
};

const messageOf = ({ status }: Stored) => status?.conditions?.find(({ type }) => type === FOREIGN)?.message;

/** Writes without reading first, so that the object changes all the time; how often. */
async function annotate({ client }: World, path: string, goesOn: () => boolean): Promise<number> {
  let count = 0;
  for (; goesOn(); count++) {
    const metadata = { annotations: { 'example.com/touched': `${count}` } };
    await client.send('PATCH', path, { metadata }, 'application/merge-patch+json');
    await sleep(20);
  }
  return count;
}

/** Reads, changes a condition of its own and writes back, as fast as it can; how often that worked. */
async function touch({ client }: World, path: string, goesOn: () => boolean): Promise<number> {
  let count = 0;
  while (goesOn()) {
    const object = (await client.send('GET', path)).body as Stored & { status: object };
    const others = object.status?.conditions?.filter(({ type }) => type !== FOREIGN) ?? [];
    const own = {
      type: FOREIGN,
      status: 'True',
      reason: 'Touched',
      message: `${count + 1}`,
      lastTransitionTime: new Date().toISOString(),
    };
    const status = { ...object.status, conditions: [...others, own] };
    const written = await client.send('PUT', `${path}/status`, { ...object, status });
    if (written.status === 200) count++;
  }
  return count;
}
