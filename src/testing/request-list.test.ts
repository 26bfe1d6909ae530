import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRequestList } from './request-list.ts';
import type { TestRequest } from './routing-test.ts';

const READ: readonly (readonly [line: string, request: TestRequest])[] = [
  ['http://h/', { url: 'http://h/' }],
  ['  GET http://h/?a=b;c  ', { url: 'http://h/?a=b;c' }],
  ['POST http://h/ X-A: 1', { method: 'POST', url: 'http://h/', headers: { 'X-A': '1' } }],
  ['http://h/ a: b; c; d:e', { url: 'http://h/', headers: { a: 'b; c', d: 'e' } }],
];

for (const [line, request] of READ) {
  test(`${line} is read`, () => assert.deepEqual(readRequestList(line), [{ line: 1, request }]));
}

const REFUSED: readonly (readonly [line: string, why: RegExp])[] = [
  ['h/x', /url must be http:\/\/.*with its scheme/],
  ['get http://h/', /url must be http/],
  ['http://h/ foo', /"foo" is no header: write name: value/],
  ['http://h/ content-length: 1', /leave it out/],
];

for (const [line, why] of REFUSED) {
  test(`${line} is refused`, () => {
    const [listed] = readRequestList(`# a comment\n\n${line}\r\n`);
    assert.ok(listed && 'refused' in listed);
    assert.equal(listed.line, 3);
    assert.match(listed.refused, why);
  });
}
