import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SHARES_PORTS } from './node-socket.ts';
import { countWorkers, mostWorkers } from './worker-count.ts';

test('there is one worker at least, and a whole number of them', { skip: !SHARES_PORTS }, () => {
  for (const [wanted, expected] of [
    [3, 3],
    [1, 1],
    [2.7, 2],
    [0, 1],
    [-4, 1],
    [Number.NaN, 1],
  ] as const) {
    assert.deepEqual([countWorkers(wanted), mostWorkers(wanted)], [expected, expected], `${wanted}`);
  }
  assert.ok(countWorkers('auto') >= 1 && mostWorkers('auto') >= countWorkers('auto'));
});
