import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../until.ts';
import { becomes, condition, gateway, gatewayClass, route, shown, startCluster } from './rig.ts';

const SHOP = { kind: 'Gateway', name: 'shop' };
const SETTINGS = { kind: 'SluiceProxy', name: 'all' };

function settings(spec: object) {
  return {
    apiVersion: 'sluice.dev/v1alpha1',
    kind: 'SluiceProxy',
    metadata: { name: 'all', namespace: 'default' },
    spec,
  };
}

function reference(namespace?: string) {
  return { group: 'sluice.dev', kind: 'SluiceProxy', name: 'all', ...(namespace && { namespace }) };
}

const ROUTE = 'Route HTTPRoute/default/web@default/shop';

test('Gateways that share their proxies keep them while the parameters of their class are gone, whoever leads', async t => {
  const { api, controller, proxy } = await startCluster(t);
  api.put(settings({ mode: 'Merged', service: { type: 'HostNetwork' } }));
  api.put(gatewayClass({ parametersRef: reference('default') }));
  api.put(gateway('shop'));
  api.put(gateway('bank', [{ name: 'http', port: 81, protocol: 'HTTP' }]));
  api.put(route('web', 'shop'));
  const first = await controller('a');
  await until('it is made', () => api.get({ kind: 'ConfigMap', name: 'sluice-merged' }) !== undefined);
  const one = proxy('shop', 'all-1', first, { plane: 'sluice-merged' });
  await becomes(() => shown(api, SHOP, 'Programmed'), 'True Programmed@1');
  assert.ok(one.has(ROUTE) && one.has('Bind 0.0.0.0:80'), [...one.units.keys()].join());
  const stays = () => one.deltas.every(({ removals }) => removals.length === 0) && one.has('Bind 0.0.0.0:80');
  api.delete(SETTINGS);
  await becomes(() => shown(api, SHOP, 'Accepted'), 'False InvalidParameters@1');
  api.put(route('more', 'shop', '/more'));
  await until('it is served on', () => one.has('Route HTTPRoute/default/more@default/shop'));
  assert.ok(stays(), JSON.stringify(one.deltas.map(({ removals }) => removals)));
  await first.stop();
  const second = await controller('b');
  const two = proxy('shop', 'all-2', second, { plane: 'sluice-merged' });
  await until('one that is new has the same', () => two.has('Route HTTPRoute/default/more@default/shop'));
  assert.deepEqual([...two.units.keys()].sort(), [...one.units.keys()].sort());
});

test('a Gateway keeps the ports and addresses of its proxies while its parameters are gone', async t => {
  const { api, controller, proxy } = await startCluster(t);
  api.put(settings({ service: { type: 'HostNetwork' } }));
  api.put(gatewayClass({ parametersRef: reference('default') }));
  api.put(gateway('shop'));
  api.put(route('web', 'shop'));
  const first = await controller('a');
  await until('it is made', () => api.get({ kind: 'ConfigMap', name: 'shop-sluice' }) !== undefined);
  const one = proxy('shop', 'shop-1', first);
  await becomes(() => shown(api, SHOP, 'Programmed'), 'True Programmed@1');
  assert.ok(one.has('Bind 0.0.0.0:80'), [...one.units.keys()].join());
  api.delete(SETTINGS);
  await becomes(() => shown(api, SHOP, 'Accepted'), 'False InvalidParameters@1');
  api.put(route('more', 'shop', '/more'));
  await until('it is served on', () => one.has('Route HTTPRoute/default/more@default/shop'));
  assert.ok(one.has('Bind 0.0.0.0:80') && !one.has('Bind 0.0.0.0:10080'), [...one.units.keys()].join());
  assert.deepEqual(Object(api.get(SHOP)?.status).addresses, [{ type: 'IPAddress', value: '192.0.2.9' }]);
});

test('a Gateway that names parameters where all share their proxies is told so, and served on', async t => {
  const { api, controller, proxy } = await startCluster(t);
  api.put(settings({ mode: 'Merged' }));
  api.put(gatewayClass({ parametersRef: reference('default') }));
  api.put(gateway('shop'));
  api.put(gateway('bank', [{ name: 'http', port: 81, protocol: 'HTTP' }]));
  api.put(route('web', 'shop'));
  const leader = await controller('a');
  const service = { kind: 'Service', name: 'sluice-merged' };
  await until('there is a Service', () => api.get(service) !== undefined);
  api.putStatus(service, { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } });
  const one = proxy('shop', 'all-1', leader, { plane: 'sluice-merged' });
  await becomes(() => shown(api, SHOP, 'Programmed'), 'True Programmed@1');
  api.put(gateway('shop', undefined, { infrastructure: { parametersRef: reference() } }));
  await becomes(() => shown(api, SHOP, 'Accepted'), 'False InvalidParameters@2');
  await until('it is told that it is served', () =>
    /the proxies that it has serve it on/.test(condition(api, SHOP, 'Programmed')?.message ?? ''),
  );
  api.put(route('more', 'shop', '/more'));
  await until('it is served on', () => one.has('Route HTTPRoute/default/more@default/shop'));
  assert.ok(one.deltas.every(({ removals }) => removals.length === 0));
});
