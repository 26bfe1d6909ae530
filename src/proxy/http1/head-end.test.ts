import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headEnd } from './head-end.ts';
import { INCOMPLETE, MALFORMED } from './refusal.ts';

test('the end is found wherever the pieces meet, and not before', () => {
  const bytes = Buffer.from('..GET / HTTP/1.1\r\nHost: a\r\n\r\nrest', 'latin1');
  const end = bytes.indexOf('rest');
  for (let cut = 3; cut < end; cut++) {
    assert.equal(headEnd(bytes, 2, 2, cut), INCOMPLETE, `cut at ${cut}`);
    assert.equal(headEnd(bytes, 2, cut, bytes.length), end, `cut at ${cut}`);
  }
});

test('junk is refused before its end', () => {
  for (const text of ['GET / HTTP/1.1\n', 'GET /\r /', '\x16\x03\x01', 'A\x00', 'A\r\r', '\n']) {
    const bytes = Buffer.from(text, 'latin1');
    assert.equal(headEnd(bytes, 0, 0, bytes.length), MALFORMED, JSON.stringify(text));
  }
});
