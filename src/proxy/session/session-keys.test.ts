import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSessionKeys, sharedKeys } from './session-keys.ts';

const KEY = Uint8Array.from({ length: 32 }, (_, i) => i * 7);
const HEX = Buffer.from(KEY).toString('hex');
const BASE64 = Buffer.from(KEY).toString('base64');
const URL = Buffer.from(KEY).toString('base64url');
const OTHER = new Uint8Array(32).fill(9);

for (const [title, file, keys] of [
  ['raw bytes', KEY, [KEY]],
  ['raw bytes that look like text', 'x'.repeat(32), [new Uint8Array(32).fill(120)]],
  ['hex', HEX, [KEY]],
  ['hex in upper case, with a line end', `${HEX.toUpperCase()}\r\n`, [KEY]],
  ['base64', `${BASE64}\n`, [KEY]],
  ['base64url', URL, [KEY]],
  ['several, with empty lines and spaces', `\n  ${HEX}\n\n${Buffer.from(OTHER).toString('base64')}  \n`, [KEY, OTHER]],
] as const) {
  test(`keys are read: ${title}`, () => {
    const found = readSessionKeys(Buffer.from(file));
    assert.deepEqual(
      'keys' in found && found.keys.map(key => [...key]),
      keys.map(key => [...key]),
    );
  });
}

for (const [title, file, said] of [
  ['nothing', '', /^has no key in it/],
  ['empty lines', '\n\n', /^has no key in it/],
  ['too short', HEX.slice(2), /^line 1 is no key: 32 bytes/],
  ['too long', `${HEX}00`, /^line 1 is no key/],
  ['a second line that is none', `${HEX}\n${BASE64.slice(1)}`, /^line 2 is no key/],
  ['31 raw bytes', KEY.subarray(1), /^line 1 is no key/],
  ['too many', `${HEX}\n`.repeat(5), /^has 5 keys; 4 is the most/],
] as const) {
  test(`no keys: ${title}`, () => {
    const found = readSessionKeys(Buffer.from(file));
    assert.ok('refused' in found);
    assert.match(found.refused, said);
    assert.ok(!found.refused.includes(HEX.slice(2, 12)), 'nothing of it is told');
  });
}

test('without a file a process has one key, and always the same', () => {
  const [key] = sharedKeys([]);
  assert.equal(key?.length, 32);
  assert.equal(sharedKeys([])[0], key);
  assert.deepEqual(sharedKeys([OTHER]), [OTHER]);
  assert.throws(() => sharedKeys([OTHER, OTHER.subarray(1)]), /a key has 32 bytes/);
});
