import type { Scenario } from './scenario.ts';
import { startTraffic } from './traffic.ts';
import { timeUntil } from './until.ts';
import { applyRoute } from './world.ts';

/** Two of the same name: one serves and writes, the other waits for it to die. */
export const twoControllers: Scenario = {
  name: 'two-controllers',
  async run(world) {
    const first = world.controller();
    await applyRoute(world, 'app', 'one');
    const address = await world.front();
    world.must((await world.served(address, '/app', 'one')) !== undefined, 'the first serves a route');
    const second = world.controller();
    const waits = await timeUntil(() => /lease|lead/i.test(second.log()), 15_000);
    const words = second
      .log()
      .trim()
      .split('\n')
      .filter(line => /lease|lead/i.test(line));
    world.must(waits !== undefined, `the second says: ${words[0]}`);
    await applyRoute(world, 'app', 'two');
    await world.served(address, '/app', 'two');
    world.must((await world.reported('app')) !== undefined, 'a change is served and reported');
    const wrote = (await second.metric('sluice_status_writes_total')).filter(series => !series.endsWith(' 0'));
    world.must(
      wrote.length === 0 && !/^ready$/m.test(second.log()),
      `the second has not begun and wrote nothing ${wrote}`,
    );
    first.kill('SIGKILL');
    const traffic = startTraffic(address, '/app');
    await applyRoute(world, 'app', 'three');
    const taken = await world.served(address, '/app', 'three', 60_000);
    world.must(taken !== undefined, `the second serves ${taken} ms after the first was killed`);
    world.must((await world.reported('app', 30_000)) !== undefined, 'and reports');
    world.must((await world.front()) === address, 'on the same address');
    const { sent, failed } = await traffic.stop();
    world.saw(`${failed.length} of ${sent} requests failed in between: the data plane died with the first`);
    const third = world.controller();
    await timeUntil(() => /lease|lead/i.test(third.log()), 15_000);
    await second.stop();
    await applyRoute(world, 'app', 'four');
    const handed = await world.served(address, '/app', 'four', 60_000);
    world.must(handed !== undefined, `a third serves ${handed} ms after the second was asked to end`);
  },
};
