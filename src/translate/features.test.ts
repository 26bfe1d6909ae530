import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SUPPORTED_FEATURES } from './features.ts';

test('supportedFeatures are ascending, distinct and no more than the API allows', () => {
  const names = SUPPORTED_FEATURES.map(feature => feature.name);
  assert.deepEqual(names, [...new Set(names)].sort());
  assert.ok(names.length <= 64);
});
