import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ContextCache } from './context-cache.ts';
import { TICKET_PERIOD } from './ticket-keys.ts';
import { TlsFailure } from './tls-failure.ts';

const SECRET = new Uint8Array(32).fill(7);
const some = () => new TlsFailure('certificate', 'anything will do');

test('one context is made for a name, and of too many those go that were wanted longest ago', () => {
  const cache = new ContextCache(2, SECRET);
  const made: string[] = [];
  const want = (name: string) =>
    cache.get(name, () => {
      made.push(name);
      return some();
    });
  assert.equal(want('a'), want('a'));
  for (const name of ['b', 'a', 'c', 'a', 'b', 'c']) want(name);
  assert.equal(made.join(''), 'abcbc');
  assert.equal(cache.size, 2);
});

test('what is made of something is forgotten with it', () => {
  const cache = new ContextCache(9, SECRET);
  for (const name of ['x@1 y@1 ', 'y@1 ']) cache.get(name, some);
  cache.forget(name => name.includes('x@1 '));
  assert.equal(cache.size, 1);
});

test('the key of tickets is the same for whoever has the secret, and another in the next period', () => {
  let now = 5 * TICKET_PERIOD;
  const keys: string[] = [];
  const ask = (cache: ContextCache) =>
    cache.get('a', key => {
      keys.push(key.toString('hex'));
      return some();
    });
  const cache = new ContextCache(9, SECRET, () => now);
  ask(cache);
  now += TICKET_PERIOD - 1;
  ask(cache);
  ask(new ContextCache(9, SECRET, () => now));
  ask(new ContextCache(9, new Uint8Array(32), () => now));
  now += 1;
  ask(cache);
  assert.equal(keys.length, 4);
  assert.equal(keys[0]?.length, 96);
  assert.equal(keys[0], keys[1]);
  assert.equal(new Set(keys).size, 3);
});

test('with another secret, keys of tickets are others and contexts are made anew', () => {
  const cache = new ContextCache(2, SECRET);
  const keys: string[] = [];
  const want = () =>
    cache.get('a', key => {
      keys.push(key.toString('hex'));
      return some();
    });
  want();
  cache.use(Uint8Array.from(SECRET));
  want();
  cache.use(new Uint8Array(32).fill(8));
  want();
  assert.equal(keys.length, 2);
  assert.notEqual(keys[0], keys[1]);
});
