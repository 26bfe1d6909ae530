import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHeldStatuses, type StatusChange } from './held-statuses.ts';

function change(name: string, version: number): StatusChange {
  return {
    object: { kind: 'HTTPRoute', namespace: 'default', name },
    status: { parents: [], version },
  } as StatusChange;
}

function setUp() {
  const told: string[][] = [];
  const held = createHeldStatuses(changes =>
    told.push(
      changes.map(({ object, status }) => `${object.name}${(status as unknown as { version: number }).version}`),
    ),
  );
  return { held, told };
}

test('a status waits until what it rests on is taken', async () => {
  const { held, told } = setUp();
  const taken = Promise.withResolvers<void>();
  held.hold([change('a', 1)], taken.promise);
  await new Promise(setImmediate);
  assert.deepEqual(told, []);
  taken.resolve();
  await held.idle();
  assert.deepEqual(told, [['a1']]);
});

test('what becomes due at one time is told once, the latest of each object', async () => {
  const { held, told } = setUp();
  const taken = Promise.withResolvers<void>();
  held.hold([change('a', 1), change('b', 1)], taken.promise);
  held.hold([change('a', 2)], taken.promise);
  taken.resolve();
  await held.idle();
  assert.deepEqual(told, [['a2', 'b1']]);
});

test('an object waits for what came before it, and for nobody else', async () => {
  const { held, told } = setUp();
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  held.hold([change('a', 1)], first.promise);
  held.hold([change('a', 2)], second.promise);
  held.hold([change('b', 1)], second.promise);
  second.resolve();
  while (told.length === 0) await new Promise(setImmediate);
  assert.deepEqual(told, [['b1']]);
  first.resolve();
  await held.idle();
  assert.deepEqual(told, [['b1'], ['a2']]);
});

test('who changes all the time is told of in between', async () => {
  const { held, told } = setUp();
  const steps = [1, 2, 3].map(() => Promise.withResolvers<void>());
  steps.forEach(({ promise }, i) => {
    held.hold([change('a', i)], promise);
  });
  steps[0]!.resolve();
  while (told.length < 1) await new Promise(setImmediate);
  assert.deepEqual(told, [['a0']]);
  for (const { resolve } of steps) resolve();
  await held.idle();
  assert.deepEqual(told, [['a0'], ['a2']]);
});

test('what a closed data plane will not take is never told', async () => {
  const { held, told } = setUp();
  held.hold([change('a', 1)], Promise.reject(new Error('closed')));
  await held.idle();
  assert.deepEqual(told, []);
});
