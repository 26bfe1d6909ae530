import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffUnits } from '../../src/explain/index.ts';
import { gateway, gatewayClass, type Manifest, route, service, world } from '../translation/world.ts';

const FRAME = [gatewayClass('sluice'), ...['a', 'b', 'c'].map(name => service(name))];
const OPEN = gateway('gw', [{}]);

const to = (name: string, weight?: number) => ({ name, port: 80, ...(weight !== undefined && { weight }) });
const rule = (name: string, value = '/', rest: object = {}) => ({
  matches: [{ path: { type: 'PathPrefix', value } }],
  backendRefs: [to(name)],
  ...rest,
});
const both = (...refs: readonly object[]) => route('r', { rules: [{ backendRefs: refs }] });
const one = (rest: object) => route('r', { rules: [rule('a', '/', rest)] });
const regex = (value: string, name = 'a') => ({
  matches: [{ path: { type: 'RegularExpression', value } }],
  backendRefs: [to(name)],
});
const headed = (value: string) =>
  route('r', {
    rules: [{ matches: [{ headers: [{ type: 'RegularExpression', name: 'x-a', value }] }], backendRefs: [to('a')] }],
  });
const redirecting = (requestRedirect: object) =>
  route('r', { rules: [{ filters: [{ type: 'RequestRedirect', requestRedirect }] }] });
const mirroring = (rest: object) => ({ type: 'RequestMirror', requestMirror: { backendRef: to('b'), ...rest } });
const rewriting = (replacePrefixMatch: string) => ({
  type: 'URLRewrite',
  urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch } },
});
const cors = (rest: object) => ({ type: 'CORS', cors: { allowOrigins: ['https://x.example'], ...rest } });
const setting = (name: string, value: string) => ({
  type: 'RequestHeaderModifier',
  requestHeaderModifier: { set: [{ name, value }] },
});
const aged = (manifest: Manifest, creationTimestamp: string): Manifest => ({
  ...manifest,
  metadata: { ...manifest.metadata, creationTimestamp },
});

function differences(before: readonly Manifest[], after: readonly Manifest[]): readonly string[] {
  const units = [before, after].map(each => [...world(...FRAME, ...withGateway(each)).units.values()]);
  const { changes, leftOut } = diffUnits(units[0]!, units[1]!);
  assert.deepEqual(leftOut, []);
  return changes.map(({ before: was, after: is, details, examples: [first] }) => {
    const { method, url, headers } = first!.request;
    const request = [method, url, ...headers.map(pair => pair.join(': '))].join(' ');
    const what = was.destination === is.destination ? was.destination : `${was.destination} → ${is.destination}`;
    const more = details.map(each => `, ${each.what}: ${each.before ?? 'none'} → ${each.after ?? 'none'}`);
    return `${request}: ${what}${more.join('')}`;
  });
}

function withGateway(manifests: readonly Manifest[]): readonly Manifest[] {
  return manifests.some(({ kind }) => kind === 'Gateway') ? manifests : [OPEN, ...manifests];
}

type Case = readonly [name: string, before: readonly Manifest[], after: readonly Manifest[]];

