import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { FoundAddress } from './lookup.ts';
import { createNameResolver } from './name-resolver.ts';

/** A resolver whose answers are given by hand, in a time that passes by hand. */
function rig(t: TestContext, allowPrivate = false) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const answers = new Map<string, readonly FoundAddress[]>();
  const asked: string[] = [];
  const told: string[] = [];
  const resolver = createNameResolver({
    async lookup(hostname) {
      asked.push(hostname);
      const found = answers.get(hostname);
      if (!found) throw new Error('no such name');
      return found;
    },
    allowPrivate,
    onAddresses: (hostname, addresses) => told.push(`${hostname}=${addresses}`),
    onTrouble: () => {},
  });
  t.after(() => resolver.close());
  return {
    resolver,
    asked: () => asked.splice(0),
    told: () => told.splice(0),
    answer: (hostname: string, addresses: readonly string[] | undefined, ttl = 60) =>
      addresses
        ? answers.set(
            hostname,
            addresses.map(address => ({ address, ttl })),
          )
        : answers.delete(hostname),
    troubles: () => [...resolver.troubles().values()].map(({ kind }) => kind),
    /** Lets what has been asked be answered. */
    async pass(seconds = 0) {
      t.mock.timers.tick(seconds * 1000);
      for (let i = 0; i < 10; i++) await Promise.resolve();
    },
  };
}

test('a name is asked for again when its records have lived', async t => {
  const { resolver, asked, told, answer, pass } = rig(t);
  answer('a.example', ['1.0.0.2', '1.0.0.1', '1.0.0.1'], 20);
  resolver.follow(['a.example']);
  await pass();
  assert.deepEqual([asked(), told()], [['a.example'], ['a.example=1.0.0.1,1.0.0.2']]);
  await pass(19);
  assert.deepEqual(asked(), []);
  await pass(1);
  assert.deepEqual([asked(), told()], [['a.example'], []], 'the same addresses are no news');
  answer('a.example', ['1.0.0.3'], 0);
  await pass(20);
  assert.deepEqual([asked(), told()], [['a.example'], ['a.example=1.0.0.3']]);
  answer('a.example', ['1.0.0.3'], 100_000);
  await pass(1);
  assert.deepEqual(asked(), ['a.example'], 'not before a second');
  await pass(299);
  assert.deepEqual(asked(), []);
  await pass(1);
  assert.deepEqual(asked(), ['a.example'], 'not after five minutes');
});

test('a name that can not be resolved keeps its addresses, and is told', async t => {
  const { resolver, asked, told, answer, troubles, pass } = rig(t);
  answer('a.example', ['1.0.0.1'], 5);
  resolver.follow(['a.example', 'b.example']);
  await pass();
  assert.deepEqual([told(), troubles()], [['a.example=1.0.0.1'], ['unresolved']]);
  answer('a.example', undefined);
  asked();
  await pass(5);
  assert.deepEqual([told(), troubles()], [[], ['unresolved', 'unresolved']]);
  answer('a.example', ['1.0.0.1']);
  answer('b.example', ['1.0.0.9']);
  await pass(30);
  assert.deepEqual([told(), troubles()], [['b.example=1.0.0.9'], []]);
});

test('a name that leads home leads nowhere', async t => {
  const { resolver, told, answer, troubles, pass } = rig(t);
  answer('a.example', ['1.0.0.1', '169.254.169.254', '127.0.0.1'], 1);
  resolver.follow(['a.example']);
  await pass();
  assert.deepEqual([told(), troubles()], [['a.example=1.0.0.1'], []]);
  answer('a.example', ['10.0.0.1'], 1);
  await pass(1);
  assert.deepEqual([told(), troubles()], [['a.example='], ['private']]);
});

test('unless that is allowed', async t => {
  const { resolver, told, answer, pass } = rig(t, true);
  answer('a.example', ['10.0.0.1']);
  resolver.follow(['a.example']);
  await pass();
  assert.deepEqual(told(), ['a.example=10.0.0.1']);
});

test('a name that nobody needs any more is not asked for', async t => {
  const { resolver, asked, told, answer, pass } = rig(t);
  answer('a.example', ['1.0.0.1'], 1);
  resolver.follow(['a.example']);
  resolver.follow([]);
  await pass();
  asked();
  await pass(400);
  assert.deepEqual([asked(), told(), resolver.troubles().size], [[], [], 0]);
});

test('of many names a few are asked for at once', async t => {
  const { resolver, asked, pass } = rig(t);
  resolver.follow(Array.from({ length: 100 }, (_, i) => `n${i}.example`));
  assert.equal(asked().length, 16);
  for (let i = 0; i < 20; i++) await pass();
  assert.equal(asked().length, 84);
});

test('names that a server never answers for hold up no others', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const asked: string[] = [];
  const silent = new Set<() => void>();
  const resolver = createNameResolver({
    lookup(hostname) {
      asked.push(hostname);
      if (hostname.startsWith('good')) return Promise.resolve([{ address: '1.0.0.1', ttl: 1 }]);
      return new Promise((_, reject) => silent.add(() => reject(new Error('no answer'))));
    },
    allowPrivate: false,
    onAddresses: () => {},
    onTrouble: () => {},
  });
  t.after(() => resolver.close());
  const settle = async () => {
    for (let i = 0; i < 40; i++) await Promise.resolve();
  };
  resolver.follow(Array.from({ length: 40 }, (_, i) => `silent${i}.example`));
  for (let i = 0; i < 3; i++) {
    for (const fail of silent) fail();
    silent.clear();
    await settle();
  }
  t.mock.timers.tick(4000);
  await settle();
  asked.length = 0;
  resolver.follow([...Array.from({ length: 40 }, (_, i) => `silent${i}.example`), 'good.example']);
  await settle();
  assert.deepEqual(asked, ['good.example']);
  t.mock.timers.tick(1000);
  await settle();
  assert.deepEqual(asked, ['good.example', 'good.example']);
});
