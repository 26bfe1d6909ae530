import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStrangers } from './strangers.ts';

function rig(limits: { perAddress: number; inAll: number }) {
  const { enter } = createStrangers(limits);
  const gone: string[] = [];
  return { gone, enter: (name: string) => enter(name.charAt(0), () => gone.push(name)) };
}

test('one address has so many strangers and no more, until one of them is known or gone', () => {
  const { enter, gone } = rig({ perAddress: 2, inAll: 10 });
  const first = enter('a1');
  assert.ok(first && enter('a2'));
  assert.equal(enter('a3'), undefined);
  first();
  first();
  assert.ok(enter('a3'));
  assert.equal(enter('a4'), undefined);
  assert.deepEqual(gone, []);
});

test('where there are too many in all, the oldest of the largest crowd makes room', () => {
  const { enter, gone } = rig({ perAddress: 3, inAll: 5 });
  const a1 = enter('a1');
  for (const name of ['a2', 'b1', 'b2', 'b3']) assert.ok(enter(name));
  assert.ok(enter('c1'));
  assert.ok(enter('d1'));
  assert.deepEqual(gone, ['b1', 'a1']);
  a1?.();
  assert.ok(enter('e1'));
  assert.deepEqual(gone, ['b1', 'a1', 'b2']);
  assert.equal(enter('f1'), undefined);
  assert.equal(enter('b4'), undefined);
  assert.equal(gone.length, 3);
});
