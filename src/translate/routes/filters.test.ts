import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HTTPFilter } from '../../resources/index.ts';
import type { Fault } from '../status/rule-faults.ts';
import { translateFilters } from './filters.ts';

function translated(filters: readonly HTTPFilter[], prefix?: string) {
  const faults: Fault[] = [];
  return { ...translateFilters(filters, 'f', prefix, fault => void faults.push(fault)), faults };
}

const request = (requestHeaderModifier: object): HTTPFilter => ({
  type: 'RequestHeaderModifier',
  requestHeaderModifier,
});
const redirect = (spec: object): HTTPFilter => ({
  type: 'RequestRedirect',
  requestRedirect: { statusCode: 302, ...spec },
});
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
  const { filters, redirect: found } = translated([
    { type: 'ResponseHeaderModifier', responseHeaderModifier: { remove: ['server'] } },
    redirect({ scheme: 'https', port: 8443, hostname: 'Other.example.com', statusCode: 308 }),
    request({ remove: ['x'] }),
  ]);
  assert.deepEqual(
    filters.map(filter => filter.kind),
    ['responseHeaders', 'requestHeaders'],
  );
  assert.deepEqual(found, {
    kind: 'redirect',
    status: 308,
    scheme: 'https',
    port: 8443,
    hostname: 'other.example.com',
  });
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

const UNSUPPORTED: readonly [why: string, filters: readonly HTTPFilter[], path: string][] = [
  ['an unknown type', [{ type: 'Teleport' }], 'f[0].type'],
  ['a missing member', [{ type: 'URLRewrite' }], 'f[0]'],
  ['a repeated type', [rewrite({}), rewrite({})], 'f[1]'],
  ['a mirror', [{ type: 'RequestMirror' }], 'f[0]'],
  ['CORS', [{ type: 'CORS' }], 'f[0]'],
  ['an extension', [{ type: 'ExtensionRef' }], 'f[0]'],
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
