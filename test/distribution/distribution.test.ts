import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CERTIFICATE, KEY } from '../translation/certificate.ts';
import { until } from '../until.ts';
import { becomes, condition, gateway, gatewayClass, giveAddress, route, shown, startCluster } from './rig.ts';

const SHOP = { kind: 'Gateway', name: 'shop' };
const WEB = { kind: 'HTTPRoute', name: 'web' };

function https(secret: string) {
  const tls = { certificateRefs: [{ name: secret }] };
  return { name: 'https', port: 443, protocol: 'HTTPS', tls };
}

function tlsSecret(name: string) {
  const data = { 'tls.crt': CERTIFICATE, 'tls.key': KEY };
  const inBase64 = Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  );
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'default' },
    type: 'kubernetes.io/tls',
    data: inBase64,
  };
}

test('a Gateway is programmed when a proxy has acknowledged it, and says before why it is not', async t => {
  const { api, controller, proxy } = await startCluster(t);
  api.put(gateway('shop'));
  const leader = await controller('a');
  await giveAddress(api, 'shop');
  await becomes(() => shown(api, SHOP, 'Programmed'), 'False Pending@1');
  await until('it says what it waits for', () =>
    /no proxy is connected yet: Deployment default\/shop-sluice has 0 of/.test(
      condition(api, SHOP, 'Programmed')?.message ?? '',
    ),
  );
  const one = proxy('shop', 'shop-1', leader);
  await becomes(() => shown(api, SHOP, 'Programmed'), 'True Programmed@1');
  assert.ok(one.has('Listener default/shop/http'));
  assert.ok(one.has('Bind 0.0.0.0:10080'), [...one.units.keys()].join());
  assert.deepEqual(Object(api.get(SHOP)?.status).addresses, [{ type: 'IPAddress', value: '192.0.2.1' }]);
});

test('a status of a generation is written when every proxy has acknowledged that generation', async t => {
  const { api, controller, proxy } = await startCluster(t);
  api.put(gateway('shop'));
  const leader = await controller('a');
  await giveAddress(api, 'shop');
  const quick = proxy('shop', 'shop-1', leader);
  let gate: Promise<void> = Promise.resolve();
  const slow = proxy('shop', 'shop-2', leader, {
    apply: () => gate.then(() => ({ failures: [], rejections: [] })),
  });
  await becomes(() => shown(api, SHOP, 'Programmed'), 'True Programmed@1');
  await leader.synced('shop', 2);
  const opened = Promise.withResolvers<void>();
  gate = opened.promise;
  api.put(route('web', 'shop'));
  await until('the quick one has the route', () => quick.has('Route HTTPRoute/default/web@default/shop'));
  await until('the slow one is at it', () => slow.has('Route HTTPRoute/default/web@default/shop'));
  assert.equal(shown(api, WEB, 'Accepted'), 'absent');
  opened.resolve();
  await becomes(() => shown(api, WEB, 'Accepted'), 'True Accepted@1');
});

test('a proxy that does not answer is left out and named', async t => {
  const { api, controller, proxy } = await startCluster(t);
  api.put(gateway('shop'));
  const leader = await controller('a', { silentAfter: 300 });
  await giveAddress(api, 'shop');
  proxy('shop', 'shop-1', leader);
  const opened = Promise.withResolvers<void>();
  let answers = true;
  proxy('shop', 'shop-2', leader, {
    apply: async () => {
      if (!answers) await opened.promise;
      return { failures: [], rejections: [] };
    },
  });
  await becomes(() => shown(api, SHOP, 'Programmed'), 'True Programmed@1');
  await leader.synced('shop', 2);
  answers = false;
  api.put(route('web', 'shop'));
  await becomes(() => shown(api, WEB, 'Accepted'), 'True Accepted@1');
  await until('it is named', () => /default\/shop-2/.test(condition(api, SHOP, 'Programmed')?.message ?? ''));
  assert.equal(shown(api, SHOP, 'Programmed'), 'True Programmed@1');
  opened.resolve();
  await until('it is forgotten', () => !/default\/shop-2/.test(condition(api, SHOP, 'Programmed')?.message ?? ''));
});

test('what a proxy can not obey stands in the status of the object, in its words', async t => {
  const { api, controller, proxy } = await startCluster(t);
  api.put(gateway('shop'));
  api.put(route('web', 'shop'));
  const leader = await controller('a');
  await giveAddress(api, 'shop');
  proxy('shop', 'shop-1', leader, {
    apply: async () => ({
      failures: [{ bind: '0.0.0.0:10080', code: 'EADDRINUSE', message: 'port 10080 is in use' }],
      rejections: [
        { kind: 'Route', name: 'HTTPRoute/default/web@default/shop', message: 'it knows no filter of kind Rainbow' },
      ],
    }),
  });
  await becomes(() => shown(api, WEB, 'sluice.dev/Rejected'), 'True RejectedByProxy@1');
  assert.match(condition(api, WEB, 'sluice.dev/Rejected')?.message ?? '', /default\/shop-1.*filter of kind Rainbow/);
  await until(
    'the listener says why',
    () =>
      /port 10080 is in use/.test(condition(api, SHOP, 'Accepted', 'http')?.message ?? '') ||
      /port 10080 is in use/.test(condition(api, SHOP, 'Programmed', 'http')?.message ?? ''),
  );
});

