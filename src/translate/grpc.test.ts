import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gateway, gatewayClass, routeOf, service, type World, world } from '../../test/translation/world.ts';

const API = { name: 'api', port: 80 };

function given(rules: readonly object[]): World {
  const filled = rules.map(rule => ({ backendRefs: [API], ...rule }));
  return world(
    gatewayClass('sluice'),
    gateway('gw', [{}]),
    service('api'),
    routeOf('GRPCRoute', 'r', { rules: filled }),
  );
}

function rulesOf(w: World) {
  return w.unit('Route', 'GRPCRoute/default/r@default/gw').rules;
}

const PATHS: readonly [method: object | undefined, path: object][] = [
  [undefined, { kind: 'prefix', value: '' }],
  [
    { service: 'a.B', method: 'Get' },
    { kind: 'exact', value: '/a.B/Get' },
  ],
  [{ service: 'a.B' }, { kind: 'prefix', value: '/a.B' }],
  [{ method: 'Get' }, { kind: 'regex', value: '/[^/]+/Get', rank: 3 / 2048 }],
  [
    { type: 'RegularExpression', service: 'a|b', method: 'G.*' },
    { kind: 'regex', value: '/(?:a|b)/(?:G.*)', rank: 3 + 3 / 2048 },
  ],
  [
    { type: 'RegularExpression', service: 'a.*' },
    { kind: 'regex', value: '/(?:a.*)/[^/]+', rank: 3 },
  ],
];

for (const [method, path] of PATHS) {
  test(`a method is a condition on the path: ${JSON.stringify(method)}`, () => {
    const w = given([{ matches: [{ method }] }]);
    assert.deepEqual(rulesOf(w)[0]?.matches, [{ path, headers: [], query: [] }]);
    assert.deepEqual(w.codes(), []);
  });
}

test('headers, filters, names and sessions are those of HTTPRoute', () => {
  const modifier = { type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'X', value: '1' }] } };
  const headers = [
    { name: 'Version', value: '2' },
    { type: 'RegularExpression', name: 'env', value: 'p.*' },
  ];
  const rule = { name: 'all', matches: [{ headers }], filters: [modifier], sessionPersistence: { type: 'Header' } };
  const [first] = rulesOf(given([rule]));
  assert.deepEqual(first?.matches[0]?.headers, [
    { kind: 'exact', name: 'version', value: '2' },
    { kind: 'regex', name: 'env', value: 'p.*' },
  ]);
  assert.deepEqual(first?.filters, [{ kind: 'requestHeaders', set: [['x', '1']], add: [], remove: [] }]);
  assert.equal(first?.ruleName, 'all');
  assert.ok(first?.action.kind === 'forward' && first.action.session?.carrier.kind === 'header');
});

/** Rules that can't be followed: where it is told. */
const FAULTS: readonly [rule: object, path: string][] = [
  [{ matches: [{ method: { service: 'a/b' } }] }, 'matches[0].method.service'],
  [{ matches: [{ method: { service: 'a', method: '../x' } }] }, 'matches[0].method.method'],
  [{ matches: [{ method: { type: 'Glob', service: 'a' } }] }, 'matches[0].method.type'],
  [{ matches: [{ method: { type: 'RegularExpression', service: '(' } }] }, 'matches[0].method.service'],
  [{ matches: [{ method: { type: 'RegularExpression', service: '\\Qa', method: 'b' } }] }, 'matches[0].method'],
  [{ matches: [{ headers: [{ type: 'RegularExpression', name: 'a', value: '(' }] }] }, 'matches[0].headers[0].value'],
  [{ filters: [{ type: 'URLRewrite', urlRewrite: { hostname: 'a.com' } }] }, 'filters[0].type'],
];

for (const [rule, path] of FAULTS) {
  test(`a rule is dropped, and it is told where it is wrong: ${JSON.stringify(rule)}`, () => {
    const w = given([rule, {}]);
    assert.deepEqual(
      w.translator.problems().map(problem => problem.path),
      [`spec.rules[0].${path}`],
    );
    assert.equal(rulesOf(w).at(-1)?.action.kind, 'forward');
    assert.deepEqual(w.conditions('GRPCRoute', 'r'), [
      'Accepted=True/Accepted',
      'ResolvedRefs=True/ResolvedRefs',
      'PartiallyInvalid=True/UnsupportedValue',
    ]);
  });
}

test('what can not be understood of a method fails all that it might have meant', () => {
  const bad = (method: object) => rulesOf(given([{ matches: [{ method }] }, {}]))[0]?.matches.map(({ path }) => path);
  assert.deepEqual(bad({ service: 'a.B', method: '../x' }), [{ kind: 'prefix', value: '/a.B' }]);
  const expression = { type: 'RegularExpression', service: 'a|b', method: '(' };
  assert.deepEqual(bad(expression), [{ kind: 'regex', value: '/(?:a|b)/[^/]+', rank: 3 + 1 / 2048 }]);
  const unknown = given([{ matches: [{ method: { type: 'RegularExpression', method: '(' } }] }, {}]);
  assert.deepEqual(
    rulesOf(unknown).map(({ index }) => index),
    [1],
  );
});
