import assert from 'node:assert/strict';
import { test } from 'node:test';
import { workerCount } from './worker-count.ts';

const TABLE: readonly (readonly [parameters: Parameters<typeof workerCount>[0], expect: number | 'auto'])[] = [
  [{}, 1],
  [{ workers: 'auto' }, 'auto'],
  [{ workers: 3, resources: { limits: { cpu: 8 } } }, 3],
  [{ resources: { requests: { cpu: '100m' } } }, 1],
  [{ resources: { requests: { cpu: '1500m' } } }, 2],
  [{ resources: { requests: { cpu: 1 }, limits: { cpu: '3.5' } } }, 4],
  [{ resources: { limits: { memory: '1Gi' }, requests: { cpu: 2 } } }, 2],
  [{ resources: { limits: { cpu: '5k' } } }, 1],
  [{ resources: { limits: { cpu: 0 } } }, 1],
  [{ resources: { limits: { cpu: 100_000 } } }, 256],
];

for (const [parameters, expect] of TABLE) {
  test(`workers of ${JSON.stringify(parameters)}`, () => assert.equal(workerCount(parameters), expect));
}
