import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SocketHandler } from '../socket.ts';
import { MemoryRuntime, MemorySocket } from './memory-runtime.ts';

const NOBODY = { onBytes() {}, onEnd() {} };

function collector(): SocketHandler & { readonly seen: string[] } {
  const seen: string[] = [];
  return {
    seen,
    onData: (bytes, start, end) => void seen.push(Buffer.from(bytes.subarray(start, end)).toString()),
    onDrain: () => void seen.push('drain'),
    onEnd: () => void seen.push('end'),
    onClose: () => void seen.push('close'),
  };
}

test('what happens waits for its turn, and comes in order', () => {
  const runtime = new MemoryRuntime(() => NOBODY);
  const socket = new MemorySocket(runtime);
  const handler = collector();
  socket.handler = handler;
  socket.deliver(Buffer.from('a'));
  socket.deliver(Buffer.from('b'));
  socket.deliver(undefined);
  assert.deepEqual(handler.seen, []);
  runtime.settle();
  assert.deepEqual(handler.seen, ['a', 'b', 'end']);
  socket.end();
  runtime.settle();
  assert.deepEqual(handler.seen, ['a', 'b', 'end', 'close']);
});

test('a paused socket reads on where it was', () => {
  const runtime = new MemoryRuntime(() => NOBODY);
  const socket = new MemorySocket(runtime);
  const handler = collector();
  socket.handler = handler;
  socket.pause();
  for (const text of ['a', 'b']) socket.deliver(Buffer.from(text));
  runtime.settle();
  assert.deepEqual(handler.seen, []);
  socket.resume();
  runtime.settle();
  assert.deepEqual(handler.seen, ['a', 'b']);
});

test('the far side has what was written, whatever becomes of the buffer', () => {
  const runtime = new MemoryRuntime(() => NOBODY);
  const socket = new MemorySocket(runtime);
  const got: string[] = [];
  socket.far = { onBytes: bytes => void got.push(bytes.toString()), onEnd: reset => void got.push(`end ${reset}`) };
  const buffer = Buffer.from('hello');
  socket.write(buffer, 1, 4);
  buffer.fill('x');
  socket.destroy(true);
  runtime.settle();
  assert.deepEqual(got, ['ell', 'end true']);
});

test('where sockets are rough, what is read is only lent, and far sides are slow', () => {
  const runtime = new MemoryRuntime(() => NOBODY);
  runtime.rough = () => true;
  const socket = new MemorySocket(runtime);
  const kept: Uint8Array[] = [];
  const handler = {
    ...collector(),
    onData: (bytes: Uint8Array, _: number, end: number) => void kept.push(bytes.subarray(0, end)),
  };
  socket.handler = handler;
  socket.deliver(Buffer.from('abc'));
  assert.equal(socket.write(Buffer.from('d'), 0, 1), false);
  runtime.settle();
  assert.deepEqual([Buffer.from(kept[0]!).toString(), handler.seen], ['XXX', ['drain']]);
});

test('what an event causes is due to what it is due to', () => {
  const runtime = new MemoryRuntime<string>(() => NOBODY);
  const seen: (string | undefined)[] = [];
  const note = (further: number): void => {
    seen.push(runtime.cause);
    if (further > 0) runtime.later(() => note(further - 1));
  };
  for (const cause of ['a', 'b']) {
    runtime.cause = cause;
    runtime.later(() => note(1));
  }
  runtime.settle(() => {
    runtime.cause = 'c';
    runtime.later(() => note(0));
  });
  assert.deepEqual(seen, ['a', 'b', 'c', 'a', 'b']);
  assert.equal(runtime.cause, undefined);
});

test('an event may settle what it causes before it goes on', () => {
  const runtime = new MemoryRuntime(() => NOBODY);
  const seen: number[] = [];
  runtime.later(() => {
    seen.push(1);
    runtime.later(() => seen.push(3));
    runtime.settle();
    seen.push(4);
  });
  runtime.later(() => seen.push(2));
  runtime.settle();
  assert.deepEqual(seen, [1, 2, 3, 4]);
});

test('one that is awake settles by itself what nobody settles', async () => {
  const runtime = new MemoryRuntime(() => NOBODY, true);
  const seen: number[] = [];
  runtime.later(() => runtime.later(() => seen.push(2)));
  seen.push(1);
  await Promise.resolve();
  assert.deepEqual(seen, [1, 2]);
});

test('a conversation that never ends is given up, and the next one is served', () => {
  const runtime = new MemoryRuntime(() => NOBODY);
  const again = (): void => runtime.later(again);
  again();
  assert.throws(() => runtime.settle(), /a conversation without end/);
  const seen: number[] = [];
  runtime.later(() => seen.push(1));
  runtime.settle();
  assert.deepEqual(seen, [1]);
});
