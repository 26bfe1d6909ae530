import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../test/until.ts';
import { createSeldom } from './seldom.ts';

test('who asks often is served at once and then once a pause, the last time too', async () => {
  let done = 0;
  let last = 0;
  let asked = 0;
  const seldom = createSeldom(() => {
    done++;
    last = asked;
  }, 20);
  for (asked = 1; asked <= 1_000; asked++) seldom.ask();
  assert.deepEqual([done, last], [1, 1]);
  await until('the last is served', () => last === asked);
  assert.equal(done, 2);
});

test('who has stopped is not served', async () => {
  let done = 0;
  const other = Promise.withResolvers<void>();
  const seldom = createSeldom(() => done++, 5);
  seldom.ask();
  seldom.ask();
  seldom.stop();
  const later = createSeldom(() => done++ > 1 && other.resolve(), 10);
  later.ask();
  later.ask();
  await other.promise;
  assert.equal(done, 3);
});
