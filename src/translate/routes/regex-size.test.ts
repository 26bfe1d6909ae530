import assert from 'node:assert/strict';
import { test } from 'node:test';
import { regexSize } from './regex-size.ts';

test('a pattern is as large as it is with its repetitions written out', () => {
  const cases: readonly [pattern: string, size: number][] = [
    ['', 0],
    ['abc', 3],
    ['a{3}', 3],
    ['a{2,5}', 5],
    ['a{7,}', 7],
    ['[a-z\\]{9}]{4}', 4],
    ['\\p{Greek}{10}', 100],
    ['[^\\PLx]{10}', 100],
    ['\\{5}', 2],
    ['(ab){10}', 30],
    ['((a{10}){10})', 111],
    ['(ab', 2],
  ];
  for (const [pattern, size] of cases) {
    const found = regexSize(pattern);
    assert.ok(found >= size && found <= size + 2, `${pattern}: ${found}, about ${size}`);
  }
});
