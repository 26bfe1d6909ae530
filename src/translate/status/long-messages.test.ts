import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gateway, gatewayClass, routeOf, world } from '../../../test/translation/world.ts';
import { conditionOf } from './condition.ts';
import { listed } from './listed.ts';

const LABELS = `${'a'.repeat(60)}.`.repeat(3);

/** An API server refuses a status with a message of more than 32,768 characters, and with it all the others. */
test('however much there is to name, a condition says what an API server takes', () => {
  const hostnames = Array.from({ length: 1024 }, (_, i) => `${LABELS}b${i}.example`);
  const listeners = Array.from({ length: 64 }, (_, i) => ({
    name: `${'l'.repeat(240)}${i}`,
    port: 443,
    protocol: 'TLS',
    hostname: `${LABELS}c${i}.example`,
    tls: { mode: 'Passthrough' },
  }));
  const w = world(
    gatewayClass('sluice'),
    gateway('gw', listeners),
    routeOf('TLSRoute', 'r', { hostnames, rules: [{ backendRefs: [{ name: 'api', port: 80 }] }] }),
  );
  const status = w.translator.statusOf({ kind: 'TLSRoute', namespace: 'default', name: 'r' });
  const text = JSON.stringify(status);
  assert.match(text, /NoMatchingListenerHostname.* and 1008 more is a hostname .* and 48 more\)/);
  assert.ok(text.length < 32_768, `${text.length}`);
});

test('lists of names end somewhere, and messages do', () => {
  assert.equal(listed(['a', 'b']), 'a, b');
  assert.equal(listed(Array(17).fill('x'), ';'), `${Array(16).fill('x').join(';')} and 1 more`);
  const verdict = { type: 'Accepted', status: 'False', reason: 'Invalid', message: 'x'.repeat(40_000) } as const;
  assert.equal(conditionOf(verdict, 1).message.length, 32_768);
});
