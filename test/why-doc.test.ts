import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { ROOT } from './cli-rig.ts';

/** A page whose commands are run: each must print what stands below it, to the letter. `UPDATE_GOLDEN=1` writes it there. */
const PAGE = path.join(ROOT, 'docs', 'why.md');
const BLOCK = /^```console\n([\s\S]*?)^```$/gm;

interface Shown {
  readonly command: string;
  readonly output: string;
}

function shownIn(block: string): readonly Shown[] {
  return block.split(/^\$ /m).flatMap(text => {
    const end = text.indexOf('\n');
    return text === '' ? [] : [{ command: text.slice(0, end), output: text.slice(end + 1) }];
  });
}

/** Both streams, as a terminal shows them. */
function printed(command: string): Promise<string> {
  const env = {
    ...process.env,
    PATH: `${path.join(ROOT, 'bin')}${path.delimiter}${process.env.PATH}`,
    NO_COLOR: '1',
    SLUICE_ADMIN: '',
  };
  return new Promise(resolve => {
    execFile('/bin/sh', ['-c', `{ ${command}; } 2>&1`], { cwd: ROOT, env }, (_, stdout) => resolve(stdout));
  });
}

const page = readFileSync(PAGE, 'utf8');
const shown = [...page.matchAll(BLOCK)].flatMap(([, block = '']) => shownIn(block));
const outputs = new Map<string, string>();

test('there are commands on the page', () => assert.ok(shown.length > 5));

for (const { command, output } of shown) {
  test(command, async () => {
    assert.match(command, /^sluice /);
    const now = await printed(command);
    outputs.set(command, now);
    if (!process.env.UPDATE_GOLDEN) assert.equal(output, now);
  });
}

if (process.env.UPDATE_GOLDEN) test('the page is written anew', writePage);

function writePage(): void {
  const blocks = page.replace(BLOCK, (_, block: string) => {
    const text = shownIn(block).map(({ command }) => `$ ${command}\n${outputs.get(command) ?? ''}`);
    return `\`\`\`console\n${text.join('')}\`\`\``;
  });
  writeFileSync(PAGE, blocks);
}
