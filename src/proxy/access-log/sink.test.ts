import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { Lane } from '../shared/lane.ts';
import { clearLane, createSharedMemory } from '../shared/shared-memory.ts';
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
  const sink = openSink(file, undefined, () => now);
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
  const sink = openSink(file, undefined, () => now);
  await assert.rejects(say(sink, 'lost\n'), { code: 'ENOENT' });
  mkdirSync(inner);
  await say(sink, 'one\n');
  renameSync(inner, `${inner}.old`);
  now += 1_000;
  await say(sink, 'two\n');
  assert.equal(readFileSync(path.join(`${inner}.old`, 'a.log'), 'utf8'), 'one\ntwo\n');
});

test('a line that a pipe takes in parts is finished before another thread writes', async t => {
  const dir = folder(t);
  const fifo = path.join(dir, 'pipe');
  execFileSync('mkfifo', [fifo]);
  const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
  t.after(() => closeSync(reader));
  const memory = createSharedMemory();
  const sinks = [0, 1].map(lane => openSink(fifo, new Lane(memory, lane)));
  const lines = ['a', 'b'].map(letter => Buffer.from(`${letter.repeat(100_000)}\n`));
  const taken = [0, 0];
  const piece = Buffer.alloc(20_000);
  let read = '';
  let turn = 0;
  while (read.length < 200_002) {
    for (const at of [turn, 1 - turn]) {
      taken[at]! += await sinks[at]!.write(lines[at]!, taken[at]!, lines[at]!.length);
    }
    turn = 1 - turn;
    read += piece.toString('latin1', 0, readSync(reader, piece));
  }
  assert.match(read, /^(?:a+\nb+\n|b+\na+\n)$/);
});

test('a thread whose lines nobody takes does not keep the turn', {
  skip: existsSync('/dev/full') ? false : 'there is no /dev/full',
}, async () => {
  const memory = createSharedMemory();
  const [one, two] = [new Lane(memory, 0), new Lane(memory, 1)];
  assert.equal(await openSink('/dev/full', one).write(Buffer.from('a\n'), 0, 2), 0);
  assert.equal(two.takeTurn(), true);
});

test('the turn of a thread that died is over', () => {
  const memory = createSharedMemory();
  const [one, two] = [new Lane(memory, 0), new Lane(memory, 1)];
  assert.deepEqual([one.takeTurn(), one.takeTurn(), two.takeTurn()], [true, true, false]);
  two.passTurn();
  assert.equal(two.takeTurn(), false);
  clearLane(memory, 0);
  assert.equal(two.takeTurn(), true);
});
