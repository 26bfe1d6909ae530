import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PathMatch } from '../ir/index.ts';
import { createHostIndex } from './host-index.ts';
import { getLeaf, getPathIndex, type PathIndex, removeLeaf, settlePaths } from './path-index.ts';
import { Patterns } from './patterns.ts';

const regexes = Array.from({ length: 300 }, (_, at): PathMatch => ({ kind: 'regex', value: `/${at}/.*` }));
const PATHS: readonly PathMatch[] = [
  { kind: 'prefix', value: '' },
  { kind: 'exact', value: '/' },
  { kind: 'prefix', value: '/a/b' },
  { kind: 'exact', value: '/a/b' },
  { kind: 'exact', value: '/a/b/' },
  { kind: 'regex', value: '(' },
  ...regexes,
];

test('a leaf is found again, and nothing is left when all are gone', () => {
  const patterns = new Patterns();
  const home = createHostIndex<PathIndex<string>>();
  const index = getPathIndex(home, '*.example.com');
  const leaves = PATHS.map(path => getLeaf(index, path, patterns));
  assert.deepEqual(
    PATHS.map(path => getLeaf(index, path, patterns) === leaves[PATHS.indexOf(path)]),
    PATHS.map(() => true),
  );
  settlePaths(index);
  for (const leaf of leaves) removeLeaf(leaf, patterns);
  settlePaths(index);
  patterns.sweep();
  assert.equal(home.wildcard.size, 0);
  assert.equal(index.root.children, undefined);
  assert.deepEqual([index.regexes.byPath.size, index.regexes.chunks.length, patterns.size], [0, 0, 0]);
});
