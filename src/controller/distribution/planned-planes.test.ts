import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Listener, seal } from '../../ir/index.ts';
import type { DataPlaneFacts } from '../provision/data-plane-facts.ts';
import type { DataPlaneSpec } from '../provision/data-plane-spec.ts';
import { createPlannedPlanes, type PlaneChanges } from './planned-planes.ts';

function spec(name: string, more: Partial<DataPlaneSpec> = {}): DataPlaneSpec {
  return {
    scope: `ns/${name}`,
    namespace: 'ns',
    name,
    mode: 'dedicated',
    gateways: [{ namespace: 'ns', name, uid: name }],
    className: 'sluice',
    labels: {},
    annotations: {},
    ports: [
      { name: 'p-80', port: 80, containerPort: 10_080, protocol: 'TCP' },
      { name: 'p-53-udp', port: 53, containerPort: 10_053, protocol: 'UDP' },
    ],
    addresses: [],
    parameters: {},
    ...more,
  };
}

function listener(gateway: string, section: string, port = 80, protocol: Listener['protocol'] = 'HTTP'): Listener {
  const origin = { kind: 'Gateway', namespace: 'ns', name: gateway };
  const name = `ns/${gateway}/${section}`;
  const hostname = protocol === 'HTTP' ? `${section}.example` : '*';
  return seal({ kind: 'Listener', name, gateway: `ns/${gateway}`, section, port, protocol, hostname, origin });
}

function factsOf(more: Partial<DataPlaneFacts> = {}): DataPlaneFacts {
  return { addresses: [], replicas: 1, readyReplicas: 1, ipFamilies: [], serviceAccount: 'a', ...more };
}

function setUp(facts: ReadonlyMap<string, DataPlaneFacts> = new Map()) {
  const planes = createPlannedPlanes(key => facts.get(key));
  const settle = () => shown(planes.settle());
  return { planes, settle };
}

/** `scope +bind[listeners] -bind`, and what else changed. */
function shown({ binds, moved, closed }: PlaneChanges): readonly string[] {
  const sockets = [...binds].map(([scope, { upserts, removals }]) =>
    [
      scope,
      ...upserts.map(unit => `+${unit.name}${unit.kind === 'Bind' ? `[${unit.listeners.join()}]` : ''}`),
      ...removals.map(({ name }) => `-${name}`),
    ].join(' '),
  );
  return [...sockets, ...moved.map(gateway => `moved ${gateway}`), ...closed.map(scope => `closed ${scope}`)];
}

test('a data plane has a socket for each port that somebody listens on', () => {
  const { planes, settle } = setUp();
  const [a, b, dns] = [listener('a', 'x'), listener('a', 'y'), listener('a', 'dns', 53, 'UDP')];
  planes.specify([spec('a')], []);
  assert.deepEqual(settle(), ['ns/a', 'moved ns/a']);
  planes.specify([spec('a')], [b, a, dns]);
  assert.deepEqual(settle(), ['ns/a +0.0.0.0:10080[ns/a/x,ns/a/y] +udp:0.0.0.0:10053[ns/a/dns]']);
  planes.specify([spec('a')], [b, a, dns]);
  assert.deepEqual(settle(), []);
  planes.specify([spec('a')], [a]);
  assert.deepEqual(settle(), ['ns/a +0.0.0.0:10080[ns/a/x] -udp:0.0.0.0:10053']);
  planes.specify([], [a]);
  assert.deepEqual(settle(), ['moved ns/a', 'closed ns/a']);
});

test('sockets are on every address of the family that the Service has, and stay there while that is not known', () => {
  const facts = new Map([['ns/a', factsOf({ ipFamilies: ['IPv4', 'IPv6'] })]]);
  const { planes, settle } = setUp(facts);
  planes.specify([spec('a')], [listener('a', 'x')]);
  assert.deepEqual(settle(), ['ns/a +:::10080[ns/a/x]', 'moved ns/a']);
  facts.set('ns/a', factsOf());
  planes.factsChanged('ns/a');
  assert.deepEqual(settle(), []);
  facts.set('ns/a', factsOf({ ipFamilies: ['IPv4'] }));
  planes.factsChanged('ns/a');
  assert.deepEqual(settle(), ['ns/a +0.0.0.0:10080[ns/a/x] -:::10080']);
});

test('of Gateways that share their proxies the older one keeps what two want', () => {
  const { planes, settle } = setUp();
  const gateways = ['old', 'new'].map(name => ({ namespace: 'ns', name, uid: name }));
  const merged = spec('all', { mode: 'merged', gateways });
  planes.specify([merged], [listener('new', 'x'), listener('new', 'y'), listener('old', 'x')]);
  assert.deepEqual(settle(), ['ns/all +0.0.0.0:10080[ns/new/y,ns/old/x]', 'moved ns/old', 'moved ns/new']);
  assert.match(planes.ofGateway('ns/new')?.refusals.get('ns/new/x') ?? '', /belongs to Gateway ns\/old/);
});

test('who is no proxy of ours is known by the account that its Deployment has, one data plane to each', () => {
  const unmanaged = (name: string) => spec(name, { mode: 'unmanaged', scope: `ns/deployment/${name}` });
  const facts = new Map([
    ['ns/deployment/a', factsOf({ serviceAccount: 'edge' })],
    ['ns/deployment/b', factsOf({ serviceAccount: 'edge' })],
    ['ns/deployment/c', factsOf({ serviceAccount: 'd' })],
  ]);
  const { planes, settle } = setUp(facts);
  planes.specify(['a', 'b', 'c'].map(unmanaged).concat(spec('d')), []);
  settle();
  assert.equal(planes.withScope('ns/edge')?.spec.name, 'a');
  assert.equal(planes.withScope('ns/d')?.spec.name, 'd', 'whoever shares an account with what we made');
  for (const name of ['b', 'c']) {
    assert.equal(planes.ofGateway(`ns/${name}`)?.scope, undefined);
    assert.match(planes.ofGateway(`ns/${name}`)?.spec.refused ?? '', /give its Deployment a ServiceAccount of its own/);
  }
  planes.specify(['b', 'c'].map(unmanaged), []);
  settle();
  assert.equal(planes.withScope('ns/edge')?.spec.name, 'b');
  assert.equal(planes.withScope('ns/d')?.spec.name, 'c');
});

test('a Gateway that comes or goes is told of, whether it has proxies or not', () => {
  const { planes, settle } = setUp();
  const lost = spec('a', { mode: 'unmanaged', scope: 'ns/deployment/a' });
  for (const specs of [[lost], []]) {
    planes.specify(specs, []);
    assert.deepEqual(settle(), ['moved ns/a']);
  }
});

test('a Gateway that goes to another data plane is told of', () => {
  const { planes, settle } = setUp();
  planes.specify([spec('a')], [listener('a', 'x')]);
  settle();
  const merged = spec('all', { mode: 'merged', gateways: [{ namespace: 'ns', name: 'a', uid: 'a' }] });
  planes.specify([merged], [listener('a', 'x')]);
  assert.deepEqual(settle(), ['ns/all +0.0.0.0:10080[ns/a/x]', 'moved ns/a', 'closed ns/a']);
});
