import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RefusedEvent } from '../events.ts';
import { createRefusals } from './refusals.ts';

test('each refusal is told once in a while, no more than a few, and all are counted', () => {
  let now = 0;
  const told: RefusedEvent[] = [];
  const refusals = createRefusals({ tell: event => told.push(event), most: 3, window: 1_000, now: () => now });
  const knock = (address: string, reason: string, name?: string) =>
    refusals.take({ address, reason, ...(name !== undefined && { name }) });
  knock('10.0.0.1', 'the token is of nobody', 'default/shop-1');
  knock('10.0.0.2', 'the token is of nobody', 'default/shop-1');
  knock('10.0.0.1', 'it is no proxy', 'default/shop-1');
  knock('::ffff:10.0.0.1', 'it is no proxy');
  for (let at = 0; at < 100; at++) knock(`10.0.1.${at}`, 'it is no proxy');
  now = 1_000;
  knock('10.0.0.1', 'the token is of nobody', 'default/shop-1');
  assert.deepEqual(
    told.map(({ address, proxy = '-', reason, untold }) => `${address} ${proxy} ${reason}, ${untold} untold`),
    [
      '10.0.0.1 default/shop-1 the token is of nobody, 0 untold',
      '10.0.0.1 default/shop-1 it is no proxy, 1 untold',
      '10.0.0.1 - it is no proxy, 0 untold',
      '10.0.0.1 default/shop-1 the token is of nobody, 100 untold',
    ],
  );
  assert.match(refusals.metrics(), /^sluice_config_refused_total 105$/m);
});
