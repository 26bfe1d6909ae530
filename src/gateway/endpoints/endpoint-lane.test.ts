import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnyResource, parseObject } from '../../resources/index.ts';
import { createEndpointLane, type EndpointLane } from './endpoint-lane.ts';

function object(raw: object): AnyResource {
  const parsed = parseObject(raw);
  assert.ok('resource' in parsed && parsed.resource, JSON.stringify(parsed));
  return parsed.resource;
}

const PORTS = [
  { name: 'http', port: 80, targetPort: 8080 },
  { name: 'admin', port: 9090, targetPort: 'admin' },
];
const service = (ports: object[] = PORTS) =>
  object({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop' }, spec: { ports } });

interface SliceShape {
  readonly name?: string;
  readonly label?: string;
  readonly type?: string;
  readonly ports?: object[];
  readonly endpoints: object[];
}

function slice({ name = 'shop-1', label = 'kubernetes.io/service-name', type = 'IPv4', ports, endpoints }: SliceShape) {
  return object({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, labels: { [label]: 'shop' } },
    addressType: type,
    ports: ports ?? [{ name: 'http', port: 8080 }],
    endpoints,
  });
}

const legacy = (ports?: object[]) =>
  object({
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'shop' },
    subsets: [{ addresses: [{ ip: '10.9.9.9' }], ...(ports ? { ports } : {}) }],
  });

/** Every backend's addresses as `address:port state`, as they stand after the changes. */
function settled(lane: EndpointLane, before: Readonly<Record<string, readonly string[]>> = {}) {
  const now = { ...before };
  for (const { backend, endpoints } of lane.settle()) {
    if (!endpoints) delete now[backend];
    else now[backend] = endpoints.map(({ address, port, state }) => `${address}:${port} ${state}`);
  }
  return now;
}

const HTTP = 'Service/default/shop/80';

