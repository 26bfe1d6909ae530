import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serial } from './serial.ts';

test('one step at a time; what comes in meanwhile is the next step, whole', async () => {
  const steps: (readonly number[])[] = [];
  const gate = Promise.withResolvers<void>();
  const queue = serial<number>(
    async items => {
      steps.push(items);
      await gate.promise;
    },
    error => assert.fail(String(error)),
  );
  for (const item of [1, 2, 3]) queue.push(item);
  gate.resolve();
  await queue.idle();
  queue.push(4);
  await queue.idle();
  assert.deepEqual(steps, [[1], [2, 3], [4]]);
});

test('a step that fails is told of, and the next one runs', async () => {
  const failures: unknown[] = [];
  const done: number[] = [];
  const queue = serial<number>(
    async ([item]) => {
      if (item === 1) throw new Error('no');
      done.push(item!);
    },
    error => failures.push(error),
  );
  queue.push(1);
  queue.push(2);
  await queue.idle();
  assert.deepEqual(failures, [new Error('no')]);
  assert.deepEqual(done, [2]);
});
