import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_COMPLAINT, startHub, startProxy } from '../../test/stream/rig.ts';
import { createUnitMap } from '../../test/stream/unit-map.ts';
import { backend, bind, endpoints, listener, route, secret } from '../../test/stream/units.ts';
import { eventually } from '../../test/wire/backend.ts';
import type { Delta, Unit, UnitName } from '../ir/index.ts';
import type { Outcome } from './index.ts';

const WHOLE = [listener('a/one', 'http'), backend('b'), endpoints('b', 8080), route('a/one', 'r', ['b']), bind(80, [])];

function coming(...upserts: readonly Unit[]): Delta {
  return { upserts, removals: [] };
}

function going(...removals: readonly UnitName[]): Delta {
  return { upserts: [], removals };
}

function namesOf(deltas: readonly Delta[]): readonly (readonly string[])[] {
  return deltas.map(({ upserts, removals }) => [
    ...upserts.map(({ kind, name }) => `+${kind} ${name}`),
    ...removals.map(({ kind, name }) => `-${kind} ${name}`),
  ]);
}

test('a proxy gets what its scope holds, in wire order, then what changes', async () => {
  const { hub, address } = await startHub();
  hub.publish('x', coming(...WHOLE));
  hub.publish('y', coming(secret('of-another', 'pem')));
  const proxy = startProxy({ address });
  await eventually(() => hub.proxies('x')[0]?.synced === true, 'it has acknowledged');
  hub.publish('x', coming(route('a/one', 'r', [])));
  await hub.taken();
  hub.publish('x', going({ kind: 'Route', name: 'HTTPRoute/default/r@a/one' }, { kind: 'Backend', name: 'nobody' }));
  await hub.taken();
  assert.deepEqual(namesOf(proxy.deltas), [
    [
      '+Backend Service/default/b/80',
      '+Endpoints Service/default/b/80',
      '+Route HTTPRoute/default/r@a/one',
      '+Listener a/one/http',
      '+Bind 0.0.0.0:80',
    ],
    ['+Route HTTPRoute/default/r@a/one'],
    ['-Route HTTPRoute/default/r@a/one'],
  ]);
});

test('who comes back is sent the difference alone, whatever happened meanwhile', async () => {
  const first = await startHub();
  first.hub.publish('x', coming(...WHOLE, secret('old', 'pem')));
  const units = createUnitMap();
  const before = startProxy({ address: first.address, units });
  await eventually(() => units.units().length === 6, 'it has all');
  before.subscription.close();
  const second = await startHub();
  second.hub.publish('x', coming(...WHOLE, route('a/one', 'r', []), listener('a/one', 'two')));
  const now = startProxy({ address: second.address, units });
  await eventually(() => second.hub.proxies('x')[0]?.synced === true, 'it has acknowledged');
  assert.deepEqual(namesOf(now.deltas), [
    ['+Route HTTPRoute/default/r@a/one', '+Listener a/one/two', '-Secret Secret/default/old'],
  ]);
});

test('nothing is taken from a proxy whose scope is not known yet', async () => {
  const { hub, address } = await startHub();
  const units = createUnitMap();
  units.apply(coming(...WHOLE));
  const proxy = startProxy({ address, units });
  await eventually(() => hub.proxies('x').length === 1, 'it is there');
  hub.publish('y', coming());
  hub.publish('x', coming(...WHOLE.slice(1)));
  await eventually(() => hub.proxies('x')[0]?.synced === true, 'it has acknowledged');
  assert.deepEqual(namesOf(proxy.deltas), [['-Listener a/one/http']]);
});

/** A proxy whose deltas wait for leave. */
function startSlow(address: string, name: string) {
  const leave: (() => void)[] = [];
  const obey = () => new Promise<Outcome>(resolve => leave.push(() => resolve(NO_COMPLAINT)));
  const proxy = startProxy({ address, name, obey });
  return { ...proxy, leave, isAtWork: (deltas: number) => leave.length === deltas };
}