const TABLE: readonly { name: string; objects: AnyResource[]; backend?: string; expect: readonly string[] }[] = [
  {
    name: 'the port of a slice is found by name',
    objects: [
      service(),
      slice({
        ports: [
          { name: 'admin', port: 1 },
          { name: 'http', port: 2 },
        ],
        endpoints: [{ addresses: ['10.0.0.1'] }],
      }),
    ],
    expect: ['10.0.0.1:2 ready'],
  },
  {
    name: 'a slice without the port has no addresses for it',
    objects: [service(), slice({ endpoints: [{ addresses: ['10.0.0.1'] }] })],
    backend: 'Service/default/shop/9090',
    expect: [],
  },
  {
    name: 'slices and address families are merged, each address once, ready before draining',
    objects: [
      service(),
      slice({
        endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: false, serving: true, terminating: true } }],
      }),
      slice({ name: 'shop-2', endpoints: [{ addresses: ['10.0.0.1'] }, { addresses: ['10.0.0.2'] }] }),
      slice({ name: 'shop-6', type: 'IPv6', endpoints: [{ addresses: ['fd00::1'] }] }),
    ],
    expect: ['10.0.0.1:8080 ready', '10.0.0.2:8080 ready', 'fd00::1:8080 ready'],
  },
  {
    name: 'conditions decide: not ready is left out, serving while terminating drains',
    objects: [
      service(),
      slice({
        endpoints: [
          { addresses: ['10.0.0.1'], conditions: {} },
          { addresses: ['10.0.0.2'], conditions: { ready: false } },
          { addresses: ['10.0.0.3'], conditions: { ready: false, serving: false, terminating: true } },
          { addresses: ['10.0.0.4'], conditions: { ready: false, serving: true, terminating: true } },
          { addresses: ['10.0.0.5'], conditions: { ready: false, terminating: true } },
          { addresses: ['10.0.0.6'], conditions: { serving: false, terminating: true } },
          { addresses: ['10.0.0.7'], conditions: { ready: false, serving: true } },
          { addresses: ['10.0.0.8'] },
        ],
      }),
    ],
    expect: ['10.0.0.1:8080 ready', '10.0.0.4:8080 draining', '10.0.0.5:8080 draining', '10.0.0.8:8080 ready'],
  },
  {
    name: 'a Service that publishes addresses that are not ready has them ready in its slices, terminating or not',
    objects: [
      service(),
      slice({
        endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true, serving: false, terminating: true } }],
      }),
    ],
    expect: ['10.0.0.1:8080 ready'],
  },
  {
    name: 'hints of zones and nodes leave nobody out',
    objects: [
      service(),
      slice({
        endpoints: [
          { addresses: ['10.0.0.1'], zone: 'a', hints: { forZones: [{ name: 'b' }] } },
          { addresses: ['10.0.0.2'], nodeName: 'n', hints: { forNodes: [{ name: 'm' }] } },
        ],
      }),
    ],
    expect: ['10.0.0.1:8080 ready', '10.0.0.2:8080 ready'],
  },
  {
    name: 'Endpoints count when there is no slice',
    objects: [service(), legacy([{ name: 'http', port: 7000 }])],
    expect: ['10.9.9.9:7000 ready'],
  },
  { name: 'Endpoints without ports use targetPort', objects: [service(), legacy()], expect: ['10.9.9.9:8080 ready'] },
  {
    name: 'Endpoints do not count beside slices',
    objects: [service(), legacy([{ name: 'http', port: 7000 }]), slice({ endpoints: [{ addresses: ['10.0.0.1'] }] })],
    expect: ['10.0.0.1:8080 ready'],
  },
  {
    name: 'the port name may be empty on both sides',
    objects: [service([{ port: 80 }]), slice({ ports: [{ port: 3000 }], endpoints: [{ addresses: ['10.0.0.1'] }] })],
    expect: ['10.0.0.1:3000 ready'],
  },
  {
    name: 'a UDP port of the same number is another port',
    objects: [
      service([{ name: 'dns', port: 80, protocol: 'UDP' }]),
      slice({ ports: [{ name: 'dns', port: 53, protocol: 'UDP' }], endpoints: [{ addresses: ['10.0.0.1'] }] }),
    ],
    expect: [],
  },
  {
    name: 'a port of UDP has the addresses of UDP, though one of TCP has its number and its name',
    objects: [
      service([
        { name: 'dns', port: 53, targetPort: 5300, protocol: 'UDP' },
        { name: 'dns-tcp', port: 53 },
      ]),
      slice({
        ports: [
          { name: 'dns-tcp', port: 1 },
          { name: 'dns', port: 2 },
          { name: 'dns', port: 3, protocol: 'UDP' },
        ],
        endpoints: [{ addresses: ['10.0.0.1'] }],
      }),
    ],
    backend: 'Service/default/shop/53/udp',
    expect: ['10.0.0.1:3 ready'],
  },
  {
    name: 'Endpoints of a port of UDP',
    objects: [
      service([{ name: 'dns', port: 53, protocol: 'UDP' }]),
      legacy([
        { name: 'dns', port: 1 },
        { name: 'dns', port: 2, protocol: 'UDP' },
      ]),
    ],
    backend: 'Service/default/shop/53/udp',
    expect: ['10.9.9.9:2 ready'],
  },
  {
    name: 'slices of a ServiceImport carry the label of multi-cluster services',
    objects: [
      object({
        apiVersion: 'multicluster.x-k8s.io/v1alpha1',
        kind: 'ServiceImport',
        metadata: { name: 'shop' },
        spec: { type: 'ClusterSetIP', ports: [{ name: 'http', port: 80 }] },
      }),
      slice({ label: 'multicluster.kubernetes.io/service-name', endpoints: [{ addresses: ['10.0.0.1'] }] }),
    ],
    backend: 'ServiceImport/default/shop/80',
    expect: ['10.0.0.1:8080 ready'],
  },
];

for (const { name, objects, backend = HTTP, expect } of TABLE) {
  test(name, () => {
    for (const order of [objects, objects.toReversed()]) {
      const lane = createEndpointLane();
      lane.want({ name: backend });
      for (const each of order) lane.upsert(each);
      assert.deepEqual(settled(lane), { [backend]: expect });
    }
  });
}

