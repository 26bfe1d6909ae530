import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldLocator, fieldPosition } from './field-position.ts';

const TEXT = `# first
a: 1
list:
  - name: x
    deep: { b: [1, 2] }

  - name: y
`;

const PLACES: readonly (readonly [path: string, line: number, column: number])[] = [
  ['', 2, 1],
  ['a', 2, 1],
  ['list', 3, 1],
  ['list[0]', 4, 5],
  ['list[0].deep.b[1]', 5, 20],
  ['list[1].name', 7, 5],
  ['list[1].nothing', 7, 5],
  ['list[5]', 3, 1],
];

test('fields are found, one by one and with one tree for all', () => {
  const locate = fieldLocator(TEXT);
  for (const [path, line, column] of PLACES) {
    assert.deepEqual(fieldPosition(TEXT, path), { line, column }, path);
    assert.deepEqual(locate(path), { line, column }, path);
  }
});
