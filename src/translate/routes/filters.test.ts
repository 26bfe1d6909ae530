import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HTTPFilter, HTTPRoute } from '../../resources/index.ts';
import type { References } from '../resolve/backend-refs.ts';
import type { Verdict } from '../status/condition.ts';
import type { Fault } from '../status/rule-faults.ts';
import { translateFilters } from './filters.ts';

/** A world in which the Service `here` has port 80 and nothing else is. */
const ROUTE = { kind: 'HTTPRoute', metadata: { namespace: 'default', name: 'r' } } as HTTPRoute;
const REFERENCES: References = {
  service: (_, key) => (key === 'default/here' ? { ports: [{ port: 80, name: '' }], affine: false } : undefined),
  xBackend: () => undefined,
  policies: () => [],
  permitted: () => false,
  absence: () => ({ unread: false, others: [] }),
  extension: () => undefined,
};

function translated(filters: readonly HTTPFilter[], prefix?: string) {
  const faults: Fault[] = [];
  const verdicts: Verdict[] = [];
  const context = {
    route: ROUTE,
    references: REFERENCES,
    place: 'rule' as const,
    prefix,
    report: (fault: Fault) => void faults.push(fault),
    unresolved: (verdict: Verdict) => void verdicts.push(verdict),
  };
  return { ...translateFilters(filters, 'f', context), faults, verdicts };
}

const request = (requestHeaderModifier: object): HTTPFilter => ({
  type: 'RequestHeaderModifier',
  requestHeaderModifier,
});
const redirect = (spec: object): HTTPFilter => ({
  type: 'RequestRedirect',
  requestRedirect: { statusCode: 302, ...spec },
});
const mirror = (spec: object = {}, backend: object = {}): HTTPFilter => ({
  type: 'RequestMirror',
  requestMirror: { backendRef: { group: '', kind: 'Service', name: 'here', port: 80, ...backend }, ...spec },
});
const cors = (spec: object): HTTPFilter => ({ type: 'CORS', cors: { maxAge: 5, ...spec } });
const rewrite = (urlRewrite: object): HTTPFilter => ({ type: 'URLRewrite', urlRewrite });

test('a header modifier has its names in lower case, the first of each', () => {
  const { filters, faults } = translated([
    request({
      set: [
        { name: 'X-A', value: '1' },
        { name: 'x-a', value: '2' },
      ],
      add: [{ name: 'X-B', value: 'b c' }],
      remove: ['X-C', 'x-c'],
    }),
  ]);
  assert.deepEqual(faults, []);
  assert.deepEqual(filters, [{ kind: 'requestHeaders', set: [['x-a', '1']], add: [['x-b', 'b c']], remove: ['x-c'] }]);
});

test('filters keep the order of the manifest, and a redirect stands apart', () => {
  const { filters, answer } = translated([
    { type: 'ResponseHeaderModifier', responseHeaderModifier: { remove: ['server'] } },
    redirect({ scheme: 'https', port: 8443, hostname: 'Other.example.com', statusCode: 308 }),
    request({ remove: ['x'] }),
  ]);
  assert.deepEqual(
    filters.map(filter => filter.kind),
    ['responseHeaders', 'requestHeaders'],
  );
  const found = { kind: 'redirect', status: 308, scheme: 'https', port: 8443, hostname: 'other.example.com' };
  assert.deepEqual(answer, { kind: 'redirect', redirect: found });
});

test('paths are replaced as a whole or by the prefix of the rule', () => {
  const cases: readonly [path: object, prefix: string | undefined, change: unknown][] = [
    [{ type: 'ReplaceFullPath', replaceFullPath: '/x' }, undefined, { kind: 'full', value: '/x' }],
    [{ type: 'ReplaceFullPath', replaceFullPath: 'x' }, undefined, { kind: 'full', value: '/x' }],
    [{ type: 'ReplaceFullPath', replaceFullPath: '' }, undefined, { kind: 'full', value: '/' }],
    [{ type: 'ReplacePrefixMatch', replacePrefixMatch: '/x/' }, '/a', { kind: 'prefix', prefix: '/a', value: '/x' }],
    [{ type: 'ReplacePrefixMatch', replacePrefixMatch: '/' }, '/a', { kind: 'prefix', prefix: '/a', value: '' }],
    [{ type: 'ReplacePrefixMatch', replacePrefixMatch: '' }, '', { kind: 'prefix', prefix: '', value: '' }],
  ];
  for (const [path, prefix, change] of cases) {
    const { filters, faults } = translated([rewrite({ path })], prefix);
    assert.deepEqual(faults, [], JSON.stringify(path));
    assert.deepEqual(filters, [{ kind: 'rewrite', path: change }]);
  }
});

