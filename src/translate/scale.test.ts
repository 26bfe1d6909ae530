import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  gateway,
  gatewayClass,
  listenerSet,
  type Manifest,
  route,
  routeOf,
  service,
  to,
  world,
} from '../../test/translation/world.ts';

const COUNT = 5000;

function numbered(i: number, path = `/p${i}`): Manifest {
  return route(`r${i}`, {
    hostnames: [`h${i}.example.com`],
    rules: [{ matches: [{ path: { value: path } }], backendRefs: [{ name: `s${i % 10}`, port: 80 }] }],
  });
}

test('a change costs what it touches, with 5,000 routes', async t => {
  const services = Array.from({ length: 10 }, (_, i) => service(`s${i}`));
  const routes = Array.from({ length: COUNT }, (_, i) => numbered(i));
  const w = world(gatewayClass('sluice'), gateway('gw', [{}]), ...services, ...routes);
  const work = (act: () => ReturnType<typeof w.settle>) => {
    const before = { ...w.translator.counters };
    const output = act();
    const after = w.translator.counters;
    return {
      ...output,
      translated: after.translated - before.translated,
      attached: after.attached - before.attached,
      resolved: after.resolved - before.resolved,
      gateways: after.gateways - before.gateways,
    };
  };
  const upserts = ({ delta }: ReturnType<typeof work>) => delta.upserts.map(({ kind, name }) => `${kind} ${name}`);

  const sets = { listenerSets: 0, setConflicts: 0 };
  const once = { translated: COUNT, attached: COUNT, resolved: COUNT, gateways: 1, ...sets, certificates: 0 };
  assert.deepEqual({ ...w.translator.counters }, once);

  await t.test('one route', () => {
    const done = work(() => w.apply(numbered(4321, '/new')));
    assert.deepEqual([done.translated, done.attached, done.resolved, done.gateways], [1, 1, 1, 0]);
    assert.deepEqual(upserts(done), ['Route HTTPRoute/default/r4321@default/gw']);
    assert.deepEqual([done.delta.removals, done.statuses], [[], []]);
  });

  await t.test('the same manifests again', () => {
    const done = work(() => w.apply(numbered(7)));
    assert.deepEqual([upserts(done), done.statuses], [[], []]);
  });

  await t.test('a Service that nothing refers to', () => {
    const done = work(() => w.apply(service('other')));
    assert.deepEqual([done.translated, done.attached, done.resolved], [0, 0, 0]);
  });

  await t.test('a Service in what routes do not look at', () => {
    const done = work(() => w.apply(service('s3', { ports: [{ port: 80, targetPort: 8080 }] })));
    assert.deepEqual([done.translated, done.attached, done.resolved], [0, 0, 0]);
  });

  await t.test('a Service without its port', () => {
    const done = work(() => w.apply(service('s3', { ports: [{ port: 81 }] })));
    assert.deepEqual([done.translated, done.attached, done.resolved], [COUNT / 10, 0, COUNT / 10]);
    assert.deepEqual(done.delta.removals, [{ kind: 'Backend', name: 'Service/default/s3/80' }]);
  });

  await t.test('a rule of a route, and its hostname, where a GRPCRoute has the same listener', () => {
    w.apply(routeOf('GRPCRoute', 'g', { hostnames: ['calls.example.com'], ...to('s1') }));
    const rule = work(() => w.apply(numbered(4000, '/newer')));
    assert.deepEqual([rule.translated, rule.attached, rule.resolved], [1, 1, 1]);
    const hostnames = ['calls.example.com'];
    const moved = work(() => w.apply(route('r4001', { hostnames, ...to('s1') })));
    assert.deepEqual(
      moved.delta.removals.map(({ name }) => name),
      ['HTTPRoute/default/r4001@default/gw'],
    );
    w.remove('GRPCRoute', 'g');
    w.apply(numbered(4001));
  });

  await t.test('a route more', () => {
    const done = work(() => w.apply(numbered(COUNT)));
    assert.deepEqual([done.translated, done.attached, done.resolved, done.gateways], [1, 1, 1, 0]);
    assert.deepEqual(
      done.statuses.map(({ object }) => `${object.kind}/${object.name}`),
      ['Gateway/gw', `HTTPRoute/r${COUNT}`],
    );
  });

  await t.test('an address of the Gateway', () => {
    const placed = { addresses: [{ type: 'IPAddress', value: '10.0.0.1' } as const], failures: {}, acknowledged: true };
    w.translator.place('default/gw', placed);
    const done = work(() => w.settle());
    assert.deepEqual([done.translated, done.attached, done.resolved, done.gateways], [0, 0, 0, 0]);
    assert.deepEqual([upserts(done), done.statuses.length], [[], 1]);
  });
});

const SETS = 2_500;
/** Behind most others by name, and so in order. */
const LATE = SETS + 49;

/** Four listeners with hostnames of its own. */
function set(i: number, first = `h${i}-0.example`): Manifest {
  return listenerSet(
    `team-${i % 50}/s${i}`,
    Array.from({ length: 4 }, (_, n) => ({ port: 443, ...https(n === 0 ? first : `h${i}-${n}.example`) })),
  );
}

function https(hostname: string): object {
  return { protocol: 'TLS', hostname, tls: { mode: 'Passthrough' } };
}

test('a change of one ListenerSet is felt by those that want the same, with 2,500 sets and 10,000 listeners', async t => {
  const allowedListeners = { namespaces: { from: 'All' } };
  const sets = Array.from({ length: SETS }, (_, i) => set(i));
  const w = world(gatewayClass('sluice'), gateway('gw', [{}], { allowedListeners }), ...sets);
  const work = (act: () => ReturnType<typeof w.settle>) => {
    const before = { ...w.translator.counters };
    const { delta } = act();
    const after = w.translator.counters;
    const counted = [after.gateways - before.gateways, after.listenerSets - before.listenerSets];
    return {
      done: [...counted, after.setConflicts - before.setConflicts],
      upserts: delta.upserts.map(({ name }) => name),
      removals: delta.removals.map(({ name }) => name),
    };
  };
  assert.equal(w.names('Listener').length, 1 + SETS * 4);
  assert.deepEqual([w.translator.counters.listenerSets, w.translator.counters.setConflicts], [SETS, SETS]);

  await t.test('one set more', () => {
    const { done, upserts } = work(() => w.apply(set(LATE)));
    assert.deepEqual([done, upserts.length], [[0, 1, 1], 4]);
  });

  await t.test('one set that wants what another has', () => {
    const { done, upserts, removals } = work(() => w.apply(set(LATE, 'h1-0.example')));
    assert.deepEqual(done, [0, 1, 1]);
    assert.deepEqual([upserts, removals], [[], [`default/gw/team-49/s${LATE}/s0`]]);
  });

  await t.test('the one that has it goes', () => {
    const { done, upserts, removals } = work(() => w.remove('ListenerSet', 'team-1/s1'));
    assert.deepEqual(done, [0, 0, 1]);
    assert.deepEqual([upserts, removals.length], [[`default/gw/team-49/s${LATE}/s0`], 4]);
  });
});
