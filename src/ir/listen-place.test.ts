import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listenPlace } from './listen-place.ts';

test('every address is left to Node, which knows whether there is IPv6', () => {
  assert.deepEqual(listenPlace('::', 80), { port: 80 });
  for (const host of ['0.0.0.0', '::1', '192.0.2.1']) assert.deepEqual(listenPlace(host, 0), { port: 0, host });
});
