import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Endpoint, type Endpoints, seal } from '../../ir/index.ts';
import { Lane } from '../shared/lane.ts';
import { createSharedMemory } from '../shared/shared-memory.ts';
import { EndpointSet } from './endpoint-set.ts';

function unit(...endpoints: readonly Endpoint[]): Endpoints {
  return seal({ kind: 'Endpoints', name: 'Service/default/a/80', endpoints });
}

function endpoint(address: string, state: Endpoint['state'] = 'ready', port = 80): Endpoint {
  return { address, port, state };
}

function picked(set: EndpointSet<string>): string[] {
  const seen = new Set(Array.from({ length: 50 }, () => set.pick('round-robin')?.address ?? 'none'));
  return [...seen].sort();
}

test('ready endpoints are taken before draining ones, draining ones before none', () => {
  const set = new EndpointSet<string>(new Lane(createSharedMemory(), 0), 1_000);
  const table: readonly (readonly [unit: Endpoints | undefined, expected: readonly string[]])[] = [
    [unit(endpoint('a'), endpoint('b', 'draining'), endpoint('c')), ['a', 'c']],
    [unit(endpoint('a', 'draining'), endpoint('b', 'draining')), ['a', 'b']],
    [unit(endpoint('a', 'draining'), endpoint('b')), ['b']],
    [unit(), ['none']],
    [undefined, ['none']],
  ];
  for (const [next, expected] of table) {
    set.update(next);
    assert.deepEqual(picked(set), expected);
    assert.equal(set.size, next?.endpoints.length ?? 0);
  }
});

test('an endpoint that stays keeps its state object and its pool', () => {
  const set = new EndpointSet<string>(new Lane(createSharedMemory(), 0), 1_000);
  set.update(unit(endpoint('a'), endpoint('b')));
  const [a, b] = [...set.all()];
  a!.pools.push('pool of a');
  const removed = set.update(unit(endpoint('c'), endpoint('a', 'draining')));
  assert.deepEqual(removed, [b]);
  assert.equal(
    [...set.all()].find(state => state.address === 'a'),
    a,
  );
  assert.deepEqual([a?.state, a?.pools], ['draining', ['pool of a']]);
});

test('address and port make an endpoint; listed twice it is one', () => {
  const set = new EndpointSet<string>(new Lane(createSharedMemory(), 0), 1_000);
  set.update(unit(endpoint('a', 'ready', 80), endpoint('a', 'ready', 81), endpoint('a', 'ready', 80)));
  assert.deepEqual(
    [...set.all()].map(state => state.port),
    [80, 81],
  );
});

test('the endpoint just tried is not picked again', () => {
  const set = new EndpointSet<string>(new Lane(createSharedMemory(), 0), 1_000);
  set.update(unit(endpoint('a'), endpoint('b')));
  const [a, b] = [...set.all()];
  assert.equal(set.pick('least-request', a ? [a] : []), b);
  set.update(unit(endpoint('a')));
  assert.equal(set.pick('least-request', a ? [a] : []), undefined);
});

test('an endpoint is found by address and port for as long as it is listed', () => {
  const set = new EndpointSet<string>(new Lane(createSharedMemory(), 0), 1_000);
  set.update(unit(endpoint('a', 'draining'), endpoint('::1', 'ready', 8080)));
  assert.equal(set.named('a:80')?.state, 'draining');
  assert.equal(set.named('::1:8080')?.address, '::1');
  assert.equal(set.named('a:81'), undefined);
  set.update(unit(endpoint('::1', 'ready', 8080)));
  assert.equal(set.named('a:80'), undefined);
});

/** A set whose endpoints `a`, `b`, … have cells; with a clock of its own. Names in capitals drain. */
function cells(names: string) {
  let now = 1_000;
  const lane = new Lane(createSharedMemory(), 0, () => now);
  const set = new EndpointSet<string>(lane, 1_000);
  const list = (listed: string): void => {
    const next = unit(
      ...[...listed].map(name => endpoint(name.toLowerCase(), name === name.toLowerCase() ? 'ready' : 'draining')),
    );
    const places = Int32Array.from(listed, name => name.toLowerCase().charCodeAt(0) - 96);
    lane.listing([next], places, () => set.update(next));
  };
  list(names);
  return {
    set,
    list,
    refuse: (name: string) => assert.ok(set.named(`${name}:80`)?.eject(1_000)),
    accept: (name: string) => set.named(`${name}:80`)?.recovered(),
    wait(ms: number) {
      now += ms;
    },
  };
}

const LATER = 1_100;

test('one that refuses is left out, then tried by one request, and left out for longer while that is not well', () => {
  const { set, refuse, accept, wait } = cells('abc');
  refuse('b');
  assert.deepEqual(picked(set), ['a', 'c']);
  wait(LATER);
  assert.deepEqual(picked(set), ['a', 'b', 'c']);
  assert.deepEqual(picked(set), ['a', 'c']);
  wait(LATER);
  assert.deepEqual(picked(set), ['a', 'c'], 'the second time is twice as long');
  accept('b');
  assert.deepEqual(picked(set), ['a', 'b', 'c']);
});

test('the trial is one request, with either policy', () => {
  for (const policy of ['round-robin', 'least-request'] as const) {
    for (const names of ['ab', 'abcdefgh', 'abcdefghijklmnopqrst']) {
      const { set, refuse, wait } = cells(names);
      refuse('b');
      wait(LATER);
      const all = Array.from({ length: 500 }, () => set.pick(policy)?.address);
      assert.equal(all.filter(name => name === 'b').length, 1, `${policy} of ${names}`);
    }
  }
});

test('when all refuse, all are used; those that drain are asked before', () => {
  const { set, list, refuse } = cells('ab');
  for (const name of 'ab') refuse(name);
  assert.deepEqual(picked(set), ['a', 'b']);
  list('abC');
  assert.deepEqual(picked(set), ['c']);
  refuse('c');
  assert.deepEqual(picked(set), ['a', 'b']);
  const [a, b] = ['a:80', 'b:80'].map(name => set.named(name)!);
  assert.equal(set.pick('least-request', [a!]), b);
  assert.equal(set.pick('least-request', [a!, b!]), undefined);
});

test('a request that all ready ones refused may go to one that drains', () => {
  const { set, refuse } = cells('abCD');
  const [a, b, c] = ['a:80', 'b:80', 'c:80'].map(name => set.named(name)!);
  assert.equal(set.pick('least-request', [a!, b!]), undefined);
  const asked = Array.from({ length: 20 }, () => set.pickSpare('least-request', [a!, b!])?.address);
  assert.equal(asked.filter(name => name === 'c').length, 10);
  assert.equal(asked.filter(name => name === 'd').length, 10);
  refuse('d');
  assert.equal(set.pickSpare('least-request', [a!, b!]), c);
  assert.equal(set.pickSpare('least-request', [a!, b!, c!]), undefined);
});

test('a request goes around what it has tried and what is left out', () => {
  const { set, refuse } = cells('abc');
  refuse('a');
  const b = set.named('b:80')!;
  for (let i = 0; i < 20; i++) assert.equal(set.pick('least-request', [b])?.address, 'c');
});

test('one that is named is asked unless it is left out, and may be put on trial', () => {
  const { set, refuse, wait } = cells('ab');
  const b = set.named('b:80')!;
  assert.equal(set.isUsable(b), true);
  refuse('b');
  assert.equal(set.isUsable(b), false);
  wait(LATER);
  assert.deepEqual([set.isUsable(b), b.onTrial, set.isUsable(b)], [true, true, false]);
});