test('a slow proxy holds nobody up; what it missed comes as one, and what was taken back not at all', async () => {
  const { hub, address } = await startHub();
  hub.publish('x', coming(...WHOLE));
  const fast = startProxy({ address, name: 'ns/fast' });
  const slow = startSlow(address, 'ns/slow');
  await eventually(() => slow.isAtWork(1) && fast.deltas.length === 1, 'both have begun');
  for (const to of [['b'], [], ['b'], []]) {
    hub.publish('x', coming(route('a/one', 'r', to), bind(80, to), listener('a/one', 'more')));
    await eventually(() => fast.units.held().some(line => line.includes('more')), 'the fast one has it');
    hub.publish('x', going({ kind: 'Listener', name: 'a/one/more' }));
    await eventually(() => !fast.units.held().some(line => line.includes('more')), 'the fast one has it not');
  }
  slow.leave[0]!();
  await eventually(() => slow.isAtWork(2), 'the next version');
  assert.deepEqual(namesOf(slow.deltas.slice(1)), [['+Route HTTPRoute/default/r@a/one']]);
  assert.deepEqual(slow.units.held(), fast.units.held());
});

test('Endpoints do not wait for configuration that takes long, unless their backend is new', async () => {
  const { hub, address } = await startHub();
  hub.publish('x', coming(...WHOLE));
  const slow = startSlow(address, 'ns/slow');
  await eventually(() => slow.isAtWork(1), 'it has begun');
  hub.publish('x', coming(endpoints('b', 8081), backend('new'), endpoints('new', 1)));
  await eventually(() => slow.isAtWork(2), 'Endpoints are there');
  hub.publish('x', coming(endpoints('b', 8082), endpoints('new', 2)));
  slow.leave[0]!();
  await eventually(() => slow.isAtWork(3), 'configuration goes on');
  slow.leave[1]!();
  await eventually(() => slow.isAtWork(4), 'so do Endpoints');
  assert.deepEqual(namesOf(slow.deltas.slice(1)), [
    ['+Endpoints Service/default/b/80'],
    ['+Backend Service/default/new/80', '+Endpoints Service/default/new/80'],
    ['+Endpoints Service/default/b/80'],
  ]);
  assert.deepEqual(
    slow.deltas[2]!.upserts.map(({ hash }) => hash),
    [backend('new').hash, endpoints('new', 2).hash],
  );
});

test('Endpoints that were to change, and go instead, are told of once', async () => {
  const { hub, address } = await startHub();
  hub.publish('x', coming(...WHOLE));
  const slow = startSlow(address, 'ns/slow');
  await eventually(() => slow.isAtWork(1), 'it has begun');
  hub.publish('x', coming(endpoints('b', 8081)));
  await eventually(() => slow.isAtWork(2), 'Endpoints are there');
  hub.publish('x', coming(endpoints('b', 8082)));
  hub.publish('x', going({ kind: 'Endpoints', name: 'Service/default/b/80' }));
  for (const leave of slow.leave) leave();
  await eventually(() => hub.proxies('x')[0]?.synced === true && slow.isAtWork(3), 'the rest is there');
  slow.leave[2]!();
  await hub.taken();
  assert.deepEqual(namesOf(slow.deltas.slice(2)), [['-Endpoints Service/default/b/80']]);
});

test('what is still being applied when the connection ends counts as known', async () => {
  const { hub, address } = await startHub();
  const gate = Promise.withResolvers<void>();
  hub.publish('x', coming(...WHOLE));
  const units = createUnitMap();
  const deltas: Delta[] = [];
  startProxy({
    address,
    units,
    async apply(delta) {
      deltas.push(delta);
      await gate.promise;
      units.apply(delta);
      return NO_COMPLAINT;
    },
  });
  await eventually(() => deltas.length === 1, 'it has begun');
  hub.admitting({ leader: undefined });
  hub.admitting('open');
  gate.resolve();
  await eventually(() => hub.proxies('x')[0]?.synced === true, 'it is back');
  assert.deepEqual(namesOf(deltas.slice(1)), [[]]);
});

