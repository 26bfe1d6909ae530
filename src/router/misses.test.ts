import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Listener, type Match, type PathMatch, type Route, seal, type ValueMatch } from '../ir/index.ts';
import { type Loser, type Miss, matchReference, type RequestLine, traceRequest } from './index.ts';

/** What a request is said to lack is what it lacks: with all of it, it gets there; with all but one thing, it doesn't. */

const BIND = seal({ kind: 'Bind', name: 'socket', host: '127.0.0.1', port: 0, listeners: ['ns/gw/l'] });
const ORIGIN = { kind: 'HTTPRoute', namespace: 'ns', name: 'any' };
const LISTENER: Listener = seal({
  kind: 'Listener',
  name: 'ns/gw/l',
  gateway: 'ns/gw',
  section: 'l',
  port: 80,
  protocol: 'HTTP',
  hostname: '*',
  origin: ORIGIN,
});

/** A request as data, to be changed. */
interface Asked {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

const SAMPLES: Readonly<Record<string, string>> = { '/c.*': '/cc', '[0-9]+': '77' };
const sample = ({ kind, value }: PathMatch | ValueMatch) => (kind === 'regex' ? SAMPLES[value]! : value || '/');

function mend(asked: Asked, miss: Miss): Asked {
  switch (miss.kind) {
    case 'listener':
      return assert.fail('there is one listener');
    case 'host':
      return { ...asked, host: miss.wanted.replace('*', 'any') };
    case 'path':
      return { ...asked, path: sample(miss.wanted) };
    case 'method':
      return { ...asked, method: miss.wanted };
    case 'header':
      return { ...asked, headers: { ...asked.headers, [miss.wanted.name]: sample(miss.wanted) } };
    case 'query':
      return { ...asked, query: { ...asked.query, [miss.wanted.name]: sample(miss.wanted) } };
  }
}

function lineOf({ headers, query, ...rest }: Asked): RequestLine {
  return { ...rest, query: new URLSearchParams(query).toString(), header: name => headers[name] };
}

/** Whether a request gets to a match that stands alone. */
function isTaken({ entry }: Loser, asked: Asked): boolean {
  const found = matchReference(
    [LISTENER, BIND, routeOf('r', [[entry.match]], [entry.hostname])],
    BIND.name,
    lineOf(asked),
  );
  return typeof found === 'object';
}

function routeOf(name: string, rules: readonly (readonly Match[])[], hostnames: readonly string[]): Route {
  const action = { kind: 'failure', status: 500, reason: 'Test' } as const;
  return seal({
    kind: 'Route',
    name: `HTTPRoute/ns/${name}@ns/gw`,
    route: `ns/${name}`,
    created: 0,
    attachments: [{ listener: LISTENER.name, hostnames }],
    rules: rules.map((matches, index) => ({ index, matches, filters: [], action, origin: ORIGIN })),
    origin: ORIGIN,
  });
}

const some = <V>(...values: readonly V[]) => fc.constantFrom(...values);
const values = fc.uniqueArray(
  fc
    .record({ kind: some('exact' as const), name: some('a', 'b'), value: some('1', '2') })
    .map((exact): ValueMatch => (exact.value === '2' ? { ...exact, kind: 'regex', value: '[0-9]+' } : exact)),
  { selector: ({ name }) => name, maxLength: 2 },
);
const match: fc.Arbitrary<Match> = fc
  .record({
    path: some<PathMatch>(
      { kind: 'exact', value: '/a' },
      { kind: 'prefix', value: '' },
      { kind: 'prefix', value: '/a/b' },
      { kind: 'regex', value: '/c.*' },
    ),
    method: some('GET', 'POST', undefined),
    headers: values,
    query: values,
  })
  .map(({ method, ...rest }) => (method === undefined ? rest : { ...rest, method }));
const rules = fc.array(fc.array(match, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 });
const hostnames = fc.subarray(['*', '*.example', 'shop.example', 'a.shop.example'], { minLength: 1 });
const routes = fc.uniqueArray(
  fc.tuple(some('x', 'y'), rules, hostnames).map(parts => routeOf(...parts)),
  { selector: ({ name }) => name, minLength: 1 },
);
const fields = fc.dictionary(some('a', 'b'), some('1', 'x', '3'), { noNullPrototype: true });
const request: fc.Arbitrary<Asked> = fc.record({
  method: some('GET', 'POST', 'PUT'),
  host: some('shop.example', 'a.shop.example', 'example', 'x.test'),
  path: some('/a', '/a/b/c', '/cat', '/A', '/z'),
  headers: fields,
  query: fields,
});

test('with all that it lacks a request gets there, with all but one thing it does not', () => {
  let mended = 0;
  fc.assert(
    fc.property(routes, request, fc.nat(), (units, asked, at) => {
      for (const loser of traceRequest([LISTENER, BIND, ...units], BIND.name, lineOf(asked)).losers) {
        const { misses } = loser;
        assert.ok(isTaken(loser, misses.reduce(mend, asked)), JSON.stringify(misses));
        if (misses.length === 0) continue;
        const skipped = at % misses.length;
        assert.ok(!isTaken(loser, misses.filter((_, index) => index !== skipped).reduce(mend, asked)));
        mended++;
      }
    }),
    { numRuns: 1_000 },
  );
  assert.ok(mended > 2_000, `${mended}`);
});