test('only what changed comes out, and what nobody refers to does not', () => {
  const lane = createEndpointLane();
  lane.want({ name: HTTP });
  lane.upsert(service());
  lane.upsert(slice({ endpoints: [{ addresses: ['10.0.0.1'] }] }));
  assert.equal(lane.settle().length, 1);
  lane.upsert(service());
  assert.deepEqual(lane.settle(), []);
  lane.upsert(slice({ name: 'shop-2', endpoints: [{ addresses: ['10.0.0.2'] }] }));
  assert.deepEqual(settled(lane), { [HTTP]: ['10.0.0.1:8080 ready', '10.0.0.2:8080 ready'] });
  lane.remove({ kind: 'EndpointSlice', namespace: 'default', name: 'shop-1' });
  assert.deepEqual(settled(lane), { [HTTP]: ['10.0.0.2:8080 ready'] });
  lane.unwant(HTTP);
  assert.deepEqual(lane.settle(), [{ backend: HTTP, endpoints: undefined, overridden: false }]);
});

test('a slice that changes its Service leaves the old one', () => {
  const lane = createEndpointLane();
  lane.want({ name: HTTP });
  lane.upsert(service());
  lane.upsert(slice({ endpoints: [{ addresses: ['10.0.0.1'] }] }));
  const before = settled(lane);
  lane.upsert(slice({ label: 'multicluster.kubernetes.io/service-name', endpoints: [{ addresses: ['10.0.0.1'] }] }));
  assert.deepEqual(settled(lane, before), { [HTTP]: [] });
});

test('an override replaces what the objects say until it is taken back', () => {
  const lane = createEndpointLane();
  lane.want({ name: HTTP });
  lane.upsert(service());
  lane.upsert(slice({ endpoints: [{ addresses: ['10.0.0.1'] }] }));
  lane.override(HTTP, [{ address: '127.0.0.1', port: 3000, state: 'ready' }]);
  assert.deepEqual(settled(lane), { [HTTP]: ['127.0.0.1:3000 ready'] });
  lane.override(HTTP, undefined);
  assert.deepEqual(settled(lane), { [HTTP]: ['10.0.0.1:8080 ready'] });
});

test('an override of a port stands in for TCP and UDP alike', () => {
  const lane = createEndpointLane();
  lane.want({ name: `${HTTP}/udp` });
  lane.override(HTTP, [{ address: '127.0.0.1', port: 3000, state: 'ready' }]);
  assert.deepEqual(settled(lane), { [`${HTTP}/udp`]: ['127.0.0.1:3000 ready'] });
});

test('the variants of a backend have its addresses in common, for as long as one is wanted', () => {
  const lane = createEndpointLane();
  for (const each of [service(), slice({ endpoints: [{ addresses: ['10.0.0.1'] }] })]) lane.upsert(each);
  lane.want({ name: HTTP });
  lane.want({ name: `${HTTP};grpc` });
  const both = settled(lane);
  assert.deepEqual(both, { [HTTP]: ['10.0.0.1:8080 ready'] });
  lane.unwant(HTTP);
  assert.deepEqual(settled(lane, both), both);
  lane.unwant(`${HTTP};grpc`);
  assert.deepEqual(settled(lane, both), {});
});

test('a backend that is a name has the addresses to which the name leads, unless somebody stands in for it', () => {
  const lane = createEndpointLane({ routable: true });
  const [inside, outside] = [HTTP, 'XBackend/default/out/443'];
  lane.want({ name: inside, resolve: { hostname: 'a.example', port: 80 } });
  lane.want({ name: outside, resolve: { hostname: 'a.example', port: 443 } });
  assert.deepEqual([...lane.hostnames()], [['a.example', [inside, outside]]]);
  assert.deepEqual(settled(lane), { [inside]: [], [outside]: [] });
  lane.resolved('a.example', ['10.0.0.9', '127.0.0.1']);
  const led = settled(lane);
  assert.deepEqual(led, { [inside]: ['10.0.0.9:80 ready'], [outside]: ['10.0.0.9:443 ready'] });
  lane.override(inside, [{ address: '127.0.0.1', port: 3000, state: 'ready' }]);
  assert.deepEqual(settled(lane, led)[inside], ['127.0.0.1:3000 ready']);
  lane.override(inside, undefined);
  lane.want({ name: inside, resolve: { hostname: 'b.example', port: 80 } });
  assert.deepEqual(settled(lane, led)[inside], []);
  lane.unwant(outside);
  assert.deepEqual([...lane.hostnames().keys()], ['b.example']);
  assert.equal(settled(lane, led)[outside], undefined);
  lane.resolved('a.example', ['10.0.0.9']);
  assert.deepEqual(lane.settle(), []);
});
