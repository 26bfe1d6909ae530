import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ageOf } from './age.ts';

const NOW = Date.parse('2026-06-01T00:00:00Z');
const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];

/** As HumanDuration of k8s.io/apimachinery has it. */
const TABLE: readonly (readonly [seconds: number, age: string])[] = [
  [-5, '0s'],
  [0, '0s'],
  [119, '119s'],
  [2 * MINUTE, '2m'],
  [9 * MINUTE + 59, '9m59s'],
  [10 * MINUTE + 59, '10m'],
  [3 * HOUR - 1, '179m'],
  [3 * HOUR + 5 * MINUTE, '3h5m'],
  [8 * HOUR + 5 * MINUTE, '8h'],
  [2 * DAY - 1, '47h'],
  [2 * DAY + 3 * HOUR, '2d3h'],
  [8 * DAY + 3 * HOUR, '8d'],
  [729 * DAY, '729d'],
  [730 * DAY + 30 * DAY, '2y30d'],
  [9 * 365 * DAY, '9y'],
];

for (const [seconds, age] of TABLE) {
  test(`${seconds} s: ${age}`, () => assert.equal(ageOf(new Date(NOW - seconds * 1_000).toISOString(), NOW), age));
}

test('what is no time has no age', () => {
  for (const value of [undefined, 7, 'yesterday', null, {}]) assert.equal(ageOf(value, NOW), undefined);
});
