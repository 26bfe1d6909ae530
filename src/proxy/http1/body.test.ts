import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BodyReader } from './body.ts';
import { CHUNKED, LENGTH, NO_BODY, UNTIL_CLOSE, UNTIL_END } from './framing.ts';
import { MessageWriter } from './message-writer.ts';
import { endChunks } from './trailers.ts';

interface Relayed {
  readonly text: string;
  readonly rest: number;
  readonly done: boolean;
  readonly received: number;
}

function relay(framing: number, length: number, text: string, chunked: boolean): Relayed | undefined {
  const reader = new BodyReader();
  const out = new MessageWriter();
  const bytes = Buffer.from(text, 'latin1');
  reader.begin(framing, length);
  const at = reader.relay(bytes, 0, bytes.length, out, chunked);
  if (at < 0) return undefined;
  return { text: out.toString(), rest: bytes.length - at, done: reader.done, received: reader.received };
}

const ROWS: readonly (readonly [framing: number, text: string, chunked: boolean, result: Relayed])[] = [
  [LENGTH, 'hel', false, { text: 'hel', rest: 0, done: false, received: 3 }],
  [LENGTH, 'hello+', false, { text: 'hello', rest: 1, done: true, received: 5 }],
  [LENGTH, 'hello+', true, { text: '5\r\nhello\r\n0\r\n\r\n', rest: 1, done: true, received: 5 }],
  [UNTIL_CLOSE, 'hello', true, { text: '5\r\nhello\r\n', rest: 0, done: false, received: 5 }],
  [UNTIL_CLOSE, 'hello', false, { text: 'hello', rest: 0, done: false, received: 5 }],
  [CHUNKED, '2;x\r\nhe\r\n03\r\nllo\r\n', true, { text: '2\r\nhe\r\n3\r\nllo\r\n', rest: 0, done: false, received: 5 }],
  [CHUNKED, '2\r\nhe\r\n0\r\nX: 1\r\n\r\n+', false, { text: 'he', rest: 1, done: true, received: 2 }],
  [CHUNKED, '0\r\nX: 1\r\n\r\n', true, { text: '0\r\nX: 1\r\n\r\n', rest: 0, done: true, received: 0 }],
];

for (const [framing, text, chunked, result] of ROWS) {
  test(`framing ${framing}, ${chunked ? 'in chunks' : 'plain'}: ${JSON.stringify(text)}`, () => {
    assert.deepEqual(relay(framing, 5, text, chunked), result);
  });
}

test('fields of framing, routing and trust are no trailers', () => {
  const section =
    'Content-Length: 9\r\nHost: x\r\nX-Forwarded-For: 1.2.3.4\r\nGrpc-Status: 0\r\nTransfer-Encoding: gzip\r\n';
  assert.equal(relay(CHUNKED, 0, `0\r\n${section}\r\n`, true)?.text, '0\r\nGrpc-Status: 0\r\n\r\n');
});

test('a trailer section that is no field lines is refused', () => {
  const reader = new BodyReader();
  const bytes = Buffer.from('0\r\nGET / HTTP/1.1\r\n\r\n');
  reader.begin(CHUNKED, 0);
  assert.equal(reader.discard(bytes, 0, bytes.length), -1);
  assert.equal(relay(CHUNKED, 0, '0\r\nGET / HTTP/1.1\r\n\r\n', true), undefined);
});

test('a body that is not there is done, one that is dropped is counted', () => {
  const reader = new BodyReader();
  reader.begin(NO_BODY, 0);
  assert.equal(reader.done, true);
  reader.begin(CHUNKED, 0);
  const bytes = Buffer.from('5\r\nhello\r\n0\r\n\r\n');
  assert.equal(reader.discard(bytes, 0, bytes.length), bytes.length);
  assert.deepEqual([reader.done, reader.received], [true, 5]);
});

test('the end of a chunked body', () => {
  const out = new MessageWriter();
  endChunks(out);
  assert.equal(out.toString(), '0\r\n\r\n');
});

test('a body that ends by itself: as long as it said, or broken', () => {
  const table: readonly (readonly [length: number, text: string, rest: number, whole: boolean])[] = [
    [-1, 'hello', 0, true],
    [5, 'hello', 0, true],
    [0, '', 0, true],
    [6, 'hello', 0, false],
    [4, 'hello', 1, true],
  ];
  for (const [length, text, rest, whole] of table) {
    const reader = new BodyReader();
    reader.begin(UNTIL_END, length);
    assert.equal(text.length - reader.take(0, text.length), rest);
    assert.equal(reader.done, false, 'only its end tells');
    assert.deepEqual([reader.finish(), reader.done], [whole, true]);
  }
});
