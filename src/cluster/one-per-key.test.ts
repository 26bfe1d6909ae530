import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createOnePerKey } from './one-per-key.ts';

function tasks(limit: number) {
  const started: string[] = [];
  const ends: (() => void)[] = [];
  const { run } = createOnePerKey(key => {
    started.push(key);
    return new Promise(resolve => ends.push(resolve));
  }, limit);
  return {
    run,
    started,
    async endFirst() {
      ends.shift()?.();
      await turn();
    },
  };
}

test('a key runs once at a time, and once more for all that asked meanwhile', async () => {
  const { run, started, endFirst } = tasks(8);
  for (const key of ['a', 'a', 'b', 'a']) run(key);
  assert.deepEqual(started, ['a', 'b']);
  await endFirst();
  assert.deepEqual(started, ['a', 'b', 'a']);
  await endFirst();
  await endFirst();
  assert.deepEqual(started, ['a', 'b', 'a']);
});

test('no more than the limit run at a time', async () => {
  const { run, started, endFirst } = tasks(2);
  for (const key of ['a', 'b', 'c', 'd']) run(key);
  assert.deepEqual(started, ['a', 'b']);
  await endFirst();
  assert.deepEqual(started, ['a', 'b', 'c']);
});
