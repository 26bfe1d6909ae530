import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compactHeap } from './compact-heap.ts';

/** Alive and dead in turn, so that no page becomes free by itself. */
function litter(): { readonly kept: object[] } {
  const all = Array.from({ length: 400_000 }, (_, index) => ({ index, text: `object ${index}` }));
  return { kept: all.filter((_, index) => index % 16 === 0) };
}

test('pages that hold little are given back', () => {
  const { kept } = litter();
  const before = process.memoryUsage().heapTotal;
  compactHeap();
  const after = process.memoryUsage();
  assert.ok(after.heapTotal < before / 2, `${before} → ${after.heapTotal}`);
  assert.ok(after.heapTotal < after.heapUsed * 1.5);
  assert.equal(kept.length, 25_000);
});
