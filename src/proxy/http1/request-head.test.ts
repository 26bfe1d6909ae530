import assert from 'node:assert/strict';
import { test } from 'node:test';
import { latin1 } from './chars.ts';
import { CHUNKED, LENGTH, NO_BODY } from './framing.ts';
import {
  HEAD_TOO_LARGE,
  INCOMPLETE,
  MALFORMED,
  TARGET_TOO_LONG,
  TOO_MANY_FIELDS,
  UNKNOWN_CODING,
  UNKNOWN_VERSION,
} from './refusal.ts';
import { RequestHead } from './request-head.ts';

const LIMITS = { maxHeadBytes: 1_024, maxTargetBytes: 64, maxHeaders: 8 };

function parse(text: string): { head: RequestHead; at: number } {
  const head = new RequestHead(LIMITS);
  const bytes = Buffer.from(`..${text}`, 'latin1');
  return { head, at: head.parse(bytes, 2, bytes.length) };
}

const span = (head: RequestHead, start: number, end: number): string => latin1(head.bytes, start, end);

test('a head is read as spans, up to its empty line', () => {
  const { head, at } = parse('POST /a%20b?x=1 HTTP/1.1\r\nHost: shop.example:80\r\nContent-LENGTH:  12 \r\n\r\nbody');
  assert.equal(span(head, at, head.bytes.length), 'body');
  assert.equal(head.method, 'POST');
  assert.equal(span(head, head.pathStart, head.pathEnd), '/a%20b');
  assert.equal(head.query, 'x=1');
  assert.equal(span(head, head.hostStart, head.hostEnd), 'shop.example:80');
  assert.equal(head.header('content-length'), '12');
  assert.equal(head.header('x'), undefined);
  assert.deepEqual([head.framing, head.contentLength, head.keepAlive], [LENGTH, 12, true]);
});

test('what the fields say about framing and connection', () => {
  const rows: readonly [fields: string, framing: number, keepAlive: boolean][] = [
    ['', NO_BODY, true],
    ['Content-Length: 0\r\n', NO_BODY, true],
    ['Content-Length: 007\r\n', LENGTH, true],
    ['Transfer-Encoding: chunked\r\n', CHUNKED, true],
    ['transfer-encoding: CHUNKED\r\n', CHUNKED, true],
    ['Connection: close\r\n', NO_BODY, false],
    ['Connection: x, Close\r\n', NO_BODY, false],
    ['Connection: x\r\nConnection: close\r\n', NO_BODY, false],
    ['Connection: keep-alive, close\r\n', NO_BODY, false],
  ];
  for (const [fields, framing, keepAlive] of rows) {
    const { head, at } = parse(`PUT / HTTP/1.1\r\nHost: a\r\n${fields}\r\n`);
    assert.ok(at > 0, fields);
    assert.deepEqual([head.framing, head.keepAlive], [framing, keepAlive], fields);
  }
});

test('HTTP/1.0 needs no Host and keeps no connection that it did not ask for', () => {
  assert.equal(parse('GET / HTTP/1.0\r\n\r\n').head.keepAlive, false);
  assert.equal(parse('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n').head.keepAlive, true);
  const { head } = parse('GET / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n');
  assert.deepEqual([head.version, head.expectsContinue], [10, false]);
});

test('the forms of a target', () => {
  const rows: readonly [line: string, path: string, host: string, absolute: boolean][] = [
    ['GET /x?y', '/x', 'a', false],
    ['GET http://b:81/x?y', '/x', 'b:81', true],
    ['GET HTTP://b?y', '', 'b', true],
    ['GET https://b', '', 'b', true],
    ['OPTIONS *', '', 'a', false],
  ];
  for (const [line, path, host, absolute] of rows) {
    const { head, at } = parse(`${line} HTTP/1.1\r\nHost: a\r\n\r\n`);
    assert.ok(at > 0, line);
    const read = [span(head, head.pathStart, head.pathEnd), span(head, head.hostStart, head.hostEnd), head.absolute];
    assert.deepEqual(read, [path, host, absolute], line);
  }
});

