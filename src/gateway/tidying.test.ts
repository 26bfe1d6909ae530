import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createTidying } from './tidying.ts';

test('after a burst of steps with a large one, memory is given back once', async () => {
  let times = 0;
  const tidying = createTidying(() => times++, 20);
  tidying.took(3);
  await delay(60);
  assert.equal(times, 0);
  for (const objects of [1, 5_000, 2, 800]) tidying.took(objects);
  assert.equal(times, 0);
  while (times === 0) await delay(5);
  await delay(60);
  assert.equal(times, 1);
  tidying.took(5_000);
  tidying.stop();
  await delay(60);
  assert.equal(times, 1);
});
