import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MessageWriter } from './http1/message-writer.ts';
import { MAX_REPLAYED_BODY, SentCopy } from './sent-copy.ts';

const HEAD = 'head';

function copyOf(body: string): SentCopy {
  const out = new MessageWriter();
  out.text(HEAD);
  out.text(body);
  const copy = new SentCopy();
  copy.take(out, HEAD.length);
  return copy;
}

const text = ({ bytes, length }: SentCopy) => bytes.toString('latin1', 0, length);

test('a request is kept piece by piece', () => {
  const copy = copyOf('a');
  for (const piece of ['bc', 'd'.repeat(1_000), 'e']) copy.append(Buffer.from(`-${piece}-`), 1, piece.length + 1);
  assert.equal(text(copy), `${HEAD}abc${'d'.repeat(1_000)}e`);
  assert.ok(copy.whole);
});

for (const [name, first, second, whole] of [
  ['up to the limit', 1_000, MAX_REPLAYED_BODY - 1_000, true],
  ['one byte more', 1_000, MAX_REPLAYED_BODY - 999, false],
  ['the first piece alone up to the limit', MAX_REPLAYED_BODY, 0, true],
  ['the first piece alone longer than the limit', MAX_REPLAYED_BODY + 1, 0, false],
] as const) {
  test(`${name}: ${whole ? 'kept' : 'not kept'}`, () => {
    const copy = copyOf('x'.repeat(first));
    copy.append(Buffer.alloc(second), 0, second);
    assert.equal(copy.whole, whole);
    if (whole) assert.equal(copy.length, HEAD.length + first + second);
  });
}

test('a first piece that is too long to be sent twice can still wait for a connection', () => {
  const body = 'x'.repeat(MAX_REPLAYED_BODY + 1);
  assert.equal(text(copyOf(body)), HEAD + body);
});

test('what was given up stays given up, and its memory is free', () => {
  const copy = copyOf('x'.repeat(10_000));
  copy.append(Buffer.alloc(MAX_REPLAYED_BODY), 0, MAX_REPLAYED_BODY);
  copy.append(Buffer.alloc(1), 0, 1);
  assert.deepEqual([copy.whole, copy.length, copy.bytes.length], [false, 0, 0]);
});
