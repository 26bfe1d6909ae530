import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { followProcessors } from './follow-processors.ts';

test('tells each other number of processors once, until it is stopped', () => {
  mock.timers.enable({ apis: ['setInterval'] });
  let processors = 2;
  const told: number[] = [];
  const following = followProcessors(
    count => told.push(count),
    () => processors,
    1_000,
  );
  const pass = () => mock.timers.tick(1_000);
  pass();
  processors = 4;
  pass();
  pass();
  processors = 1;
  pass();
  following.stop();
  processors = 2;
  pass();
  assert.deepEqual(told, [4, 1]);
  mock.timers.reset();
});
