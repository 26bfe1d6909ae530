import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Patterns, testPattern } from './patterns.ts';

test('a pattern is compiled once for all who hold it, and forgotten when none does', () => {
  const patterns = new Patterns();
  const first = patterns.acquire('/a+');
  assert.equal(patterns.acquire('/a+'), first);
  patterns.release(first);
  patterns.sweep();
  assert.equal(patterns.size, 1);
  patterns.release(first);
  assert.equal(patterns.acquire('/a+'), first, 'taken up again before the sweep');
  patterns.sweep();
  assert.equal(patterns.size, 1);
  patterns.release(first);
  patterns.sweep();
  assert.equal(patterns.size, 0);
});

test('a pattern is anchored to the whole text, and one that RE2 refuses matches nothing', () => {
  const patterns = new Patterns();
  assert.equal(testPattern(patterns.acquire('/a|/ab'), '/ab'), true);
  assert.equal(testPattern(patterns.acquire('/a'), '/ab'), false);
  assert.equal(testPattern(patterns.acquire('a'), '/a'), false);
  for (const refused of ['(', '(?=a)', '\\1', 'a**']) assert.equal(testPattern(patterns.acquire(refused), 'a'), false);
});
