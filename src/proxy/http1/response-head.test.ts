import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHUNKED, LENGTH, NO_BODY, UNTIL_CLOSE } from './framing.ts';
import { HEAD_TOO_LARGE, INCOMPLETE, MALFORMED } from './refusal.ts';
import { ResponseHead } from './response-head.ts';

function parse(text: string, toHead = false): { head: ResponseHead; at: number } {
  const head = new ResponseHead();
  const bytes = Buffer.from(text, 'latin1');
  return { head, at: head.parse(bytes, 0, bytes.length, toHead) };
}

test('how the body ends and whether the connection lives on', () => {
  const rows: readonly [text: string, framing: number, keepAlive: boolean][] = [
    ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', LENGTH, true],
    ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', NO_BODY, true],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', CHUNKED, true],
    ['HTTP/1.1 200 OK\r\n\r\n', UNTIL_CLOSE, true],
    ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n', LENGTH, false],
    ['HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n', LENGTH, false],
    ['HTTP/1.0 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n', LENGTH, true],
    ['HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n', NO_BODY, true],
    ['HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n', NO_BODY, true],
    ['HTTP/1.1 100 Continue\r\n\r\n', NO_BODY, true],
    ['HTTP/1.1 200\r\nContent-Length: 5\r\n\r\n', LENGTH, true],
    ['HTTP/1.1 200 \r\nContent-Length: 5\r\n\r\n', LENGTH, true],
  ];
  for (const [text, framing, keepAlive] of rows) {
    const { head, at } = parse(text);
    assert.equal(at, text.length, text);
    assert.deepEqual([head.framing, head.keepAlive], [framing, keepAlive], text);
  }
});

test('the answer to HEAD has no body, whatever it says', () => {
  for (const field of ['Content-Length: 5', 'Transfer-Encoding: chunked', 'X: 1']) {
    assert.equal(parse(`HTTP/1.1 200 OK\r\n${field}\r\n\r\n`, true).head.framing, NO_BODY, field);
  }
});

const REFUSED: readonly (readonly [text: string, refusal: number])[] = [
  ['SSH-2.0-OpenSSH\r\n', MALFORMED],
  ['HTTP/2 200 OK\r\n\r\n', MALFORMED],
  ['HTTP/1.2 200 OK\r\n\r\n', MALFORMED],
  ['HTTP/1.1  200 OK\r\n\r\n', MALFORMED],
  ['HTTP/1.1 2000 OK\r\n\r\n', MALFORMED],
  ['HTTP/1.1 099 OK\r\n\r\n', MALFORMED],
  ['HTTP/1.1 600 OK\r\n\r\n', MALFORMED],
  ['HTTP/1.1 20x OK\r\n\r\n', MALFORMED],
  ['HTTP/1.1 200 OK\n\n', MALFORMED],
  ['HTTP/1.1 200 O\x00K\r\n\r\n', MALFORMED],
  ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n', MALFORMED],
  ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n', MALFORMED],
  ['HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n', MALFORMED],
  ['HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n', MALFORMED],
  ['HTTP/1.1 200 OK\r\nContent-Length: 5\t\r\n\r\n', MALFORMED],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\t\r\n\r\n', MALFORMED],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n', MALFORMED],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n', MALFORMED],
  ['HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', MALFORMED],
  ['HTTP/1.1 200 OK\r\nX : 1\r\n\r\n', MALFORMED],
  ['HTTP/1.1 200 OK\r\nX: 1\r\n 2\r\n\r\n', MALFORMED],
  [`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(131_072)}`, HEAD_TOO_LARGE],
];

for (const [text, refusal] of REFUSED) {
  test(`refused: ${JSON.stringify(text).slice(0, 90)}`, () => assert.equal(parse(text).at, refusal));
}

test('every beginning of a head is incomplete', () => {
  const text = 'HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\nX:y\r\n\r\n';
  for (let length = 0; length < text.length; length++) assert.equal(parse(text.slice(0, length)).at, INCOMPLETE);
});
