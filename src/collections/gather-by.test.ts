import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Collection, Derived, GatherBy, Graph } from './index.ts';

/** Prices of goods by shop, and the lowest of each shop. */
function shops() {
  const graph = new Graph();
  const goods = new Collection<{ readonly at: readonly string[]; readonly price: number; readonly note?: string }>(
    graph,
  );
  const prices = new GatherBy(graph, goods, ({ at, price }) => at.map(shop => [shop, price] as const));
  const lowest = new Derived(graph, prices, all => Math.min(...all));
  return { graph, goods, prices, lowest };
}

test('a group has the part of each member, and goes with the last', () => {
  const { graph, goods, prices, lowest } = shops();
  goods.set('tea', { at: ['a', 'b'], price: 3 });
  goods.set('salt', { at: ['b'], price: 1 });
  graph.settle();
  assert.deepEqual([prices.get('a'), prices.get('b')?.toSorted()], [[3], [1, 3]]);
  assert.deepEqual([lowest.get('a'), lowest.get('b')], [3, 1]);
  goods.set('salt', { at: ['c'], price: 1 });
  goods.delete('tea');
  graph.settle();
  assert.deepEqual([...prices.keys()], ['c']);
  assert.deepEqual([prices.get('a'), lowest.get('a'), lowest.get('c')], [undefined, undefined, 1]);
});

test('only a group with another part than before is computed anew', () => {
  const { graph, goods, prices, lowest } = shops();
  goods.set('tea', { at: ['a', 'b'], price: 3 });
  goods.set('salt', { at: ['b'], price: 1 });
  graph.settle();
  const before = lowest.computed;
  goods.set('tea', { at: ['a', 'b'], price: 3, note: 'green' });
  graph.settle();
  assert.deepEqual([...prices.changes], []);
  assert.equal(lowest.computed, before);
  goods.set('salt', { at: ['b'], price: 2 });
  graph.settle();
  assert.deepEqual([...prices.changes], ['b']);
  assert.deepEqual([lowest.computed, lowest.get('b')], [before + 1, 2]);
});