test('everything that was published is taken when all who are waited for have acknowledged', async () => {
  const { hub, address } = await startHub({ silentAfter: 60_000 });
  hub.publish('x', coming(...WHOLE));
  const slow = startSlow(address, 'ns/slow');
  await hub.taken();
  await eventually(() => slow.isAtWork(1), 'it has begun');
  slow.leave[0]!();
  await eventually(() => hub.proxies('x')[0]?.synced === true, 'it has acknowledged');
  hub.publish('x', coming(listener('a/one', 'two')));
  let isTaken = false;
  void hub.taken().then(() => {
    isTaken = true;
  });
  await hub.taken(['y']);
  await eventually(() => slow.isAtWork(2), 'the change is there');
  hub.publish('x', coming(listener('a/one', 'three'), endpoints('b', 9)));
  await eventually(() => slow.isAtWork(3), 'Endpoints overtake');
  assert.equal(hub.proxies('x')[0]?.acknowledged, false);
  assert.equal(isTaken, false);
  slow.leave[1]!();
  await eventually(() => isTaken, 'it is taken');
  await eventually(() => slow.isAtWork(4), 'what came later did not count');
});

test('who is silent is told of and waited for no more, until it speaks', async () => {
  const { hub, address, changes } = await startHub({ silentAfter: 30 });
  hub.publish('x', coming(...WHOLE));
  const slow = startSlow(address, 'ns/slow');
  await eventually(() => hub.proxies('x')[0]?.silent === true && slow.isAtWork(1), 'it is silent from the beginning');
  slow.leave[0]!();
  await eventually(() => hub.proxies('x')[0]?.silent === false, 'it speaks');
  hub.publish('x', coming(listener('a/one', 'two')));
  await hub.taken();
  assert.equal(hub.proxies('x')[0]?.silent, true);
  await eventually(() => slow.isAtWork(2), 'the change is there');
  const told = changes.length;
  slow.leave[1]!();
  await eventually(() => hub.proxies('x')[0]?.silent === false, 'it speaks again');
  assert.equal(changes.length, told + 1);
});

test('who leaves is not waited for', async () => {
  const { hub, address } = await startHub({ silentAfter: 60_000 });
  hub.publish('x', coming());
  const slow = startSlow(address, 'ns/slow');
  await eventually(() => slow.isAtWork(1), 'it has begun');
  slow.leave[0]!();
  await eventually(() => hub.proxies('x')[0]?.synced === true, 'it has acknowledged');
  hub.publish('x', coming(...WHOLE));
  let isTaken = false;
  void hub.taken().then(() => {
    isTaken = true;
  });
  slow.subscription.leaving();
  await eventually(() => isTaken, 'it is taken');
  assert.equal(hub.proxies('x')[0]?.leaving, true);
  slow.subscription.close();
  await eventually(() => hub.proxies('x').length === 0, 'it is gone');
});

test('what a proxy can not do is told with its acknowledgement, and later', async () => {
  const rejection = { kind: 'Listener', name: 'a/one/http', message: 'no\u001b[31m such\nfilter' } as const;
  const ofNobody = { ...rejection, name: 'another\nline@a/one' };
  const { hub, address } = await startHub();
  hub.publish('x', coming(...WHOLE));
  const proxy = startProxy({ address, obey: async () => ({ failures: [], rejections: [ofNobody, rejection] }) });
  await eventually(() => hub.proxies('x')[0]?.outcome.rejections.length === 1, 'a rejection');
  const shown = { ...rejection, message: 'no [31m such filter' };
  assert.deepEqual(hub.proxies('x')[0]?.outcome, { failures: [], rejections: [shown] });
  const failure = { bind: '0.0.0.0:80', code: 'EADDRINUSE', message: 'in use' };
  proxy.subscription.tell({ failures: [failure], rejections: [] });
  await eventually(() => hub.proxies('x')[0]?.outcome.rejections.length === 0, 'it has healed');
  assert.deepEqual(hub.proxies('x')[0]?.outcome, { failures: [failure], rejections: [] });
});
