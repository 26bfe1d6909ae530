import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeadReader } from './head-reader.ts';
import { HEAD_TOO_LARGE, INCOMPLETE, MALFORMED } from './http1/refusal.ts';
import { RequestHead } from './http1/request-head.ts';

const LIMITS = { maxHeadBytes: 256, maxTargetBytes: 64, maxHeaders: 8 };

/** What reading says when the bytes grow by `size` at a time, as a connection that keeps them would see it. */
function readInPieces(text: string, size: number): number {
  const reader = new HeadReader(new RequestHead(LIMITS), LIMITS.maxHeadBytes);
  const bytes = Buffer.from(text, 'latin1');
  let start = 0;
  for (let end = Math.min(size, bytes.length); ; end = Math.min(end + size, bytes.length)) {
    start = reader.skipLine(bytes, start, end);
    const at = reader.read(bytes, start, end);
    if (at !== INCOMPLETE || end === bytes.length) return at;
  }
}

const HEAD = 'GET /x HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n';
const ROWS: readonly (readonly [name: string, text: string, result: number])[] = [
  ['a head', HEAD, HEAD.length],
  ['a head and a body', `${HEAD}body`, HEAD.length],
  ['a head without its end', HEAD.slice(0, -1), INCOMPLETE],
  ['a space before the colon', HEAD.replace('X:', 'X :'), MALFORMED],
  ['a bare LF', HEAD.replace('y\r\n', 'y\n'), MALFORMED],
  ['a head beyond the limit', HEAD.replace('y', 'y'.repeat(300)), HEAD_TOO_LARGE],
];

for (const [name, text, result] of ROWS) {
  test(`${name}: the same in pieces of any size`, () => {
    for (const size of [1, 2, 3, 5, 17, text.length])
      assert.equal(readInPieces(text, size), result, `pieces of ${size}`);
  });
}

test('one empty line before a head is passed over, a second is not', () => {
  const reader = new HeadReader(new RequestHead(LIMITS), LIMITS.maxHeadBytes);
  const bytes = Buffer.from(`\r\n\r\n${HEAD}`, 'latin1');
  const at = reader.skipLine(bytes, 0, bytes.length);
  assert.equal(at, 2);
  assert.equal(reader.skipLine(bytes, at, bytes.length), at);
  assert.equal(reader.read(bytes, at, bytes.length), MALFORMED);
});