const SHARES: readonly [spec: object, share: number][] = [
  [{}, 1],
  [{ percent: 0 }, 0],
  [{ percent: 35 }, 0.35],
  [{ percent: 100 }, 1],
  [{ fraction: { numerator: 25, denominator: 50 } }, 0.5],
  [{ fraction: { numerator: 0, denominator: 1 } }, 0],
];

for (const [spec, share] of SHARES) {
  test(`of the requests ${share} are mirrored: ${JSON.stringify(spec)}`, () => {
    const { filters, faults, verdicts } = translated([mirror(spec), mirror(spec)]);
    const expected = { kind: 'mirror', backend: 'Service/default/here/80', share };
    assert.deepEqual([filters, faults, verdicts], [[expected, expected], [], []]);
  });
}

const UNRESOLVED: readonly [backend: object, reason: string, path: string][] = [
  [{ name: 'gone' }, 'BackendNotFound', 'f[0].requestMirror.backendRef.name'],
  [{ port: 81 }, 'BackendNotFound', 'f[0].requestMirror.backendRef.port'],
  [{ namespace: 'other' }, 'RefNotPermitted', 'f[0].requestMirror.backendRef'],
  [{ kind: 'Bucket' }, 'InvalidKind', 'f[0].requestMirror.backendRef'],
];

for (const [backend, reason, path] of UNRESOLVED) {
  test(`a mirror to ${JSON.stringify(backend)} is left out and said: ${reason}`, () => {
    const { filters, faults, verdicts } = translated([mirror({}, backend), mirror()]);
    assert.deepEqual([filters.length, faults], [1, []]);
    assert.deepEqual(
      verdicts.map(verdict => [verdict.reason, verdict.path]),
      [[reason, path]],
    );
  });
}

const ORIGINS: readonly [text: string, scheme: string, host: string, below: boolean, port: number][] = [
  ['https://www.Foo.com', 'https', 'www.foo.com', false, 443],
  ['http://foo.com', 'http', 'foo.com', false, 80],
  ['http://foo.com:8080', 'http', 'foo.com', false, 8080],
  ['https://*.bar.com', 'https', 'bar.com', true, 443],
  ['https://*', 'https', '', true, 443],
  ['https://*:8443', 'https', '', true, 8443],
];

test('origins have a scheme, a host or all below one, and a port', () => {
  const { filters, faults } = translated([cors({ allowOrigins: ORIGINS.map(([text]) => text) })]);
  const origins = ORIGINS.map(([, scheme, host, below, port]) => ({ scheme, host, below, port }));
  const rest = { credentials: false, methods: [], headers: [], expose: [], maxAge: 5 };
  assert.deepEqual([filters, faults], [[{ kind: 'cors', origins, ...rest }], []]);
});

test('a star stands for everything', () => {
  const all = ['*'];
  const spec = { allowOrigins: all, allowMethods: all, allowHeaders: all, exposeHeaders: all, allowCredentials: true };
  const { filters, faults } = translated([cors({ ...spec, maxAge: 60 })]);
  const any = { origins: 'any', methods: 'any', headers: 'any', expose: 'any' };
  assert.deepEqual([filters, faults], [[{ kind: 'cors', ...any, credentials: true, maxAge: 60 }], []]);
});

