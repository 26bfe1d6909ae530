import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gateway, gatewayClass, type Manifest, route, service, world } from '../../test/translation/world.ts';

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
