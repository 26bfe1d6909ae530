import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../until.ts';
import { becomes, gateway, giveAddress, route, shown, startCluster } from './rig.ts';

const GROUP = 'gateway.networking.k8s.io';
const SHOP = { kind: 'Gateway', name: 'shop' };

test('a controller that begins before Gateways are served waits for them, and takes nothing from proxies', async t => {
  const { api, controller, proxy } = await startCluster(t);
  for (const plural of ['gatewayclasses', 'gateways', 'httproutes']) {
    const metadata = { name: `${plural}.${GROUP}`, annotations: { [`${GROUP}/bundle-version`]: 'v1.6.3' } };
    api.put({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata });
  }
  api.put(gateway('shop'));
  api.put(route('web', 'shop'));
  const first = await controller('a');
  await giveAddress(api, 'shop');
  const one = proxy('shop', 'shop-1', first);
  await becomes(() => shown(api, SHOP, 'Programmed'), 'True Programmed@1');
  await first.stop();
  // As an API server that has just begun: it knows the definitions, and does not serve them yet.
  api.fault({ path: new RegExp(`^/apis/${GROUP}`) }, { kind: 'status', code: 404 });
  const before = api.requests.length;
  const asked = () => api.requests.slice(before).filter(({ path }) => path === `/apis/${GROUP}`).length;
  const second = await controller('b');
  await until('it leads', () => second.events.some(each => each.event === 'leader' && each.leading));
  await until('it has asked twice', () => asked() >= 2);
  assert.equal(await second.readiness(), 503);
  api.clearFaults();
  await second.started;
  const two = proxy('shop', 'shop-2', second);
  await until('the next proxy has the same', () => two.units.size === one.units.size);
  assert.deepEqual([...two.units.keys()].sort(), [...one.units.keys()].sort());
});
