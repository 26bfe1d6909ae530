import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Collection, Derived, Graph } from './index.ts';

function prices() {
  const graph = new Graph();
  const goods = new Collection<{ readonly currency: string; readonly amount: number }>(graph);
  const rates = new Collection<number>(graph);
  const inEuro = new Derived(graph, goods, ({ currency, amount }, _, read) => {
    const rate = read(rates, currency);
    return rate === undefined ? undefined : amount * rate;
  });
  return { graph, goods, rates, inEuro };
}

test('a value becomes visible with settle and not before', () => {
  const { graph, goods } = prices();
  goods.set('book', { currency: 'EUR', amount: 10 });
  assert.equal(goods.get('book'), undefined);
  graph.settle();
  assert.deepEqual(goods.get('book'), { currency: 'EUR', amount: 10 });
  assert.deepEqual([...goods.changes], ['book']);
});

test('the last of several changes of one key counts, and what changes nothing is no change', () => {
  const { graph, goods } = prices();
  const value = { currency: 'EUR', amount: 1 };
  goods.set('book', value);
  graph.settle();
  goods.delete('book');
  goods.set('book', value);
  goods.delete('pen');
  graph.settle();
  assert.deepEqual([...goods.changes], []);
});

test('a change of what was read computes the readers anew, and nobody else', () => {
  const { graph, goods, rates, inEuro } = prices();
  rates.set('EUR', 1);
  rates.set('USD', 0.5);
  goods.set('book', { currency: 'EUR', amount: 10 });
  goods.set('pen', { currency: 'USD', amount: 4 });
  graph.settle();
  const before = inEuro.computed;
  rates.set('USD', 0.25);
  graph.settle();
  assert.equal(inEuro.computed - before, 1);
  assert.equal(inEuro.get('pen'), 1);
  assert.deepEqual([...inEuro.changes], ['pen']);
});

test('reading what is not there is remembered too', () => {
  const { graph, goods, rates, inEuro } = prices();
  goods.set('tea', { currency: 'JPY', amount: 100 });
  graph.settle();
  assert.equal(inEuro.get('tea'), undefined);
  rates.set('JPY', 0.01);
  graph.settle();
  assert.equal(inEuro.get('tea'), 1);
  rates.delete('JPY');
  graph.settle();
  assert.equal(inEuro.get('tea'), undefined);
  assert.deepEqual([...inEuro.keys()], []);
});

test('what is read no longer has no say any more', () => {
  const { graph, goods, rates, inEuro } = prices();
  rates.set('USD', 0.5);
  goods.set('book', { currency: 'USD', amount: 10 });
  graph.settle();
  goods.set('book', { currency: 'EUR', amount: 10 });
  graph.settle();
  const before = inEuro.computed;
  rates.set('USD', 0.4);
  graph.settle();
  assert.equal(inEuro.computed, before);
});

test('a deleted value is not computed again when something it read changes', () => {
  const { graph, goods, rates, inEuro } = prices();
  rates.set('EUR', 1);
  goods.set('book', { currency: 'EUR', amount: 10 });
  graph.settle();
  goods.delete('book');
  graph.settle();
  assert.deepEqual([...inEuro.changes], ['book']);
  const before = inEuro.computed;
  rates.set('EUR', 2);
  graph.settle();
  assert.equal(inEuro.computed, before);
  assert.deepEqual([...inEuro.changes], []);
});

test('a result equal to the last one stops the change: readers are left alone and the old value stays', () => {
  const graph = new Graph();
  const input = new Collection<number>(graph);
  const parity = new Derived(
    graph,
    input,
    n => ({ even: n % 2 === 0 }),
    (a, b) => a.even === b.even,
  );
  const labels = new Derived(graph, parity, ({ even }) => (even ? 'even' : 'odd'));
  input.set('n', 2);
  graph.settle();
  const before = parity.get('n');
  input.set('n', 4);
  graph.settle();
  assert.equal(parity.computed, 2);
  assert.equal(parity.get('n'), before);
  assert.equal(labels.computed, 1);
});

test('a value that reads two things changed at once is computed once, with both', () => {
  const graph = new Graph();
  const input = new Collection<number>(graph);
  const doubled = new Derived(graph, input, n => n * 2);
  const sums = new Derived(graph, input, (n, key, read) => n + (read(doubled, key) ?? 0) + (read(input, 'base') ?? 0));
  input.set('a', 1);
  input.set('base', 10);
  graph.settle();
  const before = sums.computed;
  input.set('a', 2);
  input.set('base', 20);
  graph.settle();
  assert.equal(sums.get('a'), 26);
  assert.equal(sums.computed - before, 2);
});
