import fc from 'fast-check';
import {
  type Action,
  type Match,
  type PathMatch,
  type Route,
  seal,
  type Unit,
  type ValueMatch,
} from '../../src/ir/index.ts';
import type { RequestLine } from '../../src/router/index.ts';

/** Small alphabets, so that routes stand in each other's way all the time. */
export const BIND = '127.0.0.1:80';
const LISTENERS = ['ns/gw/any', 'ns/gw/one', 'ns/gw/wild'];
const LISTENER_HOSTNAMES = ['*', '*.b.c', 'x.b.c'];
const HOSTNAMES = ['*', '*.c', '*.b.c', 'x.b.c', 'b.c'];
const PATHS = ['/', '/a', '/a/', '/a/b', '/b', '/ab', '/%2F'];
const PREFIXES = ['', '/a', '/a/b', '/b'];
const REGEXES = [
  '/.*',
  '.*',
  '/a.*',
  '/[ab]',
  '/[0-9]+',
  '/a(/.*)?',
  '/a/.+',
  '/a/?',
  '/(a|b)',
  '/a',
  '[^/]',
  '//.*',
  '(?i)/A/B',
];
const VALUES = ['1', '2', 'a b'];
const VALUE_REGEXES = ['[0-9]', '1', '(?s).*', '.+', '[a-z ]+', '[^1]'];
const METHODS = ['GET', 'POST', 'PUT'];

const pick = <V>(values: readonly V[]) => fc.constantFrom(...values);

const path: fc.Arbitrary<PathMatch> = fc.oneof(
  fc.record({ kind: fc.constant('exact' as const), value: pick(PATHS) }),
  fc.record({ kind: fc.constant('prefix' as const), value: pick(PREFIXES) }),
  fc.record({ kind: fc.constant('regex' as const), value: pick(REGEXES) }),
  fc.record({ kind: fc.constant('regex' as const), value: pick(REGEXES), rank: pick([0.5, 0.75, 2.5]) }),
);

const condition: fc.Arbitrary<ValueMatch> = fc.oneof(
  fc.record({ kind: fc.constant('exact' as const), name: pick(['h', 'i']), value: pick(VALUES) }),
  fc.record({ kind: fc.constant('regex' as const), name: pick(['h', 'i']), value: pick(VALUE_REGEXES) }),
);
const conditions = fc.oneof(
  { weight: 3, arbitrary: fc.constant<ValueMatch[]>([]) },
  { weight: 1, arbitrary: fc.uniqueArray(condition, { maxLength: 2, selector: each => each.name }) },
);

const match: fc.Arbitrary<Match> = fc
  .record({
    path,
    method: fc.option(pick(METHODS), { nil: undefined, freq: 2 }),
    headers: conditions,
    query: conditions,
  })
  .map(({ method, ...rest }) => (method === undefined ? rest : { ...rest, method }));

/** Paths and values that overlap in part, so that what holds is not what is asked for. */
const BROAD_REGEXES = ['/.*', '/.+', '.*.', '.+.', '/a.*', '/[ab].*', '.*b'];
const BROAD_VALUES = ['.+', '[a-z ]+', '[^1]', '[12]', '[0-9]', '(?s).*', '[a-z1]*'];
const broadCondition: fc.Arbitrary<ValueMatch> = fc.oneof(
  { weight: 2, arbitrary: pick(BROAD_VALUES).map(value => ({ kind: 'regex' as const, name: 'h', value })) },
  { weight: 1, arbitrary: pick(VALUES).map(value => ({ kind: 'exact' as const, name: 'h', value })) },
);
const broadMatch: fc.Arbitrary<Match> = fc.record({
  path: fc.oneof(
    pick(BROAD_REGEXES).map(value => ({ kind: 'regex' as const, value })),
    pick(['', '/a']).map(value => ({ kind: 'prefix' as const, value })),
  ),
  headers: fc.array(broadCondition, { maxLength: 1 }),
  query: fc.constant([]),
});

/** Few, so that changes often lead to what was there. */
const action: fc.Arbitrary<Action> = fc.oneof(
  pick(['a', 'b', 'c']).map(name => forwardTo(name)),
  fc.constant<Action>({ kind: 'redirect', redirect: { kind: 'redirect', status: 302, hostname: 'to.example' } }),
);

export function forwardTo(name: string): Action {
  const target = { kind: 'backend', backend: `Service/ns/${name}/80` } as const;
  return { kind: 'forward', backends: [{ weight: 1, filters: [], target }], timeouts: {} };
}

interface Draft {
  readonly name: string;
  readonly created: number;
  readonly hostnames: readonly string[];
  readonly listeners: readonly string[];
  readonly rules: readonly { readonly matches: readonly Match[]; readonly action: Action }[];
}

const ROUTES: readonly string[] = ['r', 's', 't', 'u', 'v'];

function draftOf(matches: fc.Arbitrary<Match>): fc.Arbitrary<Draft> {
  return fc.record({
    name: pick(ROUTES),
    created: pick([0, 0, 1]),
    hostnames: fc.uniqueArray(pick(HOSTNAMES), { maxLength: 2 }),
    listeners: fc.uniqueArray(pick(LISTENERS), { minLength: 1, maxLength: 3 }),
    rules: fc.array(fc.record({ matches: fc.array(matches, { minLength: 1, maxLength: 3 }), action }), {
      minLength: 1,
      maxLength: 3,
    }),
  });
}

/** Routes of one kind; their names differ. */
function drafts(maxLength: number): fc.Arbitrary<Draft[]> {
  const some = (draft: fc.Arbitrary<Draft>) => fc.uniqueArray(draft, { selector: ({ name }) => name, maxLength });
  return fc.oneof(some(draftOf(match)), some(draftOf(broadMatch)));
}

