import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MessageWriter } from '../http1/message-writer.ts';
import { appendEscaped, type EscapePrefix } from './escape.ts';

function quoted(text: string, prefix: EscapePrefix, most = 1_000): string {
  const out = new MessageWriter(8);
  const bytes = Buffer.from(`<${text}>`, 'latin1');
  appendEscaped(out, bytes, 1, bytes.length - 1, most, prefix);
  return out.toString();
}

const TABLE: readonly (readonly [text: string, json: string, plain: string])[] = [
  ['', '', ''],
  ['/a?b=c&d=%20', '/a?b=c&d=%20', '/a?b=c&d=%20'],
  ['a"b', 'a\\u0022b', 'a\\x22b'],
  ['\\', '\\u005c', '\\x5c'],
  ['\\"', '\\u005c\\u0022', '\\x5c\\x22'],
  ['a\r\nb', 'a\\u000d\\u000ab', 'a\\x0d\\x0ab'],
  ['\u001b[31m', '\\u001b[31m', '\\x1b[31m'],
  ['\u0000\u007f', '\\u0000\\u007f', '\\x00\\x7f'],
  ['\u009b31m', '\\u009b31m', '\\x9b31m'],
  ['\u00c3\u00a9', '\\u00c3\\u00a9', '\\xc3\\xa9'],
];

for (const [text, json, plain] of TABLE) {
  test(`${JSON.stringify(text)} in quotes`, () => {
    assert.equal(quoted(text, '\\u00'), json);
    assert.equal(quoted(text, '\\x'), plain);
  });
}

test('any byte comes out of JSON as it went in, and none as anything but visible ASCII', () => {
  for (let byte = 0; byte < 256; byte++) {
    const text = `a${String.fromCharCode(byte)}b`;
    const json = quoted(text, '\\u00');
    assert.equal(JSON.parse(`"${json}"`), text);
    assert.match(json, /^[\x20-\x7e]+$/);
    assert.match(quoted(text, '\\x'), /^[\x20-\x7e]+$/);
  }
});

test('what is too long is cut before it is escaped, and says so', () => {
  assert.equal(quoted('abcdef', '\\x', 4), 'abcd...');
  assert.equal(quoted('abcd', '\\x', 4), 'abcd');
  assert.equal(quoted('""""""', '\\x', 2), '\\x22\\x22...');
});
