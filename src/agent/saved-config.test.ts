import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { type Bind, seal, type Unit } from '../ir/index.ts';
import { readSaved, writeSaved as writeTexts } from './saved-config.ts';

const root = mkdtempSync(path.join(tmpdir(), 'sluice-saved-'));
after(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;
const folder = () => path.join(root, `${++folders}`);

const writeSaved = (dir: string, units: readonly Unit[]) =>
  writeTexts(
    dir,
    units.map(unit => JSON.stringify(unit)),
  );

const bind = (name: string): Bind => seal({ kind: 'Bind', name, host: '::', port: 8080, listeners: ['ns/g/http'] });
const many = Array.from({ length: 450 }, (_, n) => bind(`bind-${n}\n\u2028\r`));

for (const units of [[], [bind('one')], many]) {
  test(`${units.length} units come back as they were saved`, async () => {
    const dir = folder();
    assert.equal(await writeSaved(dir, units), undefined);
    assert.deepEqual(await readSaved(dir), { kind: 'units', units });
  });
}

test('nobody else may read it, and nothing else is left in the folder', async () => {
  const dir = folder();
  await writeSaved(dir, [bind('a')]);
  await writeSaved(dir, [bind('b')]);
  assert.equal(statSync(dir).mode & 0o777, 0o700);
  assert.deepEqual(readdirSync(dir), ['config']);
  assert.equal(statSync(path.join(dir, 'config')).mode & 0o777, 0o600);
});

test('what a process left that died over it is replaced', async () => {
  const dir = folder();
  mkdirSync(dir);
  writeFileSync(path.join(dir, 'config.new'), 'half', { mode: 0o644 });
  assert.equal(await writeSaved(dir, many), undefined);
  assert.deepEqual(readdirSync(dir), ['config']);
  assert.equal(statSync(path.join(dir, 'config')).mode & 0o777, 0o600);
});

test('where nothing was saved there is nothing', async () => {
  assert.deepEqual(await readSaved(folder()), { kind: 'none' });
});

const whole = async () => {
  const dir = folder();
  await writeSaved(dir, many);
  return readFileSync(path.join(dir, 'config'), 'utf8');
};

const BROKEN: readonly (readonly [what: string, damage: (text: string) => string, reason: RegExp])[] = [
  ['nothing', () => '', /its end is missing$/],
  ['cut off behind a line', text => text.slice(0, text.indexOf('\n', 500) + 1), /its end is missing$/],
  ['cut off in a line', text => text.slice(0, 500), /its end is missing$/],
  ['of somebody else', () => '{"upserts":[]}\n', /it is no configuration that this version wrote$/],
  ['of another version', text => text.replace('1\n', '2\n'), /it is no configuration that this version wrote$/],
  ['with a hole', text => text.replace('"hash"', '\0\0\0\0\0\0'), /a line of it can not be read$/],
  ['with a line that is no unit', text => text.replace('\n', '\nnull\n'), /a line of it can not be read$/],
  ['longer than it should be', text => `${text}${text}`, /a line of it can not be read$/],
];

for (const [what, damage, reason] of BROKEN) {
  test(`a file is not used that is ${what}`, async () => {
    const dir = folder();
    mkdirSync(dir);
    writeFileSync(path.join(dir, 'config'), damage(await whole()));
    const saved = await readSaved(dir);
    assert.ok(saved.kind === 'unusable');
    assert.match(saved.reason, reason);
    assert.doesNotMatch(saved.reason, /[\x00-\x1f]|bind-/);
  });
}

test('why it can not be read or written is said', async () => {
  const dir = folder();
  mkdirSync(path.join(dir, 'config'), { recursive: true });
  const saved = await readSaved(dir);
  assert.ok(saved.kind === 'unusable');
  assert.match(saved.reason, /illegal operation on a directory$/);
  const file = folder();
  writeFileSync(file, '');
  chmodSync(file, 0o600);
  assert.match((await writeSaved(path.join(file, 'below'), [])) ?? '', /can't be saved in .*: not a directory$/);
});

const SAVE = `
  const { writeSaved } = await import(process.argv[1]);
  console.log(JSON.stringify(await writeSaved(process.argv[2], [JSON.stringify('x'.repeat(Number(process.argv[3])))])));
`;

/** Saves a file of that size in a process whose files may be no longer than 16 blocks: of 512 bytes or of 1024, as the shell has it. */
function saveWithLittleRoom(dir: string, size: number): string | undefined {
  const frame = 'sluice configuration 1\n""\nend\n'.length;
  const script = ['--input-type=module', '-e', SAVE, path.join(import.meta.dirname, 'saved-config.ts')];
  const args = ['-c', 'ulimit -f 16; exec "$0" "$@"', process.execPath, ...script, dir, String(size - frame)];
  return JSON.parse(execFileSync('/bin/sh', args, { encoding: 'utf8' }).replace('undefined', 'null')) ?? undefined;
}

test('where there is no room, not even for the last line, what was saved before stays', async () => {
  const before = [bind('before')];
  for (const blocks of [512, 1_024]) {
    const dir = folder();
    await writeSaved(dir, before);
    assert.match(saveWithLittleRoom(dir, 20 * 1_024) ?? '', /can't be saved in .*: file too large$/);
    assert.deepEqual(await readSaved(dir), { kind: 'units', units: before });
    assert.deepEqual(readdirSync(dir), ['config']);
    const reason = saveWithLittleRoom(dir, 16 * blocks + 2);
    const after = readFileSync(path.join(dir, 'config'), 'utf8');
    assert.ok(after.endsWith('\nend\n'));
    assert.equal(after.length > 1_000, reason === undefined);
  }
});
