import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PartialHead } from './partial-head.ts';

/** After how many bytes, given one by one, a head is worth parsing. */
function bytesUntilParsed(text: string, maxBytes = 1_000_000): number {
  const bytes = Buffer.from(text, 'latin1');
  const partial = new PartialHead(maxBytes);
  for (let at = 0; at < bytes.length; at++) if (partial.append(bytes, at, at + 1)) return partial.stash.length;
  return -1;
}

const LONG = `HTTP/1.1 200 OK\r\n${'X-A: b\r\n'.repeat(2_000)}\r\n`;

test('a head that comes byte by byte is parsed when it is whole, not before', () => {
  assert.equal(bytesUntilParsed(`${LONG}body`), LONG.length);
  assert.equal(bytesUntilParsed(LONG.slice(0, -1)), -1);
});

test('what can be no head is parsed, and refused, at once', () => {
  assert.equal(bytesUntilParsed('HTTP/1.1 200 OK\nX: y\r\n\r\n'), 'HTTP/1.1 200 OK\n'.length);
  assert.equal(bytesUntilParsed(LONG, 100), 101);
});

test('what is worth parsing stays so, with all that was appended', () => {
  const partial = new PartialHead(100);
  const bytes = Buffer.from('..HTTP/1.1 200 OK\r\n\r\n..', 'latin1');
  assert.equal(partial.append(bytes, 2, bytes.length - 2), true);
  assert.equal(partial.append(Buffer.from('more'), 0, 4), true);
  assert.equal(
    partial.stash.bytes.toString('latin1', partial.stash.start, partial.stash.end),
    'HTTP/1.1 200 OK\r\n\r\nmore',
  );
});
