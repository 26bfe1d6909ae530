import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Stash } from './stash.ts';

test('bytes come out as they went in, wherever the reader stands', () => {
  const stash = new Stash();
  let expected = '';
  for (let round = 0; round < 200; round++) {
    const piece = String.fromCharCode(97 + (round % 26)).repeat((round * 37) % 300);
    stash.append(Buffer.from(`..${piece}.`), 2, 2 + piece.length);
    expected += piece;
    const used = Math.min(stash.length, (round * 53) % 280);
    stash.start += used;
    expected = expected.slice(used);
    assert.equal(stash.bytes.toString('latin1', stash.start, stash.end), expected);
  }
});

test('an emptied stash keeps no large buffer', () => {
  const stash = new Stash();
  stash.append(Buffer.alloc(10_000), 0, 10_000);
  stash.clear();
  assert.deepEqual([stash.length, stash.bytes.length], [0, 0]);
});

test('a dropped stash keeps no buffer at all, and takes bytes anew', () => {
  const stash = new Stash();
  stash.append(Buffer.from('hello'), 0, 5);
  stash.drop();
  assert.deepEqual([stash.length, stash.bytes.length], [0, 0]);
  stash.append(Buffer.from('again'), 0, 5);
  assert.equal(stash.bytes.toString('latin1', stash.start, stash.end), 'again');
});
