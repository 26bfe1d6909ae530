import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Collection, Derived, Graph, IndexBy } from './index.ts';

function library() {
  const graph = new Graph();
  const books = new Collection<readonly string[]>(graph);
  const byAuthor = new IndexBy(graph, books, authors => authors);
  const counts = new Derived(graph, byAuthor, titles => titles.length);
  return { graph, books, byAuthor, counts };
}

test('members are in order of their keys, however they came', () => {
  const { graph, books, byAuthor } = library();
  for (const title of ['c', 'a', 'b']) books.set(title, ['Austen']);
  graph.settle();
  assert.deepEqual(byAuthor.get('Austen'), ['a', 'b', 'c']);
  books.delete('b');
  graph.settle();
  assert.deepEqual(byAuthor.get('Austen'), ['a', 'c']);
});

test('a member of several groups, or twice of one, is in each once', () => {
  const { graph, books, byAuthor } = library();
  books.set('omens', ['Gaiman', 'Pratchett', 'Gaiman']);
  graph.settle();
  assert.deepEqual(byAuthor.get('Gaiman'), ['omens']);
  assert.deepEqual(byAuthor.get('Pratchett'), ['omens']);
  assert.equal([...byAuthor.keys()].length, 2);
});

test('moving to another group tells both, and a group without members is gone', () => {
  const { graph, books, byAuthor, counts } = library();
  books.set('a', ['Anonymous']);
  graph.settle();
  books.set('a', ['Austen']);
  graph.settle();
  assert.deepEqual([...byAuthor.changes].sort(), ['Anonymous', 'Austen']);
  assert.equal(byAuthor.get('Anonymous'), undefined);
  assert.equal(counts.get('Anonymous'), undefined);
  assert.equal(counts.get('Austen'), 1);
});

test('readers of a group hear of members that only changed', () => {
  const { graph, books, byAuthor } = library();
  books.set('a', ['Austen']);
  graph.settle();
  books.set('a', ['Austen', 'Brontë']);
  graph.settle();
  assert.ok(byAuthor.changes.has('Austen'));
});

test('readers of other groups are left alone', () => {
  const { graph, books, counts } = library();
  books.set('a', ['Austen']);
  books.set('b', ['Brontë']);
  graph.settle();
  const before = counts.computed;
  books.set('c', ['Brontë']);
  graph.settle();
  assert.equal(counts.computed - before, 1);
});
