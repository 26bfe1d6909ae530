import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../until.ts';
import { becomes, gateway, giveAddress, shown, startCluster } from './rig.ts';

const SHOP = { kind: 'Gateway', name: 'shop' };
const FINALIZER = 'gateway-exists-finalizer.gateway.networking.k8s.io';
const KINDS = ['ServiceAccount', 'ConfigMap', 'Service', 'Deployment'];

test('what happens to a Gateway is told in Events, and its class stays as long as it does', async t => {
  const { api, controller, proxy } = await startCluster(t);
  api.put(gateway('shop'));
  const leader = await controller('a');
  await giveAddress(api, 'shop');
  proxy('shop', 'shop-1', leader);
  await becomes(() => shown(api, SHOP, 'Programmed'), 'True Programmed@1');
  const told = () => api.list('Event').map(({ type, reason, note }) => `${type} ${reason}: ${note}`);
  const isTold = (line: RegExp) => told().some(each => line.test(each));
  await until('it is provisioned', () => isTold(/^Normal Provisioned: made .*Deployment default\/shop-sluice\b/));
  await until('it is programmed', () => isTold(/^Normal Programmed: served at 192\.0\.2\.1$/));
  const finalizers = () => api.get({ kind: 'GatewayClass', name: 'sluice' })?.metadata.finalizers;
  await until('the class has the finalizer', () => String(finalizers()) === FINALIZER);
  api.delete(SHOP);
  await until('the class is let go', () => String(finalizers()) === '');
});

test('the next leader takes over the objects of data planes that stand', async t => {
  const { api, controller, proxy } = await startCluster(t);
  api.put(gateway('shop'));
  const first = await controller('a');
  await giveAddress(api, 'shop');
  proxy('shop', 'shop-1', first);
  await becomes(() => shown(api, SHOP, 'Programmed'), 'True Programmed@1');
  await first.stop();
  const uids = () => KINDS.map(kind => api.get({ kind, name: 'shop-sluice' })?.metadata.uid);
  const before = uids();
  const second = await controller('b');
  await second.started;
  proxy('shop', 'shop-2', second);
  await second.synced('shop', 1);
  await until('it leads', () => second.events.some(event => event.event === 'leader' && event.leading));
  // Its address is another one: that it reached the ConfigMap or the Deployment says that it has written what it wants.
  await until('it has written', () =>
    KINDS.some(kind => JSON.stringify(api.get({ kind, name: 'shop-sluice' })).includes(second.address)),
  );
  assert.deepEqual(uids(), before);
  assert.deepEqual(
    api.requests.filter(({ method }) => method === 'DELETE'),
    [],
  );
});