test('who may not be there is told why, and gets nothing', async t => {
  const { api, controller, proxy } = await startCluster(t);
  api.put(gateway('shop'));
  const leader = await controller('a');
  await giveAddress(api, 'shop');
  const thief = proxy('shop', 'thief-1', leader);
  api.tokenOwners.set('the token of thief-1', {
    username: 'system:serviceaccount:default:default',
    audiences: ['sluice.dev/config'],
    pod: 'thief-1',
  });
  await until('it is refused', () =>
    thief.states.some(
      state => state.kind === 'waiting' && /no Gateway has proxies.*default\/default/.test(state.reason),
    ),
  );
  assert.equal(thief.units.size, 0);
  const told = leader.events.flatMap(each =>
    each.event === 'refused' ? `${each.proxy} at ${each.address}: ${each.reason}` : [],
  );
  const reason = 'no Gateway has proxies that run as ServiceAccount default/default';
  assert.ok(told.includes(`default/thief-1 at 127.0.0.1: ${reason}`), told.join('\n'));
});

test('a proxy gets what its Gateway needs, and never a key of another', async t => {
  const { api, controller, proxy } = await startCluster(t);
  for (const name of ['shop', 'bank']) {
    api.put(tlsSecret(`${name}-tls`));
    api.put(gateway(name, [https(`${name}-tls`)]));
    api.put(route(name, name));
  }
  const leader = await controller('a');
  await giveAddress(api, 'shop');
  await giveAddress(api, 'bank');
  const [shop, bank] = [proxy('shop', 'shop-1', leader), proxy('bank', 'bank-1', leader)];
  const bankNames = () => [...bank.units.keys()].sort();
  const expected = [
    'Bind 0.0.0.0:10443',
    'Listener default/bank/https',
    'Route HTTPRoute/default/bank@default/bank',
    'Secret Secret/default/bank-tls',
    'Secret sessions',
  ];
  await until('both have their routes', () => [shop, bank].every(({ units }) => units.size === expected.length));
  assert.deepEqual(bankNames(), expected);
  api.put(route('bank', 'bank', '/newer'));
  api.put(route('shop', 'shop', '/newer'));
  await until('both have the change', () => [shop, bank].every(({ deltas }) => deltas.length === 2));
  const ofBank = bank.deltas.flatMap(({ upserts, removals }) => [...upserts, ...removals]);
  assert.deepEqual(
    ofBank.filter(({ name }) => name.includes('shop')),
    [],
  );
  assert.deepEqual(bankNames(), expected);
});

test('proxies go to the leader; when another one leads they go there, and get nothing that they have', async t => {
  const { api, controller, proxy } = await startCluster(t);
  api.put(gateway('shop'));
  api.put(route('web', 'shop'));
  const first = await controller('a');
  await giveAddress(api, 'shop');
  const second = await controller('b');
  await second.started;
  assert.equal(await second.readiness(), 200);
  const connectedTo = () => {
    const last = one.states.at(-1);
    return last?.kind === 'connected' ? last.controller : '';
  };
  const one = proxy('shop', 'shop-1', second);
  await becomes(connectedTo, first.address);
  await becomes(() => shown(api, SHOP, 'Programmed'), 'True Programmed@1');
  assert.equal(one.deltas.length, 1);

  await first.stop();
  await becomes(connectedTo, second.address);
  await second.synced('shop', 1);
  api.put(route('web', 'shop', '/newer'));
  await until('it follows the new leader', () => shown(api, WEB, 'Accepted') === 'True Accepted@2');
  const names = one.deltas
    .slice(1)
    .flatMap(({ upserts, removals }) => [...upserts, ...removals].map(({ name }) => name));
  assert.deepEqual(names, ['HTTPRoute/default/web@default/shop']);
  assert.equal(shown(api, SHOP, 'Programmed'), 'True Programmed@1');
});

test('a new leader says of nobody that he is gone before he had the time to return', async t => {
  const { api, controller, proxy } = await startCluster(t);
  api.put(gateway('shop'));
  const first = await controller('a');
  await giveAddress(api, 'shop');
  const one = proxy('shop', 'shop-1', first);
  await becomes(() => shown(api, SHOP, 'Programmed'), 'True Programmed@1');
  await first.stop();
  one.close();
  const before = api.get(SHOP)?.metadata.resourceVersion;
  const second = await controller('b', { gathering: 60_000 });
  await second.started;
  proxy('shop', 'shop-1', second);
  await second.synced('shop', 1);
  api.put(gateway('late'));
  await until('it writes', () => shown(api, { kind: 'Gateway', name: 'late' }, 'Accepted') !== 'absent');
  assert.equal(api.get(SHOP)?.metadata.resourceVersion, before);
});

test('what is made for a Gateway stays while Gateways can not be read, and goes when it is known to want nothing', async t => {
  const { api, controller } = await startCluster(t);
  api.put(gateway('shop'));
  const first = await controller('a');
  const deployments = () => api.list('Deployment').map(({ metadata }) => metadata.name);
  await until('there is a data plane', () => deployments().length === 1);
  await first.stop();
  const shop = gateway('shop');
  api.put({ ...shop, spec: { ...shop.spec, gatewayClassName: 'of-somebody-else' } });
  api.forbid('list', 'gateways');
  const second = await controller('b');
  await second.started;
  // Who writes statuses leads.
  api.put(gatewayClass({ description: 'another generation' }));
  await becomes(() => shown(api, { kind: 'GatewayClass', name: 'sluice' }, 'Accepted'), 'True Accepted@2');
  await second.provisioned();
  assert.deepEqual(deployments(), ['shop-sluice']);
  await second.stop();
  api.allow('list', 'gateways');
  await controller('c');
  await until('it goes', () => deployments().length === 0);
});
