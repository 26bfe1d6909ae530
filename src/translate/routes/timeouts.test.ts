import assert from 'node:assert/strict';
import { test } from 'node:test';
import { translateTimeouts } from './timeouts.ts';

test('durations become milliseconds, and 0 means none', () => {
  const cases: readonly [spec: object, timeouts: object, faults: readonly string[]][] = [
    [{}, {}, []],
    [{ request: '10s' }, { request: 10_000 }, []],
    [{ request: '1h1m1s1ms', backendRequest: '500ms' }, { request: 3_661_001, backendRequest: 500 }, []],
    [{ request: '0s', backendRequest: '1s' }, { backendRequest: 1000 }, []],
    [{ request: '1s', backendRequest: '0s' }, { request: 1000 }, []],
    [{ request: '1s', backendRequest: '2s' }, { request: 1000, backendRequest: 2000 }, ['t.backendRequest']],
    [{ request: '1.5s' }, {}, ['t.request']],
    [{ backendRequest: '-1s' }, {}, ['t.backendRequest']],
  ];
  for (const [spec, timeouts, faults] of cases) {
    const found: string[] = [];
    assert.deepEqual(
      translateTimeouts(spec, 't', ({ path }) => void found.push(path)),
      timeouts,
      JSON.stringify(spec),
    );
    assert.deepEqual(found, faults, JSON.stringify(spec));
  }
});
