import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Endpoint, type Endpoints, seal } from '../../ir/index.ts';
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
  const set = new EndpointSet<string>();
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

test('an endpoint that stays keeps its state object, its count and its pool', () => {
  const set = new EndpointSet<string>();
  set.update(unit(endpoint('a'), endpoint('b')));
  const [a, b] = [...set.all()];
  a!.inFlight = 3;
  a!.slot = 'pool of a';
  const removed = set.update(unit(endpoint('c'), endpoint('a', 'draining')));
  assert.deepEqual(removed, [b]);
  assert.equal(
    [...set.all()].find(state => state.address === 'a'),
    a,
  );
  assert.deepEqual(a, { address: 'a', port: 80, state: 'draining', inFlight: 3, slot: 'pool of a' });
});

test('address and port make an endpoint; listed twice it is one', () => {
  const set = new EndpointSet<string>();
  set.update(unit(endpoint('a', 'ready', 80), endpoint('a', 'ready', 81), endpoint('a', 'ready', 80)));
  assert.deepEqual(
    [...set.all()].map(state => state.port),
    [80, 81],
  );
});

test('the endpoint just tried is not picked again', () => {
  const set = new EndpointSet<string>();
  set.update(unit(endpoint('a'), endpoint('b')));
  const [a, b] = [...set.all()];
  assert.equal(set.pick('least-request', a ? [a] : []), b);
  set.update(unit(endpoint('a')));
  assert.equal(set.pick('least-request', a ? [a] : []), undefined);
});

test('an endpoint is found by address and port for as long as it is listed', () => {
  const set = new EndpointSet<string>();
  set.update(unit(endpoint('a', 'draining'), endpoint('::1', 'ready', 8080)));
  assert.equal(set.named('a:80')?.state, 'draining');
  assert.equal(set.named('::1:8080')?.address, '::1');
  assert.equal(set.named('a:81'), undefined);
  set.update(unit(endpoint('::1', 'ready', 8080)));
  assert.equal(set.named('a:80'), undefined);
});
