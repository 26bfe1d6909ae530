import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault } from '../status/rule-faults.ts';
import { translateRetry } from './retry.ts';

function translated(spec: Parameters<typeof translateRetry>[0]) {
  const faults: Fault[] = [];
  return { retry: translateRetry(spec, 'retry', fault => faults.push(fault)), faults };
}

const full = { codes: [400, 503, 599], attempts: 7, backoff: '1m30s' };

for (const [name, spec, retry] of [
  ['all is said', full, { codes: [400, 503, 599], attempts: 7, backoff: 90_000 }],
  ['nothing is said: connection errors and timeouts, twice', {}, { codes: [], attempts: 2, backoff: 10 }],
  ['no pause is wanted', { backoff: '0s' }, { codes: [], attempts: 2, backoff: 0 }],
] as const) {
  test(name, () => assert.deepEqual(translated(spec), { retry, faults: [] }));
}

for (const [spec, path, told] of [
  [{ codes: [503, 399] }, 'retry.codes[1]', '399 is no status that can be retried; use 400 to 599'],
  [{ codes: [600] }, 'retry.codes[0]', '600 is no status that can be retried; use 400 to 599'],
  [{ attempts: 0 }, 'retry.attempts', '0 is no number of retries; use 1 or more'],
  [{ attempts: 1.5 }, 'retry.attempts', '1.5 is no number of retries; use 1 or more'],
  [{ backoff: '1.5s' }, 'retry.backoff', '"1.5s" is not a duration; write it as in 10s, 500ms or 1m30s'],
] as const) {
  test(`${JSON.stringify(spec)} is a fault of the rule`, () => {
    const { faults } = translated(spec);
    assert.deepEqual(faults, [{ reason: 'UnsupportedValue', path, message: told }]);
  });
}