const UNSUPPORTED: readonly [why: string, filters: readonly HTTPFilter[], path: string][] = [
  ['an unknown type', [{ type: 'Teleport' }], 'f[0].type'],
  ['a missing member', [{ type: 'URLRewrite' }], 'f[0]'],
  ['a repeated type', [rewrite({}), rewrite({})], 'f[1]'],
  ['a mirror without its member', [{ type: 'RequestMirror' }], 'f[0]'],
  ['a mirror of more than all', [mirror({ percent: 101 })], 'f[0].requestMirror.percent'],
  [
    'a mirror of a share of nothing',
    [mirror({ fraction: { numerator: 0, denominator: 0 } })],
    'f[0].requestMirror.fraction',
  ],
  ['CORS without its member', [{ type: 'CORS' }], 'f[0]'],
  ['CORS twice', [cors({}), cors({})], 'f[1]'],
  ['an origin with a path', [cors({ allowOrigins: ['https://a.example/b'] })], 'f[0].cors.allowOrigins[0]'],
  ['an origin with a line break', [cors({ allowOrigins: ['https://a\r\nb'] })], 'f[0].cors.allowOrigins[0]'],
  ['an origin of another scheme', [cors({ allowOrigins: ['ftp://a.example'] })], 'f[0].cors.allowOrigins[0]'],
  ['an impossible port of an origin', [cors({ allowOrigins: ['http://a:99999'] })], 'f[0].cors.allowOrigins[0]'],
  ['a method with a line break', [cors({ allowMethods: ['GET\r\nA: b'] })], 'f[0].cors.allowMethods[0]'],
  ['no name of a header to allow', [cors({ allowHeaders: ['ok', 'a b'] })], 'f[0].cors.allowHeaders[1]'],
  ['no name of a header to expose', [cors({ exposeHeaders: ['a:'] })], 'f[0].cors.exposeHeaders[0]'],
  ['an age of nothing', [cors({ maxAge: 0 })], 'f[0].cors.maxAge'],
  ['no reference to an extension', [{ type: 'ExtensionRef' }], 'f[0]'],
  ['external auth', [{ type: 'ExternalAuth' }], 'f[0]'],
  ['a status that redirects nobody', [redirect({ statusCode: 305 })], 'f[0].requestRedirect.statusCode'],
  ['an unknown scheme', [redirect({ scheme: 'ftp' })], 'f[0].requestRedirect.scheme'],
  ['an impossible port', [redirect({ port: 0 })], 'f[0].requestRedirect.port'],
  ['a hostname with a line break', [redirect({ hostname: 'a\r\nb' })], 'f[0].requestRedirect.hostname'],
  ['a wildcard to rewrite to', [rewrite({ hostname: '*.example.com' })], 'f[0].urlRewrite.hostname'],
  ['an unknown path type', [rewrite({ path: { type: 'Reverse' } })], 'f[0].urlRewrite.path.type'],
  [
    'a path with a query',
    [rewrite({ path: { type: 'ReplaceFullPath', replaceFullPath: '/a?b' } })],
    'f[0].urlRewrite.path.replaceFullPath',
  ],
  [
    'a prefix that no match has',
    [rewrite({ path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/x' } })],
    'f[0].urlRewrite.path',
  ],
  ['no header name', [request({ remove: ['a b'] })], 'f[0].requestHeaderModifier.remove[0]'],
  [
    'a value with a line break',
    [request({ set: [{ name: 'a', value: 'b\r\nc: d' }] })],
    'f[0].requestHeaderModifier.set[0].value',
  ],
  ['Host', [request({ set: [{ name: 'Host', value: 'b' }] })], 'f[0].requestHeaderModifier.set[0].name'],
  ['framing', [request({ remove: ['Content-Length'] })], 'f[0].requestHeaderModifier.remove[0]'],
  [
    'framing',
    [request({ add: [{ name: 'Transfer-Encoding', value: 'x' }] })],
    'f[0].requestHeaderModifier.add[0].name',
  ],
  [
    'the connection',
    [request({ set: [{ name: 'Connection', value: 'x' }] })],
    'f[0].requestHeaderModifier.set[0].name',
  ],
  [
    'one name in two actions',
    [request({ set: [{ name: 'A', value: 'b' }], remove: ['a'] })],
    'f[0].requestHeaderModifier',
  ],
];

for (const [why, filters, path] of UNSUPPORTED) {
  test(`a rule does not go without a filter that has ${why} (${path})`, () => {
    const { faults } = translated(filters);
    assert.deepEqual(
      faults.map(fault => [fault.reason, fault.path]),
      [['UnsupportedValue', path]],
    );
  });
}

test('a redirect and a rewrite exclude each other', () => {
  const { faults } = translated([redirect({}), rewrite({})]);
  assert.deepEqual(
    faults.map(fault => [fault.reason, fault.path]),
    [['IncompatibleFilters', 'f']],
  );
});
