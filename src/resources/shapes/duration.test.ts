import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationMs } from './duration.ts';

for (const [text, ms] of [
  ['0s', 0],
  ['10s', 10_000],
  ['500ms', 500],
  ['1m30s', 90_000],
  ['1h1m1s1ms', 3_661_001],
  ['5ms5m', 300_005],
] as const) {
  test(`${text} is ${ms} ms`, () => assert.equal(durationMs(text), ms));
}
