import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { openSink, type Sink } from './sink.ts';

function folder(t: TestContext): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'sluice-log-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

async function say(sink: Sink, text: string): Promise<void> {
  const bytes = Buffer.from(`<${text}>`);
  assert.equal(await sink.write(bytes, 1, bytes.length - 1), text.length);
}

test('appends to a file', async t => {
  const file = path.join(folder(t), 'a.log');
  writeFileSync(file, 'before\n');
  const sink = openSink(file);
  await say(sink, 'one\n');
  await say(sink, 'two\n');
  assert.equal(readFileSync(file, 'utf8'), 'before\none\ntwo\n');
});

test('a file that is renamed or deleted is followed by a new one', async t => {
  const file = path.join(folder(t), 'a.log');
  let now = 0;
  const sink = openSink(file, () => now);
  await say(sink, 'one\n');
  renameSync(file, `${file}.1`);
  await say(sink, 'still\n');
  now += 1_000;
  await say(sink, 'two\n');
  assert.equal(readFileSync(`${file}.1`, 'utf8'), 'one\nstill\n');
  assert.equal(readFileSync(file, 'utf8'), 'two\n');
  rmSync(file);
  now += 1_000;
  await say(sink, 'three\n');
  assert.equal(readFileSync(file, 'utf8'), 'three\n');
});

test('without a place for a new file the old one is kept', async t => {
  const dir = folder(t);
  const inner = path.join(dir, 'logs');
  const file = path.join(inner, 'a.log');
  let now = 0;
  const sink = openSink(file, () => now);
  await assert.rejects(say(sink, 'lost\n'), { code: 'ENOENT' });
  mkdirSync(inner);
  await say(sink, 'one\n');
  renameSync(inner, `${inner}.old`);
  now += 1_000;
  await say(sink, 'two\n');
  assert.equal(readFileSync(path.join(`${inner}.old`, 'a.log'), 'utf8'), 'one\ntwo\n');
});
