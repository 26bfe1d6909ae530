import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { createWatchdog } from './watchdog.ts';

interface Thread {
  beats: number;
  readonly patience: number;
}

/** A watchdog with a clock of its own; `pass` lets looks pass, in each of which those of `alive` beat. */
function watched(...threads: readonly Thread[]) {
  mock.timers.enable({ apis: ['setInterval'] });
  let now = 0;
  const stuck: number[] = [];
  const watchdog = createWatchdog<Thread>({
    watched: () => threads,
    beats: ({ beats }) => beats,
    patience: ({ patience }) => patience,
    onStuck: thread => stuck.push(threads.indexOf(thread)),
    step: 1_000,
    clock: () => now,
  });
  return {
    stuck,
    pass(looks: number, alive: readonly Thread[] = [], late = 0) {
      for (let i = 0; i < looks; i++) {
        for (const thread of alive) thread.beats++;
        now += 1_000 + late;
        mock.timers.tick(1_000);
      }
    },
    stop() {
      watchdog.stop();
      mock.timers.reset();
    },
  };
}

test('a thread that stands still for as long as it may is told of, once', () => {
  const [still, lively, slow] = [3_000, 3_000, 9_000].map(patience => ({ beats: 1, patience }));
  const { stuck, pass, stop } = watched(still!, lively!, slow!);
  pass(3, [lively!]);
  assert.deepEqual(stuck, []);
  pass(1, [lively!]);
  assert.deepEqual(stuck, [0]);
  pass(3, [lively!]);
  assert.deepEqual(stuck, [0]);
  stop();
});

test('a thread that has not begun is not watched yet', () => {
  const booting = { beats: 0, patience: 2_000 };
  const { stuck, pass, stop } = watched(booting);
  pass(10);
  assert.deepEqual(stuck, []);
  stop();
});

test('time in which nothing of the process ran does not count', () => {
  const thread = { beats: 1, patience: 3_000 };
  const { stuck, pass, stop } = watched(thread);
  pass(3);
  pass(1, [], 3_600_000);
  pass(2);
  pass(10, [], 1_500);
  assert.deepEqual(stuck, []);
  pass(4);
  assert.deepEqual(stuck, [0]);
  stop();
});
