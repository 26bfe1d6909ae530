import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineQueue } from './line-queue.ts';
import type { Sink } from './sink.ts';

/** A sink that takes as much as `take` says, and remembers it. */
function sinkThat(take: (offered: number) => number | Promise<number>): Sink & { text(): string } {
  let text = '';
  return {
    text: () => text,
    async write(bytes, start, end) {
      const taken = await take(end - start);
      text += bytes.toString('latin1', start, start + taken);
      return taken;
    },
  };
}

function queueTo(sink: Sink): LineQueue {
  return new LineQueue(sink, (out, lines) => out.text(`gap ${lines}\n`));
}

function add(queue: LineQueue, line: string): boolean {
  const out = queue.room();
  if (out === undefined) return false;
  out.text(`${line}\n`);
  queue.added();
  return true;
}

test('lines come in order, whatever pieces the sink takes', async () => {
  const sink = sinkThat(offered => Math.min(offered, 7));
  const queue = queueTo(sink);
  const lines = Array.from({ length: 500 }, (_, index) => `line ${index}`);
  for (const line of lines) assert.ok(add(queue, line));
  await queue.written(4_000);
  assert.equal(sink.text(), `${lines.join('\n')}\n`);
  assert.equal(queue.dropped, 0);
});

test('lines are written by themselves after a while', async () => {
  const written = Promise.withResolvers<number>();
  const queue = queueTo(
    sinkThat(offered => {
      written.resolve(offered);
      return offered;
    }),
  );
  const alive = setTimeout(() => written.resolve(-1), 4_000);
  add(queue, 'one');
  add(queue, 'two');
  assert.equal(await written.promise, 8);
  clearTimeout(alive);
});

test('a sink that takes nothing costs lines, not memory or time, and the gap is told where it was', async () => {
  const open = Promise.withResolvers<void>();
  const sink = sinkThat(async offered => {
    await open.promise;
    return offered;
  });
  const queue = queueTo(sink);
  const line = 'x'.repeat(999);
  let kept = 0;
  for (let i = 0; i < 4_000; i++) if (add(queue, line)) kept++;
  assert.ok(kept < 1_300, `${kept} lines were kept`);
  assert.equal(queue.dropped, 4_000 - kept);
  open.resolve();
  await queue.written(4_000);
  assert.ok(add(queue, 'last'));
  await queue.written(4_000);
  const lines = sink.text().split('\n');
  assert.equal(lines.filter(each => each === line).length, kept);
  assert.deepEqual(lines.slice(kept), [`gap ${4_000 - kept}`, 'last', '']);
});

test('a sink that fails for a while gets the same lines again', async () => {
  let calls = 0;
  const sink = sinkThat(offered => {
    if (++calls < 3) throw new Error('no space left');
    return offered;
  });
  const queue = queueTo(sink);
  add(queue, 'one');
  await queue.written(4_000);
  assert.equal(sink.text(), 'one\n');
  assert.equal(calls, 3);
});

test('nobody waits for a sink that never takes anything longer than they want to', async () => {
  const queue = queueTo(sinkThat(() => 0));
  add(queue, 'one');
  await queue.written(20);
  assert.equal(queue.dropped, 0);
});

test('a pipe whose reader keeps up costs no line, though it is full again and again', async t => {
  const capacity = 49_152;
  let room = capacity;
  const reader = setInterval(() => {
    room = capacity;
  }, 1);
  t.after(() => clearInterval(reader));
  const sink = sinkThat(offered => {
    const taken = Math.min(offered, room);
    room -= taken;
    return taken;
  });
  const queue = queueTo(sink);
  const line = 'x'.repeat(1_023);
  for (let sent = 0; sent < 4_096; sent += 16) {
    for (let i = 0; i < 16; i++) add(queue, line);
    await new Promise(resolve => setTimeout(resolve, 1));
  }
  assert.equal(queue.dropped, 0);
});