const REFACTORINGS: readonly Case[] = [
  ['a route gets another name', [route('r', { rules: [rule('a')] })], [route('other', { rules: [rule('a')] })]],
  ['a rule gets a name', [one({})], [one({ name: 'main' })]],
  [
    'rules that share no request change places',
    [route('r', { rules: [rule('a', '/x'), rule('b', '/y')] })],
    [route('r', { rules: [rule('b', '/y'), rule('a', '/x')] })],
  ],
  [
    'a rule becomes two, one for each match',
    [
      route('r', {
        rules: [{ matches: [{ path: { value: '/x' } }, { path: { value: '/y' } }], backendRefs: [to('a')] }],
      }),
    ],
    [route('r', { rules: [rule('a', '/x'), rule('a', '/y')] })],
  ],
  [
    'a route becomes two, one for each rule',
    [route('r', { rules: [rule('a', '/x'), rule('b', '/y')] })],
    [route('r', { rules: [rule('a', '/x')] }), route('s', { rules: [rule('b', '/y')] })],
  ],
  [
    'a route becomes two, one for each hostname',
    [route('r', { hostnames: ['x.example', 'y.example'], rules: [rule('a')] })],
    [
      route('r', { hostnames: ['x.example'], rules: [rule('a')] }),
      route('s', { hostnames: ['y.example'], rules: [rule('a')] }),
    ],
  ],
  ['weights in the same proportion', [both(to('a', 1), to('b', 1))], [both(to('a', 50), to('b', 50))]],
  ['backends change places', [both(to('a', 1), to('b', 2))], [both(to('b', 2), to('a', 1))]],
  ['a backend without weight goes', [both(to('a', 1), to('b', 0))], [both(to('a'))]],
  ['a share is written as two', [both(to('a', 2), to('b', 1))], [both(to('a', 1), to('b', 1), to('a', 1))]],
  ['defaults are written out', [route('r', { rules: [{ backendRefs: [to('a')] }] })], [one({})]],
  [
    'a rule is added that no request can reach',
    [route('r', { rules: [rule('a', '/x')] })],
    [route('r', { rules: [rule('a', '/x'), rule('b', '/x')] })],
  ],
  [
    'a longer prefix is added that goes where its requests went',
    [route('r', { rules: [rule('a')] })],
    [route('r', { rules: [rule('a'), rule('a', '/x')] })],
  ],
  [
    'an expression is written in another way',
    [route('r', { rules: [regex('/(a|b)/[0-9]+')] })],
    [route('r', { rules: [regex('/[ab]/[0-9][0-9]*')] })],
  ],
  [
    'hostnames go from the route to the listener',
    [route('r', { hostnames: ['x.example'], rules: [rule('a')] })],
    [gateway('gw', [{ hostname: 'x.example' }]), route('r', { rules: [rule('a')] })],
  ],
  [
    'a Gateway and its listeners get other names',
    [route('r', { rules: [rule('a')] })],
    [gateway('door', [{ name: 'web' }]), route('r', { parentRefs: [{ name: 'door' }], rules: [rule('a')] })],
  ],
  [
    'a filter of the only backend becomes one of the rule',
    [route('r', { rules: [{ backendRefs: [{ ...to('a'), filters: [setting('x-a', '1')] }] }] })],
    [route('r', { rules: [{ backendRefs: [to('a')], filters: [setting('x-a', '1')] }] })],
  ],
  [
    'a redirect says the port of its scheme',
    [redirecting({ scheme: 'https' })],
    [redirecting({ scheme: 'https', port: 443 })],
  ],
  [
    'an expression no longer means what is no path of a route',
    [route('r', { rules: [regex('.*')] })],
    [route('r', { rules: [regex('/.*')] })],
  ],
  ['an expression no longer means what no header can have', [headed('(?s).*')], [headed('.*')]],
  ['a copy of no request goes', [one({ filters: [mirroring({ percent: 0 })] })], [one({})]],
  ['a rewrite to the same prefix goes', [one({ filters: [rewriting('/')] })], [one({})]],
  [
    'headers of CORS in another order and case',
    [one({ filters: [cors({ allowHeaders: ['X-A', 'x-b'], exposeHeaders: ['X-C'] })] })],
    [one({ filters: [cors({ allowHeaders: ['X-B', 'x-a'], exposeHeaders: ['x-c'] })] })],
  ],
  ['a timeout of 0 goes', [one({ timeouts: { request: '0s' } })], [one({})]],
  [
    'a timeout is written in another unit',
    [one({ timeouts: { request: '1s' } })],
    [one({ timeouts: { request: '1000ms' } })],
  ],
  [
    'routes that share no request change their age',
    [aged(route('r', { rules: [rule('a', '/x')] }), '2020-01-01T00:00:00Z'), route('s', { rules: [rule('b', '/y')] })],
    [route('r', { rules: [rule('a', '/x')] }), aged(route('s', { rules: [rule('b', '/y')] }), '2020-01-01T00:00:00Z')],
  ],
];

for (const [name, before, after] of REFACTORINGS) {
  test(`no change: ${name}`, () => {
    assert.deepEqual(differences(before, after), []);
    assert.deepEqual(differences(after, before), []);
  });
}

