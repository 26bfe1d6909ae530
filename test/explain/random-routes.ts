import fc from 'fast-check';
import {
  type Action,
  type Filter,
  type Listener,
  type Match,
  type Route,
  type Rule,
  seal,
  type Unit,
  type WeightedBackend,
} from '../../src/ir/index.ts';
import type { RequestSpec } from '../golden/check.ts';

/** Units and requests of a small world, in which most requests meet some rule. */
export interface RandomCase {
  readonly units: readonly Unit[];
  readonly requests: readonly RequestSpec[];
}

const GATEWAY = 'ns/gw';
const ORIGIN = { kind: 'HTTPRoute', namespace: 'ns', name: 'any' };
const BACKENDS = ['Service/ns/a/80', 'Service/ns/b/80', 'Service/ns/c/8080'];
const HOSTNAMES = ['*', '*', '*.example', '*.example', '*.shop.example', 'shop.example', 'a.shop.example'];
const HOSTS = ['shop.example', 'a.shop.example', 'b.shop.example', 'x.example', 'SHOP.example', 'other.test'];
const PATHS = ['/', '/a', '/a/', '/a/b', '/a/b/c', '/ab', '/b', '/A', '/a//b', '/a/./b', '/%61', '/x/../a', '/7'];

const pick = <V>(...values: readonly V[]) => fc.constantFrom(...values);
const seldom = <V>(arbitrary: fc.Arbitrary<V>) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(arbitrary, { minLength: 1, maxLength: 2 }));

const condition = fc.record({
  kind: pick('exact' as const, 'exact' as const, 'regex' as const),
  name: pick('h', 'i'),
  value: pick('1', '2', '[0-9]'),
});

const path = fc.oneof(
  fc.record({ kind: pick('exact' as const), value: pick(...PATHS.filter(value => !/[/.]{2}|\/\.|%/.test(value))) }),
  fc.record({ kind: pick('prefix' as const), value: pick('', '', '', '/a', '/a', '/a/b', '/b') }),
  fc.record({ kind: pick('regex' as const), value: pick('/[a-b].*', '/[0-9]+', '/a/?') }),
);

const match = fc
  .record({
    path,
    method: fc.option(pick('GET', 'POST'), { nil: undefined, freq: 3 }),
    headers: seldom(condition),
    query: seldom(condition),
  })
  .map(({ method, ...rest }): Match => (method === undefined ? rest : { ...rest, method }));

const filter: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({
    kind: pick('requestHeaders' as const),
    set: fc.subarray([['h', '9'] as const, ['x-set', 'new'] as const]),
    add: fc.subarray([['x-add', 'more'] as const]),
    remove: fc.subarray(['i', 'x-gone']),
  }),
  fc.constant({ kind: 'rewrite', hostname: 'inner.example' } as const),
  fc.constant({ kind: 'rewrite', path: { kind: 'full', value: '/whole' } } as const),
  fc.constant({ kind: 'responseHeaders', set: [['x-seen', '1']], add: [], remove: [] } as const),
  fc.constant({ kind: 'mirror', backend: 'Service/ns/c/8080', share: 1 } as const),
);

/** At most one of a kind, as translation leaves it. */
const filters = fc.uniqueArray(filter, { selector: ({ kind }) => kind, maxLength: 2 });

const share: fc.Arbitrary<WeightedBackend> = fc.record({
  weight: pick(1, 2, 9),
  filters: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, filters),
  target: fc.oneof(
    { weight: 5, arbitrary: pick(...BACKENDS).map(backend => ({ kind: 'backend' as const, backend })) },
    { weight: 1, arbitrary: pick({ kind: 'failure', status: 500, reason: 'BackendNotFound' } as const) },
  ),
});

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .array(share, { minLength: 1, maxLength: 3 })
      .map(backends => ({ kind: 'forward', backends, timeouts: {} }) as const),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ status: pick(301 as const, 302 as const), hostname: pick('new.example', 'other.example') })
      .map(redirect => ({ kind: 'redirect', redirect: { kind: 'redirect', ...redirect } }) as const),
  },
  {
    weight: 1,
    arbitrary: pick({ kind: 'direct', direct: { kind: 'direct', status: 418, headers: [], body: 'tea' } } as const),
  },
  { weight: 1, arbitrary: pick({ kind: 'failure', status: 500, reason: 'UnsupportedValue' } as const) },
);

const rule = fc.record({ matches: fc.array(match, { minLength: 1, maxLength: 3 }), filters, action });

const route = fc
  .record({
    name: pick('ns/r', 'ns/s', 'a/r', 'b/s', 'b/t'),
    created: pick(0, 0, 1),
    attachments: fc.uniqueArray(
      fc.record({
        listener: pick(`${GATEWAY}/any`, `${GATEWAY}/shop`),
        hostnames: fc.uniqueArray(pick(...HOSTNAMES), { minLength: 1, maxLength: 3 }),
      }),
      { selector: ({ listener }) => listener, minLength: 1 },
    ),
    rules: fc.array(rule, { minLength: 1, maxLength: 4 }),
  })
  .map(({ name, rules, ...rest }): Route => {
    const [namespace = '', own = ''] = name.split('/');
    const origin = { kind: 'HTTPRoute', namespace, name: own };
    const numbered = rules.map((each, index): Rule => ({ index, origin, ...each }));
    return seal({ kind: 'Route', name: `HTTPRoute/${name}@${GATEWAY}`, route: name, ...rest, rules: numbered, origin });
  });

function listener(section: string, hostname: string): Listener {
  const rest = { gateway: GATEWAY, section, port: 80, protocol: 'HTTP', hostname, origin: ORIGIN } as const;
  return seal({ kind: 'Listener', name: `${GATEWAY}/${section}`, ...rest });
}

const LISTENERS = fc.subarray([listener('any', '*'), listener('shop', '*.shop.example')], { minLength: 1 });

const request = fc
  .record({
    method: pick('GET', 'GET', 'POST', 'PUT', 'HEAD'),
    host: pick(...HOSTS),
    path: pick(...PATHS),
    query: pick('', '', '?h=1', '?i=2&h=3'),
    headers: fc.subarray([
      ['h', '1'] as const,
      ['i', '2'] as const,
      ['x-gone', 'old'] as const,
      ['X-Add', 'x'] as const,
    ]),
  })
  .map(({ method, host, path, query, headers }): RequestSpec => {
    return { method, url: `http://${host}${path}${query}`, headers: Object.fromEntries(headers) };
  });

/** The same ones each time for one seed. */
export function randomCases(seed: number, sets: number, requestsPerSet: number): readonly RandomCase[] {
  const routes = fc.uniqueArray(route, { selector: ({ name }) => name, minLength: 1, maxLength: 5 });
  const requests = fc.array(request, { minLength: requestsPerSet, maxLength: requestsPerSet });
  const backends = BACKENDS.map(name =>
    seal({ kind: 'Backend', name, protocol: 'http1', origin: { ...ORIGIN, kind: 'Service' } }),
  );
  const cases = fc.record({ routes, requests, listeners: LISTENERS }).map(({ routes, requests, listeners }) => {
    return { units: [...backends, ...routes, ...listeners], requests };
  });
  return fc.sample(cases, { seed, numRuns: sets });
}
