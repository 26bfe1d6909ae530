import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Allowance } from './allowance.ts';

/** How many may be taken at `now`. */
function taken(allowance: Allowance, now: number): number {
  let count = 0;
  while (count < 1_000 && allowance.take(now)) count++;
  return count;
}

describe('an allowance', () => {
  it('is so much at once, and so much a second after', () => {
    const allowance = new Allowance(100, 10);
    assert.equal(taken(allowance, 5_000), 100);
    assert.equal(taken(allowance, 5_050), 0);
    assert.equal(taken(allowance, 6_000), 10);
    assert.equal(taken(allowance, 8_500), 25);
  });

  it('is never more than that at once, however long nothing was taken', () => {
    const allowance = new Allowance(100, 10);
    taken(allowance, 0);
    assert.equal(taken(allowance, 3_600_000), 100);
    allowance.earn(500);
    assert.equal(taken(allowance, 3_600_000), 100);
  });

  it('may be earned back', () => {
    const allowance = new Allowance(100, 0);
    taken(allowance, 0);
    allowance.earn(0.5);
    assert.equal(taken(allowance, 0), 0);
    allowance.earn(2.5);
    assert.equal(taken(allowance, 0), 3);
  });
});
