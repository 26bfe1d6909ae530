import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTailing } from '../admin/index.ts';
import { seal } from '../ir/index.ts';
import { openEndpoints } from './endpoints.ts';

const origin = { kind: 'Secret', namespace: 'shop', name: 'tls' } as const;
const PRIVATE = 'what nobody may see';
const UNITS = [
  seal({
    kind: 'Secret',
    name: 'Secret/shop/tls',
    content: { kind: 'keyPair', chain: 'public', key: PRIVATE, algorithm: 'ecdsa', hostnames: [] },
    origin,
  }),
  seal({ kind: 'Secret', name: 'sessions', content: { kind: 'sessionKeys', keys: [PRIVATE] }, origin }),
];
const PAGES: readonly (readonly [string, health: number, admin: number])[] = [
  ['/readyz', 503, 503],
  ['/livez', 200, 200],
  ['/metrics', 200, 200],
  ['/config', 404, 200],
  ['/requests?unknown=1', 404, 400],
];

test('who may probe a proxy sees nothing of its configuration, and nobody sees keys', async t => {
  const place = { host: '127.0.0.1', port: 0 };
  const tailing = createTailing();
  const sight = { notReady: () => 'not yet', metrics: async () => 'up 1\n', units: () => UNITS, tailing };
  const endpoints = await openEndpoints({ health: place, admin: place }, sight);
  t.after(() => {
    tailing.close();
    endpoints.close();
  });
  const ask = (at: typeof endpoints.health, page: string) => fetch(`${at?.url}${page}`);
  for (const [page, health, admin] of PAGES) {
    assert.equal((await ask(endpoints.health, page)).status, health, page);
    assert.equal((await ask(endpoints.admin, page)).status, admin, page);
  }
  const shown = await (await ask(endpoints.admin, '/config')).text();
  assert.match(shown, /"chain": "public"/);
  assert.ok(!shown.includes(PRIVATE));
});