const listenerHostnames = fc.tuple(...LISTENERS.map(() => pick(LISTENER_HOSTNAMES)));

/** A Gateway with one socket, and routes that attach to its listeners as translation would let them. */
export const someUnits: fc.Arbitrary<readonly Unit[]> = fc
  .tuple(listenerHostnames, drafts(5))
  .map(([hostnames, drafts]) => unitsOf(hostnames, drafts));

/** A route of the first that has another name or age in the second. */
const moved = fc.record({ at: fc.nat({ max: 3 }), name: pick([...ROUTES, 'a', 'z']), created: pick([0, 1]) });

/** Two of which the second is what a few changes make of the first. */
export const twoOfUnits: fc.Arbitrary<readonly [readonly Unit[], readonly Unit[]]> = fc
  .record({
    hostnames: listenerHostnames,
    before: drafts(4),
    changed: fc.oneof(fc.constant<Draft[]>([]), drafts(2)),
    gone: fc.oneof(fc.constant<string[]>([]), fc.subarray([...ROUTES], { maxLength: 2 })),
    moves: fc.array(moved, { maxLength: 2 }),
    others: fc.option(listenerHostnames, { nil: undefined, freq: 3 }),
  })
  .map(({ hostnames, before, changed, gone, moves, others }) => {
    const renamed = moves.reduce(rename, before);
    const names = new Set([...gone, ...changed.map(({ name }) => name)]);
    const after = [...renamed.filter(({ name }) => !names.has(name)), ...changed];
    return [unitsOf(hostnames, before), unitsOf(others ?? hostnames, after)];
  });

function rename(routes: readonly Draft[], { at, name, created }: { at: number; name: string; created: number }) {
  const taken = routes.some((other, index) => index !== at && other.name === name);
  return routes.map((route, index) => (index === at && !taken ? { ...route, name, created } : route));
}

function unitsOf(hostnames: readonly string[], drafts: readonly Draft[]): readonly Unit[] {
  const listeners = LISTENERS.map((name, at) => sealListener(name, hostnames[at]!));
  const routes = drafts.map(each => sealRoute(each, new Map(LISTENERS.map((name, at) => [name, hostnames[at]!]))));
  const backends = ['a', 'b', 'c'].map(sealBackend);
  return [...backends, ...routes, ...listeners, sealBind(LISTENERS)];
}

function sealBackend(name: string): Unit {
  const origin = { kind: 'Service', namespace: 'ns', name };
  return seal({ kind: 'Backend', name: `Service/ns/${name}/80`, protocol: 'http1', origin });
}

function sealListener(name: string, hostname: string): Unit {
  const section = name.split('/')[2] ?? '';
  const origin = { kind: 'Gateway', namespace: 'ns', name: 'gw', field: `spec.listeners` };
  return seal({ kind: 'Listener', name, gateway: 'ns/gw', section, port: 80, protocol: 'HTTP', hostname, origin });
}

function sealBind(listeners: readonly string[]): Unit {
  return seal({ kind: 'Bind', name: BIND, host: '127.0.0.1', port: 80, listeners });
}

function sealRoute(draft: Draft, listeners: ReadonlyMap<string, string>): Route {
  const { name, created, rules } = draft;
  const origin = { kind: 'HTTPRoute', namespace: 'ns', name };
  const attachments = draft.listeners
    .map(listener => ({ listener, hostnames: intersections(listeners.get(listener)!, draft.hostnames) }))
    .filter(({ hostnames }) => hostnames.length > 0);
  return seal({
    kind: 'Route',
    name: `HTTPRoute/ns/${name}@ns/gw`,
    route: `ns/${name}`,
    created,
    attachments,
    rules: rules.map((rule, index) => ({
      index,
      ...rule,
      filters: [],
      origin: { ...origin, field: `spec.rules[${index}]` },
    })),
    origin,
  });
}

function intersections(listener: string, hostnames: readonly string[]): readonly string[] {
  if (hostnames.length === 0) return [listener];
  const below = (name: string, wildcard: string) =>
    wildcard === '*' ||
    (wildcard.startsWith('*.') && name.length >= wildcard.length && name.endsWith(wildcard.slice(1)));
  const common = hostnames.map(name =>
    name === listener || below(name, listener) ? name : below(listener, name) ? listener : undefined,
  );
  return [...new Set(common.filter(name => name !== undefined))];
}

const HOSTS = ['x.b.c', 'y.b.c', 'b.c', 'c', 'z.d', 'q.c', 'z.y.b.c'];
const REQUEST_PATHS = [
  '/',
  '/a',
  '/a/',
  '/a/b',
  '/a/b/c',
  '/ab',
  '/b',
  '/b/a',
  '/1',
  '/22',
  '/c',
  '/A/b',
  '/%2F',
  '/a/c',
];
const HEADER_VALUES = [undefined, '', '1', '2', 'a b', 'z', '3', 'é'];
const REQUEST_VALUES = [...HEADER_VALUES, 'é\n'];

/** Every host, path and method, with values drawn. */
export const request: fc.Arbitrary<RequestLine> = fc
  .record({
    method: pick([...METHODS, 'HEAD']),
    host: pick(HOSTS),
    path: pick(REQUEST_PATHS),
    query: fc.tuple(pick(REQUEST_VALUES), pick(REQUEST_VALUES)),
    headers: fc.tuple(pick(HEADER_VALUES), pick(HEADER_VALUES)),
  })
  .map(({ query: [h, i], headers, ...line }) => ({
    ...line,
    query: Object.entries({ h, i })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}=${encodeURIComponent(value!)}`)
      .join('&'),
    header: (name: string) => headers[['h', 'i'].indexOf(name)],
  }));
