import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Action, type Route, type Rule, seal, type WeightedBackend } from '../ir/index.ts';
import { compilePlan, pickTarget, seriesKeys } from './plan.ts';

const origin = { kind: 'HTTPRoute', namespace: 'default', name: 'shop' };

function routeWith(action: Action): { route: Route; rule: Rule } {
  const rule: Rule = {
    index: 0,
    matches: [{ path: { kind: 'prefix', value: '' }, headers: [], query: [] }],
    filters: [],
    action,
    origin,
  };
  const route = seal({
    kind: 'Route',
    name: 'HTTPRoute/default/shop@default/gw',
    route: 'default/shop',
    created: 0,
    attachments: [{ listener: 'default/gw/http', hostnames: ['*'] }],
    rules: [rule],
    origin,
  });
  return { route, rule };
}

function share(backend: string, weight: number): WeightedBackend {
  return { weight, filters: [], target: { kind: 'backend', backend } };
}

test('shares hold exactly over any run of as many requests as the weights add up to', () => {
  const refused: WeightedBackend = { weight: 2, filters: [], target: { kind: 'failure', status: 500, reason: 'X' } };
  const backends = [share('a', 7), share('b', 1), share('never', 0), refused];
  const { route, rule } = routeWith({ kind: 'forward', backends, timeouts: {} });
  const plan = compilePlan(route, rule);
  for (let run = 0; run < 3; run++) {
    const counts: Record<string, number> = {};
    for (let i = 0; i < 10; i++) {
      const { backend, failure } = pickTarget(plan);
      const name = backend ?? String(failure?.status);
      counts[name] = (counts[name] ?? 0) + 1;
    }
    assert.deepEqual(counts, { a: 7, b: 1, 500: 2 });
  }
});

test('a target is a backend, a redirect or a failure', () => {
  const redirect = { kind: 'redirect', status: 301 } as const;
  const rows: readonly [Action, (string | number | undefined)[]][] = [
    [{ kind: 'forward', backends: [share('a', 1)], timeouts: {} }, ['a', undefined, undefined]],
    [{ kind: 'redirect', redirect }, [undefined, 301, undefined]],
    [{ kind: 'failure', status: 500, reason: 'X' }, [undefined, undefined, 500]],
  ];
  for (const [action, expected] of rows) {
    const { route, rule } = routeWith(action);
    const target = pickTarget(compilePlan(route, rule));
    assert.deepEqual([target.backend, target.redirect?.status, target.failure?.status], expected);
  }
});

test('the series of a route are named by rule and backend', () => {
  const { route } = routeWith({ kind: 'forward', backends: [share('a', 1), share('b', 1)], timeouts: {} });
  assert.deepEqual([...seriesKeys(route)], ['0\na', '0\nb']);
});
