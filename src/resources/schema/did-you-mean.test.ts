import assert from 'node:assert/strict';
import { test } from 'node:test';
import { meantWord } from './did-you-mean.ts';

const WORDS: readonly (readonly [word: string, known: readonly string[], meant: string | undefined])[] = [
  ['parentrefs', ['rules', 'parentRefs'], 'parentRefs'],
  ['backendRef', ['backendRefs', 'filters'], 'backendRefs'],
  ['hostnmaes', ['hostnames', 'rules'], 'hostnames'],
  ['nme', ['name', 'namespace'], 'name'],
  ['rnu', ['check', 'run'], 'run'],
  ['ba', ['ab'], 'ab'],
  ['forwardTo', ['backendRefs', 'filters'], undefined],
  ['a', ['tls'], undefined],
  ['x'.repeat(100_000), ['x'], undefined],
];

for (const [word, known, meant] of WORDS) {
  test(`${word.slice(0, 20)} means ${meant ?? 'nothing known'}`, () => assert.equal(meantWord(word, known), meant));
}
