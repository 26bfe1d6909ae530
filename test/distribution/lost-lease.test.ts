import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../until.ts';
import { becomes, gateway, giveAddress, route, shown, startCluster } from './rig.ts';

const WEB = { kind: 'HTTPRoute', name: 'web' };

test('who loses the Lease to nobody keeps its proxies and tells them what is new, and writes when it has it again', async t => {
  const { api, controller, proxy } = await startCluster(t);
  api.put(gateway('shop'));
  const leader = await controller('a');
  await giveAddress(api, 'shop');
  const one = proxy('shop', 'shop-1', leader);
  await becomes(() => shown(api, { kind: 'Gateway', name: 'shop' }, 'Programmed'), 'True Programmed@1');
  const tries = () => one.states.filter(({ kind }) => kind === 'connected').length;
  assert.equal(tries(), 1);
  api.fault({ path: /\/leases/ }, { kind: 'status', code: 500 });
  await until('it leads no more and serves on', () =>
    leader.events.some(each => each.event === 'leader' && !each.leading && each.serving),
  );
  api.put(route('web', 'shop'));
  await until('the proxy has the route', () => one.has('Route HTTPRoute/default/web@default/shop'));
  assert.equal(shown(api, WEB, 'Accepted'), 'absent');
  api.clearFaults();
  await becomes(() => shown(api, WEB, 'Accepted'), 'True Accepted@1');
  assert.equal(tries(), 1);
});

test('who has sent its proxies to another leader does not say that it serves when the Lease is free again', async t => {
  const { api, controller } = await startCluster(t);
  const { started, events } = await controller('a');
  const last = () => events.findLast(each => each.event === 'leader');
  await started;
  await until('it leads', () => last()?.leading === true);
  const give = (holderIdentity: string) => {
    const [lease] = api.list('Lease');
    api.put({ ...lease, spec: { ...Object(lease?.spec), holderIdentity } });
  };
  api.forbid('update', 'leases');
  give('b');
  await until('it knows who leads', () => last()?.holder === 'b');
  give('');
  await until('it knows that nobody does', () => last()?.holder === undefined);
  assert.equal(last()?.leading, false);
  assert.equal(last()?.serving, false);
});
