import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { watchLoopLag } from './loop-lag.ts';

test('a late look is a lag, which is shown for a while and then forgotten', () => {
  mock.timers.enable({ apis: ['setInterval'] });
  let now = 0;
  const lag = watchLoopLag(() => now);
  const pass = (ms: number, late = 0): void => {
    now += ms + late;
    mock.timers.tick(ms);
  };
  pass(100);
  assert.equal(lag.reading.read(), 0);
  pass(100, 70);
  assert.equal(lag.reading.read(), 0.07);
  for (let i = 0; i < 60; i++) pass(100);
  assert.equal(lag.reading.read(), 0.07);
  for (let i = 0; i < 60; i++) pass(100);
  assert.equal(lag.reading.read(), 0);
  lag.stop();
  mock.timers.reset();
});
