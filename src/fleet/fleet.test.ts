import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSharedMemory, NOTHING_COUNTED, type ProxyWorker, type SharedMemory } from '../proxy/index.ts';
import { createFleet, type Fleet } from './fleet.ts';

const NOTHING = { bound: {}, failures: [] };

function idleWorker(memory: SharedMemory, lane: number): ProxyWorker {
  return {
    memory,
    lane,
    apply: async () => NOTHING,
    report: async () => NOTHING_COUNTED,
    lastReport: NOTHING_COUNTED,
    tail: async () => [],
    beats: () => 0,
    drain: async () => {},
    close: async () => {},
    onExit: () => {},
  };
}

const lanesOf = (fleet: Fleet) => fleet.living().map(({ worker }) => worker.lane);

test('no two workers that live have one lane, however many start at a time', async () => {
  const memory = createSharedMemory(1);
  const fleet = createFleet({
    memory,
    first: undefined,
    start: idleWorker,
    greet: async () => NOTHING,
    onDeath: () => {},
    onReplaced: () => {},
    onEnded: () => {},
  });
  fleet.start(1);
  await fleet.resize(4, 100);
  assert.deepEqual(lanesOf(fleet), [0, 1, 2, 3]);
  await fleet.resize(2, 100);
  await Promise.all([fleet.resize(5, 100), fleet.resize(6, 100)]);
  assert.deepEqual(lanesOf(fleet), [0, 1, 2, 3, 4, 5]);
  const room = memory.lanes;
  await fleet.resize(room, 100);
  await Promise.all([fleet.resize(room - 2, 100), fleet.resize(room, 100)]);
  assert.equal(new Set(lanesOf(fleet)).size, room);
  await fleet.close();
});
