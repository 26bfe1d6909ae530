import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatPath, parsePath, type Segment } from './field-path.ts';

const PATHS: readonly (readonly [string, readonly Segment[]])[] = [
  ['', []],
  ['spec', ['spec']],
  ['spec.rules[0].matches[12].path', ['spec', 'rules', 0, 'matches', 12, 'path']],
  ['metadata.labels[example.com/team]', ['metadata', 'labels', 'example.com/team']],
  ['data[tls.key]', ['data', 'tls.key']],
  ['items[2].spec', ['items', 2, 'spec']],
];

for (const [text, segments] of PATHS) {
  test(`the path ${text || '(empty)'} is written and read`, () => {
    assert.equal(formatPath(segments), text);
    assert.deepEqual(parsePath(text), segments);
  });
}

test('reading a written path gives the path', () => {
  const name = fc.stringMatching(/^[a-zA-Z_][-a-zA-Z0-9_./]{0,9}$/);
  fc.assert(
    fc.property(fc.array(fc.oneof(name, fc.nat(1000))), segments => {
      assert.deepEqual(parsePath(formatPath(segments)), segments);
    }),
  );
});
