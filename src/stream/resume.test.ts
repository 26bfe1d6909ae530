import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { anyDelta } from '../../test/stream/any-delta.ts';
import { NO_COMPLAINT, type RunningHub, startHub, startProxy, type TestProxy } from '../../test/stream/rig.ts';
import { createUnitMap, type UnitMap } from '../../test/stream/unit-map.ts';
import { eventually } from '../../test/wire/backend.ts';
import type { Delta } from '../ir/index.ts';
import { applyDelta } from './scope-units.ts';

type Step =
  | { readonly kind: 'publish'; readonly delta: Delta }
  | { readonly kind: 'cut' | 'proxy begins anew' | 'controller begins anew' }
  | { readonly kind: 'turns'; readonly count: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: anyDelta.map(delta => ({ kind: 'publish', delta }) as const) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('cut', 'proxy begins anew', 'controller begins anew').map(kind => ({ kind }) as const),
  },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 60 }).map(count => ({ kind: 'turns', count }) as const) },
);

/** A controller and a proxy that both may go at any time; what the proxy has stays. */
async function createWorld() {
  const standing = new Map<string, Delta['upserts'][number]>();
  const faults: string[] = [];
  const units = faultless(createUnitMap(), faults);
  let running = await startHub();
  running.hub.publish('x', { upserts: [], removals: [] });
  let proxy = begin(running);

  function begin({ address }: RunningHub): TestProxy {
    return startProxy({ address, units, obey: async () => turn(NO_COMPLAINT) });
  }

  async function take(each: Step): Promise<void> {
    switch (each.kind) {
      case 'publish':
        applyDelta(standing, each.delta);
        running.hub.publish('x', each.delta);
        return;
      case 'cut':
        running.hub.admitting({ leader: undefined });
        running.hub.admitting('open');
        return;
      case 'proxy begins anew':
        proxy.subscription.close();
        proxy = begin(running);
        return;
      case 'controller begins anew':
        proxy.subscription.close();
        await running.hub.close();
        running = await startHub();
        running.hub.publish('x', { upserts: [...standing.values()], removals: [] });
        proxy = begin(running);
        return;
      case 'turns':
        for (let left = each.count; left > 0; left--) await turn();
        return;
    }
  }

  return {
    take,
    faults,
    held: () => units.held().join('\n'),
    wanted: () =>
      [...standing]
        .map(([key, { hash }]) => `${key} ${hash}`)
        .sort()
        .join('\n'),
    isSynced: () => running.hub.proxies('x').some(({ synced, acknowledged }) => synced && acknowledged),
    async end(): Promise<void> {
      proxy.subscription.close();
      await running.hub.close();
    },
  };
}

/** Resuming would heal what a wrong delta spoils, so it is written down. */
function faultless(map: UnitMap, faults: string[]): UnitMap {
  return {
    ...map,
    apply(delta) {
      try {
        map.apply(delta);
      } catch (error) {
        faults.push(String(error));
      }
    },
  };
}

test('whatever is published, and whoever goes and comes back, the proxy has what its scope holds in the end', async () => {
  const run = fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 20 }), async steps => {
    const world = await createWorld();
    for (const each of steps) await world.take(each);
    await eventually(() => world.isSynced() && world.held() === world.wanted(), 'both have the same');
    assert.deepEqual(world.faults, []);
    await world.end();
  });
  await fc.assert(run, { numRuns: 25, endOnFailure: true });
});