const REFUSED: readonly (readonly [name: string, text: string, refusal: number])[] = [
  ['no method', ' / HTTP/1.1\r\n\r\n', MALFORMED],
  ['two spaces', 'GET  / HTTP/1.1\r\n\r\n', MALFORMED],
  ['a space behind the version', 'GET / HTTP/1.1 \r\n\r\n', MALFORMED],
  ['no version', 'GET /\r\n\r\n', MALFORMED],
  ['a version in lower case', 'GET / http/1.1\r\n\r\n', MALFORMED],
  ['a version of two digits', 'GET / HTTP/1.10\r\n\r\n', MALFORMED],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\n', UNKNOWN_VERSION],
  ['HTTP/1.2', 'GET / HTTP/1.2\r\nHost: a\r\n\r\n', UNKNOWN_VERSION],
  ['a bare LF', 'GET / HTTP/1.1\nHost: a\n\n', MALFORMED],
  ['no Host', 'GET / HTTP/1.1\r\n\r\n', MALFORMED],
  ['two Hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n', MALFORMED],
  ['userinfo', 'GET http://u@b/ HTTP/1.1\r\nHost: b\r\n\r\n', MALFORMED],
  ['an empty authority', 'GET http:///x HTTP/1.1\r\nHost: b\r\n\r\n', MALFORMED],
  ['another scheme', 'GET ftp://b/ HTTP/1.1\r\nHost: b\r\n\r\n', MALFORMED],
  ['a target that is no path', 'GET x HTTP/1.1\r\nHost: b\r\n\r\n', MALFORMED],
  ['* with GET', 'GET * HTTP/1.1\r\nHost: b\r\n\r\n', MALFORMED],
  ['a fragment', 'GET /#x HTTP/1.1\r\nHost: b\r\n\r\n', MALFORMED],
  ['a long target', `GET /${'x'.repeat(64)} HTTP/1.1\r\nHost: b\r\n\r\n`, TARGET_TOO_LONG],
  ['a long target without its end', `GET /${'x'.repeat(64)}`, TARGET_TOO_LONG],
  ['a long head', `GET / HTTP/1.1\r\nHost: b\r\nX: ${'x'.repeat(1_024)}\r\n\r\n`, HEAD_TOO_LARGE],
  ['a long head without its end', `GET / HTTP/1.1\r\nHost: b\r\nX: ${'x'.repeat(1_024)}`, HEAD_TOO_LARGE],
  ['nine fields', `GET / HTTP/1.1\r\nHost: b\r\n${'X: 1\r\n'.repeat(8)}\r\n`, TOO_MANY_FIELDS],
  ['a coding in HTTP/1.0', 'POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n', MALFORMED],
  ...withHost('Content-Length: 1\r\nTransfer-Encoding: chunked', MALFORMED),
  ...withHost('Content-Length: 1\r\nContent-Length: 1', MALFORMED),
  ...withHost('Content-Length: 1, 1', MALFORMED),
  ...withHost('Content-Length: +1', MALFORMED),
  ...withHost('Content-Length: -1', MALFORMED),
  ...withHost('Content-Length:', MALFORMED),
  ...withHost('Content-Length: 0x1', MALFORMED),
  ...withHost('Content-Length: 99999999999999999999', MALFORMED),
  ...withHost('Content-Length:\t1', MALFORMED),
  ...withHost('Content-Length: 1 \t', MALFORMED),
  ...withHost('Transfer-Encoding:\tchunked', MALFORMED),
  ...withHost('Transfer-Encoding: chunked\t', MALFORMED),
  ...withHost('Transfer-Encoding: gzip', UNKNOWN_CODING),
  ...withHost('Transfer-Encoding: gzip, chunked', UNKNOWN_CODING),
  ...withHost('Transfer-Encoding: chunked, gzip', MALFORMED),
  ...withHost('Transfer-Encoding: chunked, chunked', MALFORMED),
  ...withHost('Transfer-Encoding: chunked,', MALFORMED),
  ...withHost('Transfer-Encoding:', MALFORMED),
  ...withHost('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked', MALFORMED),
  ...withHost('X : 1', MALFORMED),
  ...withHost('X: 1\r\n folded', MALFORMED),
  ...withHost('X: a\rb', MALFORMED),
  ...withHost('X: a\x00b', MALFORMED),
  ...withHost('X: a\x7fb', MALFORMED),
  ...withHost(': 1', MALFORMED),
  ...withHost('X\xe9: 1', MALFORMED),
  ...withHost('Connection: a b', MALFORMED),
];

function withHost(fields: string, refusal: number): [[string, string, number]] {
  return [[JSON.stringify(fields), `POST / HTTP/1.1\r\nHost: a\r\n${fields}\r\n\r\n`, refusal]];
}

for (const [name, text, refusal] of REFUSED) {
  test(`refused: ${name}`, () => assert.equal(parse(text).at, refusal));
}

test('every beginning of a head is incomplete, and no beginning is refused', () => {
  const text = 'PUT http://b/x?y HTTP/1.1\r\nHost: a\r\nConnection: x, close\r\nX:\r\nContent-Length: 5\r\n\r\n';
  for (let length = 0; length < text.length; length++) {
    assert.equal(parse(text.slice(0, length)).at, INCOMPLETE, JSON.stringify(text.slice(0, length)));
  }
  assert.equal(parse(text).at, text.length + 2);
});
