import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../until.ts';
import { gateway, startCluster } from './rig.ts';

test('pods of an account that somebody else made under the name of ours get nothing', async t => {
  const { api, controller, proxy } = await startCluster(t);
  api.put({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'shop-sluice' } });
  api.put(gateway('shop'));
  const leader = await controller('a');
  await until('the rest is made', () => api.list('Deployment').length === 1);
  const pod = proxy('shop', 'shop-1', leader);
  await until('it is refused', () =>
    pod.states.some(state => state.kind === 'waiting' && /no Gateway has proxies.*default\/shop-sl/.test(state.reason)),
  );
  assert.equal(pod.units.size, 0);
  api.delete({ kind: 'ServiceAccount', name: 'shop-sluice' });
  await until('the account is ours, and its pods are proxies', () => pod.has('Listener default/shop/http'));
});
