import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { parseFlags } from './flags.ts';
import { PROXY_FLAGS, proxyOptions } from './proxy-flags.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'sluice-keys-'));
after(() => rmSync(folder, { recursive: true }));

function read(text: string | Uint8Array) {
  const file = path.join(folder, 'keys');
  writeFileSync(file, text);
  chmodSync(file, 0o600);
  return parse(file);
}

function parse(file: string) {
  return parseFlags(PROXY_FLAGS, ['--session-key-file', file]);
}

test('a file of keys is read when the command line is', () => {
  const key = new Uint8Array(32).fill(0xab);
  const parsed = read(`${'ab'.repeat(32)}\n`);
  assert.ok(parsed.kind === 'flags');
  assert.deepEqual(proxyOptions(parsed.values).sessionKeys, [key]);
});

for (const [title, text, said] of [
  ['a word', 'secret', /^--session-key-file \S+: line 1 is no key: 32 bytes as 64 hex digits or as base64$/],
  ['nothing', '', /: has no key in it: 32 bytes as they are, as 64 hex digits or as base64$/],
  ['something else altogether', 'a'.repeat(10_000), /: is too long for a file of keys$/],
] as const) {
  test(`a file with ${title} is refused, and not quoted`, () => {
    const parsed = read(text);
    assert.ok(parsed.kind === 'wrong');
    assert.match(parsed.message, said);
    assert.doesNotMatch(parsed.message, /secret|aaaa/);
  });
}

test('a file that can not be read is refused', () => {
  for (const [file, said] of [
    [path.join(folder, 'none'), /none: can't be read: no such file or directory$/],
    [folder, /can't be read: illegal operation on a directory$/],
  ] as const) {
    const parsed = parse(file);
    assert.ok(parsed.kind === 'wrong');
    assert.match(parsed.message, said);
  }
});
