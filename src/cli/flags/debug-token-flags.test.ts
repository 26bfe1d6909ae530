import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { parseFlags } from './flags.ts';
import { PROXY_FLAGS, proxyOptions } from './proxy-flags.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'sluice-token-'));
after(() => rmSync(folder, { recursive: true }));

const TOKEN = 'sesame-sesame-16';

function parse(...args: string[]) {
  return parseFlags(PROXY_FLAGS, args);
}

function inFile(text: string): string {
  const file = path.join(folder, 'token');
  writeFileSync(file, text);
  return file;
}

test('the token stands on the command line or in a file, whose counts', () => {
  for (const args of [
    ['--debug-token', TOKEN],
    [`--debug-token=${TOKEN}`],
    ['--debug-token-file', inFile(`${TOKEN}\n`)],
    ['--debug-token-file', inFile(TOKEN), '--debug-token', 'another-of-16-or-more'],
  ]) {
    const parsed = parse(...args);
    assert.ok(parsed.kind === 'flags');
    assert.equal(proxyOptions(parsed.values).debugToken, TOKEN);
  }
});

test('without one there is none', () => {
  const parsed = parse();
  assert.ok(parsed.kind === 'flags');
  assert.equal(proxyOptions(parsed.values).debugToken, undefined);
});

for (const [what, token, said] of [
  ['one that can be guessed', 'sesame', /must have 16 characters or more, for strangers may guess$/],
  ['none', '', /must have 16 characters or more, for strangers may guess$/],
  ['one with spaces', 'sesame sesame sesame', /must be printable ASCII without spaces: it goes into a header$/],
  ['one with other letters', 'sésame-sésame-16', /must be printable ASCII without spaces: it goes into a header$/],
  ['endless', 'sesame'.repeat(50), /must have 256 characters or less$/],
] as const) {
  test(`${what} is refused, and not quoted`, () => {
    for (const args of [['--debug-token', token], [`--debug-token=${token}`], ['--debug-token-file', inFile(token)]]) {
      const parsed = parse(...args);
      assert.ok(parsed.kind === 'wrong');
      assert.match(parsed.message, said);
      assert.doesNotMatch(parsed.message, /s.same/);
    }
  });
}

test('a file that can not be read is refused', () => {
  const parsed = parse('--debug-token-file', path.join(folder, 'none'));
  assert.ok(parsed.kind === 'wrong');
  assert.match(parsed.message, /none: can't be read: no such file or directory$/);
});
