import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Collection, Derived, Graph, IndexBy, type Readable } from './index.ts';

/** A pipeline with every kind of node: a derivation that reads, an index over it, and derivations over the index. */
function pipeline() {
  const graph = new Graph();
  const left = new Collection<number>(graph);
  const right = new Collection<number>(graph);
  const sums = new Derived(graph, left, (n, key, read) => {
    const other = read(right, key);
    return n === 0 ? undefined : n + (other === undefined ? 0 : (read(right, String(other)) ?? other));
  });
  const byParity = new IndexBy(graph, sums, n => (n % 3 === 0 ? ['even', 'three'] : n % 2 === 0 ? ['even'] : ['odd']));
  const sizes = new Derived(graph, byParity, keys => keys.length);
  const shares = new Derived(graph, left, (n, _, read) => n / (read(sizes, n % 2 === 0 ? 'even' : 'odd') ?? 1));
  return { graph, left, right, nodes: { sums, byParity, sizes, shares } };
}

const key = fc.constantFrom('0', '1', '2', '3');
const event = fc.record({
  side: fc.constantFrom('left' as const, 'right' as const),
  key,
  value: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
});

function contents(node: Readable<unknown>): Record<string, unknown> {
  return Object.fromEntries([...node.keys()].sort().map(name => [name, node.get(name)]));
}

function snapshot({ nodes }: ReturnType<typeof pipeline>) {
  return Object.fromEntries(Object.entries(nodes).map(([name, node]) => [name, contents(node)]));
}

test('after any batches of events everything is as if computed from scratch', () => {
  fc.assert(
    fc.property(fc.array(fc.array(event, { maxLength: 5 }), { maxLength: 12 }), batches => {
      const live = pipeline();
      for (const batch of batches) {
        for (const { side, key, value } of batch) {
          if (value === undefined) live[side].delete(key);
          else live[side].set(key, value);
        }
        live.graph.settle();
      }
      const fresh = pipeline();
      for (const side of ['left', 'right'] as const) {
        for (const name of live[side].keys()) fresh[side].set(name, live[side].get(name)!);
      }
      fresh.graph.settle();
      assert.deepEqual(snapshot(live), snapshot(fresh));
    }),
  );
});

test('changes names exactly the keys whose values differ', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 12 }), fc.array(event, { maxLength: 4 }), (first, second) => {
      const live = pipeline();
      const apply = (events: typeof first) => {
        for (const { side, key, value } of events) {
          if (value === undefined) live[side].delete(key);
          else live[side].set(key, value);
        }
        live.graph.settle();
      };
      apply(first);
      const before = snapshot(live).sums!;
      apply(second);
      const after = snapshot(live).sums!;
      const differing = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
        k => before[k] !== after[k],
      );
      assert.deepEqual([...live.nodes.sums.changes].sort(), differing.sort());
    }),
  );
});