const CHANGES: readonly (readonly [...Case, expected: readonly string[]])[] = [
  [
    'a route gets a name that puts it behind another one for the same requests',
    [route('r', { rules: [rule('a')] }), route('s', { rules: [rule('b')] })],
    [route('t', { rules: [rule('a')] }), route('s', { rules: [rule('b')] })],
    ['GET http://any.example/: Service default/a:80 → Service default/b:80'],
  ],
  [
    'rules for the same requests change places',
    [route('r', { rules: [rule('a', '/x'), rule('b', '/x')] })],
    [route('r', { rules: [rule('b', '/x'), rule('a', '/x')] })],
    ['GET http://any.example/x: Service default/a:80 → Service default/b:80'],
  ],
  [
    'a rule becomes two, and one of them goes elsewhere',
    [
      route('r', {
        rules: [{ matches: [{ path: { value: '/x' } }, { path: { value: '/y' } }], backendRefs: [to('a')] }],
      }),
    ],
    [route('r', { rules: [rule('a', '/x'), rule('b', '/y')] })],
    ['GET http://any.example/y: Service default/a:80 → Service default/b:80'],
  ],
  [
    'a route becomes two, and loses a rule',
    [route('r', { rules: [rule('a', '/x'), rule('b', '/y')] })],
    [route('r', { rules: [rule('a', '/x')] })],
    ['GET http://any.example/y: Service default/b:80 → 404, no rule takes it'],
  ],
  [
    'a hostname goes',
    [route('r', { hostnames: ['x.example', 'y.example'], rules: [rule('a')] })],
    [route('r', { hostnames: ['x.example'], rules: [rule('a')] })],
    ['GET http://y.example/: Service default/a:80 → 404, no rule takes it'],
  ],
  [
    'weights in another proportion',
    [both(to('a', 1), to('b', 1))],
    [both(to('a', 49), to('b', 51))],
    [
      'GET http://any.example/: Service default/a:80 (1 of 2), Service default/b:80 (1 of 2) → ' +
        'Service default/a:80 (49 of 100), Service default/b:80 (51 of 100)',
    ],
  ],
  [
    'a prefix becomes an exact path',
    [route('r', { rules: [rule('a', '/x')] })],
    [route('r', { rules: [{ matches: [{ path: { type: 'Exact', value: '/x' } }], backendRefs: [to('a')] }] })],
    ['GET http://any.example/x/any: Service default/a:80 → 404, no rule takes it'],
  ],
  [
    'a condition is added',
    [one({})],
    [route('r', { rules: [{ matches: [{ headers: [{ name: 'X-A', value: '1' }] }], backendRefs: [to('a')] }] })],
    ['GET http://any.example/: Service default/a:80 → 404, no rule takes it'],
  ],
  [
    'requests with a header go elsewhere',
    [one({})],
    [
      route('r', {
        rules: [rule('a'), { matches: [{ headers: [{ name: 'X-A', value: '1' }] }], backendRefs: [to('b')] }],
      }),
    ],
    ['GET http://any.example/ x-a: 1: Service default/a:80 → Service default/b:80'],
  ],
  [
    'an expression matches a little more',
    [route('r', { rules: [regex('/[ab]/[0-9]+')] })],
    [route('r', { rules: [regex('/[a-c]/[0-9]+')] })],
    ['GET http://any.example/c/0: 404, no rule takes it → Service default/a:80'],
  ],
  [
    'an expression becomes longer than another one for the same requests',
    [route('r', { rules: [regex('/x.+', 'a'), regex('/.+y', 'b')] })],
    [route('r', { rules: [regex('/x.+', 'a'), regex('/(.+)y', 'b')] })],
    ['GET http://any.example/xy: Service default/a:80 → Service default/b:80'],
  ],
  [
    'a listener takes hosts away',
    [route('r', { parentRefs: [{ name: 'gw', sectionName: 'l0' }], rules: [rule('a')] })],
    [
      gateway('gw', [{}, { hostname: '*.example' }]),
      route('r', { parentRefs: [{ name: 'gw', sectionName: 'l0' }], rules: [rule('a')] }),
    ],
    ['GET http://any.example/: Service default/a:80 → 404, no rule takes it'],
  ],
  [
    'a Gateway gets another port',
    [route('r', { rules: [rule('a')] })],
    [gateway('gw', [{ port: 8080 }]), route('r', { rules: [rule('a')] })],
    [
      'GET http://any.example/: Service default/a:80 → nothing, no listener has the port',
      'GET http://any.example:8080/: nothing, no listener has the port → Service default/a:80',
    ],
  ],
  [
    'a redirect gets a port that is not the one of its scheme',
    [redirecting({ scheme: 'https' })],
    [redirecting({ scheme: 'https', port: 80 })],
    [
      'GET http://any.example/: redirect 302 to https://same host, same path → ' +
        'redirect 302 to https://same host:80, same path',
    ],
  ],
  [
    'a filter sets another value',
    [one({ filters: [setting('x-a', '1')] })],
    [one({ filters: [setting('x-a', '2')] })],
    ['GET http://any.example/: Service default/a:80, request headers: set x-a: 1 → set x-a: 2'],
  ],
  [
    'half of the requests are copied',
    [one({})],
    [one({ filters: [mirroring({ percent: 50 })] })],
    ['GET http://any.example/: Service default/a:80, mirror: none → 50% to Service default/b:80'],
  ],
  [
    'a prefix is rewritten',
    [one({})],
    [one({ filters: [rewriting('/y')] })],
    ['GET http://any.example/: Service default/a:80, rewrite: none → /y in place of /'],
  ],
  [
    'a timeout comes',
    [one({})],
    [one({ timeouts: { request: '10s' } })],
    ['GET http://any.example/: Service default/a:80, request timeout: none → 10s'],
  ],
  [
    'a backend is none any more',
    [one({})],
    [route('r', { rules: [rule('gone')] })],
    ['GET http://any.example/: Service default/a:80 → 500 BackendNotFound'],
  ],
  [
    'routes for the same requests change their age',
    [
      aged(route('s', { rules: [rule('b')] }), '2020-01-01T00:00:00Z'),
      aged(route('r', { rules: [rule('a')] }), '2021-01-01T00:00:00Z'),
    ],
    [
      aged(route('s', { rules: [rule('b')] }), '2022-01-01T00:00:00Z'),
      aged(route('r', { rules: [rule('a')] }), '2021-01-01T00:00:00Z'),
    ],
    ['GET http://any.example/: Service default/b:80 → Service default/a:80'],
  ],
];

for (const [name, before, after, expected] of CHANGES) {
  test(`a change: ${name}`, () => {
    assert.deepEqual(differences(before, after), expected);
    assert.equal(differences(after, before).length, expected.length);
  });
}
