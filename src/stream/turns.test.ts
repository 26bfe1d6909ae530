import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createTurns } from './turns.ts';

function rig(limits: { perGroup: number; inAll: number }) {
  const turns = createTurns(limits);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    begun,
    async end(name: string) {
      ends.get(name)?.();
      await turn();
    },
    async take(name: string, signal = new AbortController().signal) {
      void turns.take(name.charAt(0), signal).then(end => {
        begun.push(name);
        ends.set(name, end);
      });
      await turn();
    },
  };
}

test('a group that takes its time keeps nobody else waiting', async () => {
  const { take, end, begun } = rig({ perGroup: 1, inAll: 3 });
  for (const name of ['a1', 'a2', 'b1']) await take(name);
  assert.deepEqual(begun, ['a1', 'b1']);
  await end('a1');
  await end('a1');
  assert.deepEqual(begun, ['a1', 'b1', 'a2']);
});

test('in all there are so many, the others come in their order, and who is gone is passed over', async () => {
  const { take, end, begun } = rig({ perGroup: 2, inAll: 2 });
  const gone = new AbortController();
  for (const name of ['a1', 'b1']) await take(name);
  await take('c1', gone.signal);
  for (const name of ['a2', 'b2']) await take(name);
  gone.abort();
  assert.deepEqual(begun, ['a1', 'b1']);
  await end('b1');
  assert.deepEqual(begun, ['a1', 'b1', 'a2']);
  await end('a1');
  await end('a2');
  assert.deepEqual(begun, ['a1', 'b1', 'a2', 'b2']);
});
