import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seal } from '../src/ir/index.ts';
import { createRouter, matchReference } from '../src/router/index.ts';
import { gateway, gatewayClass, routeOf, service, type World, world } from './translation/world.ts';

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

const header = (name: string) => ({ name, value: '1' });

/** GRPCRouteRule.matches: characters of the service, then of the method, then headers. The last goes to the first that holds. */
const ORDER: readonly object[] = [
  { method: { service: 'a.B', method: 'Get' }, headers: [header('x')] },
  { method: { service: 'a.B', method: 'Get' } },
  { method: { type: 'RegularExpression', service: 'a\\.[A-Z]', method: 'G.*' } },
  { method: { type: 'RegularExpression', service: 'a\\..', method: 'G[a-z]+' } },
  { method: { service: 'a.B' }, headers: [header('x')] },
  { method: { service: 'a.B' } },
  { method: { type: 'RegularExpression', method: '(Get|Put)' } },
  { method: { method: 'Get' } },
  { headers: [header('x'), header('y')] },
  {},
];

test('the more of a service is named the sooner a rule is asked, then the more of a method, then headers', () => {
  for (let first = 0; first < ORDER.length; first++) {
    // Turned round, so that the order of the rules never helps.
    const rules = ORDER.slice(first).toReversed();
    const w = given(rules.map(match => ({ matches: [match] })));
    const bind = seal({ kind: 'Bind' as const, name: 'b', host: '127.0.0.1', port: 0, listeners: ['default/gw/l0'] });
    const units = [...w.units.values(), bind];
    const request = { method: 'POST', host: 'any', path: '/a.B/Get', query: '', header: () => '1' };
    const router = createRouter(() => undefined);
    router.apply({ upserts: units, removals: [] });
    const found = router.bind('b')?.match(request);
    assert.ok(typeof found === 'object');
    assert.equal(found.rule.index, rules.length - 1, JSON.stringify(ORDER[first]));
    const expected = matchReference(units, 'b', request);
    assert.ok(typeof expected === 'object' && expected.rule.index === found.rule.index);
  }
});

test('methods and services are told apart by case', () => {
  const w = given([{ matches: [{ method: { service: 'a.B', method: 'Get' } }] }]);
  const bind = seal({ kind: 'Bind' as const, name: 'b', host: '127.0.0.1', port: 0, listeners: ['default/gw/l0'] });
  const ask = (path: string) =>
    matchReference([...w.units.values(), bind], 'b', {
      method: 'POST',
      host: '',
      path,
      query: '',
      header: () => undefined,
    });
  assert.equal(ask('/a.b/Get'), 'no-route');
  assert.equal(ask('/a.B/get'), 'no-route');
  assert.ok(typeof ask('/a.B/Get') === 'object');
});
