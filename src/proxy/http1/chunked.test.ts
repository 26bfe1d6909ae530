import assert from 'node:assert/strict';
import { test } from 'node:test';
import { latin1 } from './chars.ts';
import { ChunkedDecoder } from './chunked.ts';

/** Feeds pieces of `size` bytes; the content, or undefined when refused. `rest` is what was left behind the end. */
function decode(
  text: string,
  size: number,
): { content: string; trailer: string; rest: number; done: boolean } | undefined {
  const decoder = new ChunkedDecoder();
  const bytes = Buffer.from(text, 'latin1');
  let content = '';
  let at = 0;
  while (at < bytes.length && !decoder.done) {
    const end = Math.min(at + size, bytes.length);
    while (at < end && !decoder.done) {
      at = decoder.step(bytes, at, end);
      if (at < 0) return undefined;
      content += latin1(bytes, decoder.dataStart, decoder.dataEnd);
    }
  }
  const trailer = Buffer.from(decoder.trailer).toString('latin1');
  return { content, trailer, rest: bytes.length - at, done: decoder.done };
}

const VALID: readonly (readonly [text: string, content: string, trailer: string, rest: number])[] = [
  ['0\r\n\r\n', '', '\r\n', 0],
  ['5\r\nhello\r\n0\r\n\r\nGET', 'hello', '\r\n', 3],
  ['5\r\nhello\r\nB\r\n wide world\r\n000\r\n\r\n', 'hello wide world', '\r\n', 0],
  ['a;x="y";z\r\n0123456789\r\n0;last\r\n\r\n', '0123456789', '\r\n', 0],
  ['1;a;b=c;d="\\"e;\xe9"\r\n.\r\n0\r\n\r\n', '.', '\r\n', 0],
  ['1\r\n\r\r\n0\r\nX: 1\r\nY: 2\r\n\r\n.', '\r', 'X: 1\r\nY: 2\r\n\r\n', 1],
];

for (const [text, content, trailer, rest] of VALID) {
  test(`byte by byte and whole, the same: ${JSON.stringify(text)}`, () => {
    for (const size of [1, 2, 3, 7, text.length]) {
      assert.deepEqual(decode(text, size), { content, trailer, rest, done: true }, `pieces of ${size}`);
    }
  });
}

test('every beginning of a body is unfinished', () => {
  const text = '5;x\r\nhello\r\n0\r\nX: 1\r\n\r\n';
  for (let length = 0; length < text.length; length++) assert.equal(decode(text.slice(0, length), 64)?.done, false);
});

const REFUSED: readonly string[] = [
  '\r\n',
  'g\r\n',
  '0x5\r\nhello\r\n',
  '+5\r\nhello\r\n',
  '-5\r\n',
  ' 5\r\nhello\r\n',
  '5 \r\nhello\r\n',
  '5\nhello\r\n',
  '5\rhello',
  '5;a\nb',
  '5;a\x00\r\n',
  '5;\r\nhello\r\n',
  '5;;a\r\nhello\r\n',
  '5;a=\r\nhello\r\n',
  '5; a\r\nhello\r\n',
  '5;a =b\r\nhello\r\n',
  '5;a b\r\nhello\r\n',
  '5;a="b\r\nhello\r\n',
  '5;a="b"c\r\nhello\r\n',
  '5;a="\\\n"\r\nhello\r\n',
  '5;a=b=c\r\nhello\r\n',
  '5\r\nhelloX',
  '5\r\nhello\n',
  '5\r\nhello\rX',
  '00000000000005\r\nhello\r\n',
  '0\r\n\n',
  '0\r\nX: 1\n\r\n',
  `1;${'x'.repeat(20_000)}\r\n`,
  `0\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
];

for (const text of REFUSED) {
  test(`refused: ${JSON.stringify(text).slice(0, 60)}`, () => {
    for (const size of [1, text.length]) assert.equal(decode(text, size), undefined, `pieces of ${size}`);
  });
}

test('a decoder starts anew after a reset', () => {
  const decoder = new ChunkedDecoder();
  const bytes = Buffer.from('5\r\nhello\r\n0\r\nX: 1\r\n\r\n', 'latin1');
  for (let round = 0; round < 2; round++) {
    decoder.reset();
    let at = 0;
    while (!decoder.done) at = decoder.step(bytes, at, bytes.length);
    assert.equal(at, bytes.length);
    assert.equal(Buffer.from(decoder.trailer).toString(), 'X: 1\r\n\r\n');
  }
});
