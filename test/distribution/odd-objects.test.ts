import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../until.ts';
import { becomes, gateway, giveAddress, route, shown, startCluster } from './rig.ts';

const SHOP = { kind: 'Gateway', name: 'shop' };
const WEB = { kind: 'HTTPRoute', name: 'web' };
const MEGABYTE = 1_048_576;

test('objects of a megabyte are followed like others, and cost proxies nothing', async t => {
  const { api, controller, proxy } = await startCluster(t);
  const large = { annotations: { 'example.com/note': 'x'.repeat(MEGABYTE) } };
  const [shop, web] = [gateway('shop'), route('web', 'shop')];
  api.put({ ...shop, metadata: { ...shop.metadata, ...large } });
  api.put({ ...web, metadata: { ...web.metadata, ...large } });
  const leader = await controller('a');
  await giveAddress(api, 'shop');
  const one = proxy('shop', 'shop-1', leader);
  await becomes(() => shown(api, SHOP, 'Programmed'), 'True Programmed@1');
  await becomes(() => shown(api, WEB, 'Accepted'), 'True Accepted@1');
  assert.ok(JSON.stringify([...one.units.values()]).length < MEGABYTE / 100);
});

test('objects from the future, by the clock of whoever made them, are served', async t => {
  const { api, controller, proxy } = await startCluster(t);
  api.put(gateway('shop'));
  const made = (name: string, creationTimestamp: string) => {
    const each = route(name, 'shop', `/${name}`);
    return { ...each, metadata: { ...each.metadata, creationTimestamp } };
  };
  api.put(made('late', '2999-01-01T00:00:00Z'));
  api.put(made('web', '2998-01-01T00:00:00Z'));
  const leader = await controller('a');
  await giveAddress(api, 'shop');
  const one = proxy('shop', 'shop-1', leader);
  for (const name of ['late', 'web'])
    await becomes(() => shown(api, { kind: 'HTTPRoute', name }, 'Accepted'), 'True Accepted@1');
  const ageOf = (name: string) => Object(one.units.get(`Route HTTPRoute/default/${name}@default/shop`)).created;
  await until('the proxy has both', () => ageOf('late') !== undefined && ageOf('web') !== undefined);
  const ages = ['late', 'web'].map(ageOf);
  assert.deepEqual(
    ages,
    ['2999', '2998'].map(year => Date.parse(`${year}-01-01T00:00:00Z`)),
  );
});

test('what changed while a watch showed nothing is seen when it is too old to be resumed', async t => {
  const { api, controller, proxy } = await startCluster(t);
  api.put(gateway('shop'));
  api.put(route('web', 'shop'));
  const leader = await controller('a');
  await giveAddress(api, 'shop');
  const one = proxy('shop', 'shop-1', leader);
  await becomes(() => shown(api, WEB, 'Accepted'), 'True Accepted@1');
  await api.stop();
  api.put(route('web', 'shop', '/newer'));
  api.delete(WEB);
  api.put(route('other', 'shop'));
  api.expire();
  await api.resume();
  await until('the proxy has what there is now', () => {
    const names = [...one.units.values()].filter(({ kind }) => kind === 'Route').map(({ name }) => name);
    return names.join() === 'HTTPRoute/default/other@default/shop';
  });
  await becomes(() => shown(api, { kind: 'HTTPRoute', name: 'other' }, 'Accepted'), 'True Accepted@1');
});
