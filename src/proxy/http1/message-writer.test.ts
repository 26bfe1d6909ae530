import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MessageWriter } from './message-writer.ts';

test('numbers, text, bytes and chunks', () => {
  const out = new MessageWriter();
  for (const value of [0, 7, 10, 99, 100, 999_999, 1_000_000, 123_456_789_012]) {
    out.clear();
    out.decimal(value);
    assert.equal(out.toString(), String(value));
  }
  out.clear();
  out.crlf();
  out.text('caf\xe9');
  out.chunk(Buffer.from('..abc'), 2, 5);
  assert.equal(out.toString(), '\r\ncaf\xe93\r\nabc\r\n');
});

test('a message larger than the buffer is whole', () => {
  const out = new MessageWriter();
  const piece = Buffer.alloc(100_001, 'abc');
  for (let i = 0; i < 5; i++) out.all(piece);
  out.text('x'.repeat(300));
  assert.equal(out.length, 500_305);
  assert.deepEqual(Buffer.from(out.bytes.subarray(0, 500_005)), Buffer.concat([piece, piece, piece, piece, piece]));
});
