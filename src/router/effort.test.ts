import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Match, type Route, seal } from '../ir/index.ts';
import { createRouter, type RequestLine } from './index.ts';

const origin = { kind: 'HTTPRoute', namespace: 'default', name: 'a' } as const;
const LISTENER = 'default/gw/http';

function matching(expressions: readonly string[]): readonly Match[] {
  return expressions.map(value => ({ path: { kind: 'regex', value }, headers: [], query: [] }));
}

/** What becomes of a request to a host with these matches. */
function routed(matches: readonly Match[]): (request: Partial<RequestLine>) => string {
  const route: Route = seal({
    kind: 'Route',
    name: 'HTTPRoute/default/a@default/gw',
    route: 'default/a',
    created: 0,
    attachments: [{ listener: LISTENER, hostnames: ['*'] }],
    rules: [{ index: 0, matches, filters: [], action: { kind: 'failure', status: 500, reason: 'x' }, origin }],
    origin,
  });
  const router = createRouter(() => undefined);
  router.apply({
    upserts: [
      seal({
        kind: 'Listener',
        name: LISTENER,
        gateway: 'default/gw',
        section: 'http',
        port: 80,
        protocol: 'HTTP',
        hostname: '*',
        origin,
      }),
      seal({ kind: 'Bind', name: 'b', host: '127.0.0.1', port: 0, listeners: [LISTENER] }),
      route,
    ],
    removals: [],
  });
  return request => {
    const line = { method: 'GET', host: 'a', path: '/', query: '', header: () => undefined, ...request };
    const outcome = router.bind('b')!.match(line);
    return typeof outcome === 'string' ? outcome : `match ${outcome.matchIndex}`;
  };
}

/** Each remembers, for 500 characters back, where an a or b was: no automaton of that is small. */
function hard(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `/.*[ab].{500}c${index}`);
}

/** The same characters in an order that never repeats. */
function restless(length: number): string {
  let state = 1;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return 'abcdefgh'[state >>> 28];
  }).join('');
}

for (const count of [4, 40]) {
  test(`a long path is not tried to the end against ${count} hard expressions`, () => {
    const ask = routed(matching([...hard(count), '/plain']));
    assert.equal(ask({ path: `/${restless(8_000)}` }), 'too-costly');
    assert.equal(ask({ path: '/plain' }), `match ${count}`, 'the next request is not held to account for it');
    assert.equal(ask({ path: `/a${'x'.repeat(500)}c2` }), 'match 2');
  });
}

test('an ordinary expression has room for every path up to 8 KiB, however many there are', () => {
  const ask = routed(matching(Array.from({ length: 300 }, (_, index) => `/v[0-9]+/${index}/[a-z-]+(/.*)?`)));
  assert.equal(ask({ path: `/v1/299/${'a'.repeat(8_000)}` }), 'match 299');
  assert.equal(ask({ path: `/v1/299/${'a'.repeat(8_200)}` }), 'too-costly');
});

test('a path without expressions on its host may be as long as it likes', () => {
  const ask = routed([{ path: { kind: 'prefix', value: '/a' }, headers: [], query: [] }]);
  assert.equal(ask({ path: `/a/${'x'.repeat(30_000)}` }), 'match 0');
});

test('expressions of headers and parameters are bound like those of paths', () => {
  const header = (index: number): Match => ({
    path: { kind: 'prefix', value: '' },
    headers: [{ kind: 'regex', name: 'x', value: `.*[ab].{500}c${index}` }],
    query: [],
  });
  const ask = routed(Array.from({ length: 8 }, (_, index) => header(index)));
  assert.equal(ask({ header: () => restless(8_000) }), 'too-costly');
  assert.equal(ask({ header: () => restless(9_000) }), 'too-costly');
  assert.equal(ask({ header: () => `a${'x'.repeat(500)}c7` }), 'match 7');
});

test('expressions that are too large together for one program do not hinder the change', () => {
  const large = (index: number) => `/${index}${Array.from('abcdefghij', letter => `${letter}{0,999}`).join('')}`;
  const ask = routed(matching(Array.from({ length: 90 }, (_, index) => large(index))));
  assert.equal(ask({ path: '/89aabc' }), 'match 89');
});
