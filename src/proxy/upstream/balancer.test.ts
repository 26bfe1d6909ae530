import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Balancer, type Policy } from './balancer.ts';

interface Fake {
  readonly name: number;
  inFlight: number;
}

function fakes(count: number): Fake[] {
  return Array.from({ length: count }, (_, name) => ({ name, inFlight: 0 }));
}

const POLICIES: readonly Policy[] = ['round-robin', 'least-request'];

test('round robin goes round, and starts where the dice say', () => {
  const all = fakes(3);
  const names = (random: number): number[] => {
    const balancer = new Balancer(() => random);
    return Array.from({ length: 6 }, () => balancer.pick(all, 'round-robin')!.name);
  };
  assert.deepEqual(names(0), [1, 2, 0, 1, 2, 0]);
  assert.deepEqual(names(1 / 0x10000), [2, 0, 1, 2, 0, 1]);
});

test('least request takes the fewest under way, and equals in turn', () => {
  const balancer = new Balancer(() => 0);
  const all = fakes(4);
  all[1]!.inFlight = 5;
  const picked = Array.from({ length: 30 }, () => balancer.pick(all, 'least-request')!.name);
  assert.ok(!picked.includes(1));
  for (const name of [0, 2, 3]) assert.ok(picked.includes(name), `${name} had a turn`);
  all[2]!.inFlight = -1;
  assert.equal(balancer.pick(all, 'least-request')!.name, 2);
});

test('least request spreads held requests evenly', () => {
  for (const count of [3, 8, 9, 40]) {
    const balancer = new Balancer();
    const all = fakes(count);
    for (let i = 0; i < count * 100; i++) balancer.pick(all, 'least-request')!.inFlight++;
    for (const { name, inFlight } of all) {
      assert.ok(inFlight > 80 && inFlight < 120, `endpoint ${name} of ${count} holds ${inFlight}`);
    }
  }
});

test('with many endpoints the busier one of two is never taken', () => {
  const balancer = new Balancer();
  const all = fakes(20);
  all[7]!.inFlight = 1_000;
  for (let i = 0; i < 2_000; i++) assert.notEqual(balancer.pick(all, 'least-request')!.name, 7);
});

test('what was tried is never picked again, however few are left', () => {
  for (const policy of POLICIES) {
    for (const count of [1, 2, 3, 8, 9, 30]) {
      const balancer = new Balancer();
      const all = fakes(count);
      const tried: Fake[] = [];
      for (let i = 0; i < count; i++) {
        const picked = balancer.pick(all, policy, tried)!;
        assert.ok(picked !== undefined && !tried.includes(picked), `${policy}, ${i} of ${count}`);
        tried.push(picked);
      }
      assert.equal(balancer.pick(all, policy, tried), undefined);
    }
  }
});

test('of nothing comes nothing', () => {
  for (const policy of POLICIES) assert.equal(new Balancer().pick([], policy), undefined);
});

test('equals have equal shares, whichever of the others are busy or out', () => {
  for (const policy of POLICIES) {
    for (const count of [3, 4, 8]) {
      for (const others of [[1], [0, count - 1], [1, 2]].filter(({ length }) => length < count - 1)) {
        const balancer = new Balancer();
        const all = fakes(count);
        const shares = new Array<number>(count).fill(0);
        const isOut = ({ name }: Fake) => others.includes(name);
        if (policy === 'least-request') for (const name of others.slice(1)) all[name]!.inFlight = 1;
        for (let i = 0; i < (count - others.length) * 30; i++) {
          const first = balancer.pick(all, policy)!;
          shares[(isOut(first) ? balancer.pick(all, policy, [], isOut)! : first).name]!++;
        }
        const expected = all.map(({ name }) => (others.includes(name) ? 0 : 30));
        assert.deepEqual(shares, expected, `${policy} without ${others} of ${count}`);
      }
    }
  }
});

test('one that is out and idle is looked at each time, and the others still take turns', () => {
  const balancer = new Balancer();
  const all = fakes(4);
  for (const fake of all) fake.inFlight = fake.name === 1 ? 0 : 1;
  const shares = [0, 0, 0, 0];
  for (let i = 0; i < 90; i++) {
    assert.equal(balancer.pick(all, 'least-request')!.name, 1);
    shares[balancer.pick(all, 'least-request', [], ({ name }) => name === 1)!.name]!++;
  }
  assert.deepEqual(shares, [30, 0, 30, 30]);
});

test('above eight, one that is out leaves its share to all', () => {
  const balancer = new Balancer(weyl());
  const all = fakes(20);
  const shares = new Array<number>(20).fill(0);
  for (let i = 0; i < 19 * 200; i++) {
    const first = balancer.pick(all, 'least-request')!;
    const picked = first.name === 1 ? balancer.pick(all, 'least-request', [], ({ name }) => name === 1)! : first;
    shares[picked.name]!++;
  }
  for (const [name, share] of shares.entries()) {
    if (name === 1) assert.equal(share, 0);
    else assert.ok(share > 180 && share < 220, `${share} for ${name}: ${shares}`);
  }
});

/** Numbers in [0, 1) that fill it evenly, the same ones each time. */
function weyl(): () => number {
  let at = 0;
  return () => {
    at = (at + Math.SQRT2) % 1;
    return at;
  };
}
