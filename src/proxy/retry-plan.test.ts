import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileRetry, pauseBefore } from './retry-plan.ts';

const plan = compileRetry({ attempts: 3, codes: [503], backoff: 100 })!;

test('a pause is never shorter than the backoff, doubles, and has a bound', () => {
  const least = [1, 2, 3, 4, 5, 6, 2_000].map(nth => pauseBefore(plan, nth, () => 0));
  assert.deepEqual(least, [100, 200, 400, 800, 1_000, 1_000, 1_000]);
});

test('jitter makes a pause longer by up to half', () => {
  assert.equal(
    pauseBefore(plan, 1, () => 0.5),
    125,
  );
  assert.equal(
    pauseBefore(plan, 9, () => 1),
    1_500,
  );
});

test('a rule without retry has no plan', () => {
  assert.equal(compileRetry(undefined), undefined);
});
