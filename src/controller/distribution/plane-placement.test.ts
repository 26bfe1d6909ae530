import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seal } from '../../ir/index.ts';
import type { ConnectedProxy, Outcome } from '../../stream/index.ts';
import type { DataPlaneFacts } from '../provision/data-plane-facts.ts';
import type { DataPlaneSpec } from '../provision/data-plane-spec.ts';
import { planePlacement } from './plane-placement.ts';
import type { PlannedPlane } from './planned-plane.ts';

const CONTENT: Outcome = { failures: [], rejections: [] };
const FACTS: DataPlaneFacts = {
  addresses: [{ type: 'IPAddress', value: '192.0.2.1' }],
  replicas: 2,
  readyReplicas: 1,
  ipFamilies: ['IPv4'],
  serviceAccount: 'shop-sluice',
};
const SPEC: DataPlaneSpec = {
  scope: 'ns/shop-sluice',
  namespace: 'ns',
  name: 'shop-sluice',
  mode: 'dedicated',
  gateways: [{ namespace: 'ns', name: 'shop', uid: 'u' }],
  className: 'sluice',
  labels: {},
  annotations: {},
  ports: [],
  addresses: [],
  parameters: {},
};
const BIND = seal({
  kind: 'Bind',
  name: '0.0.0.0:10080',
  host: '0.0.0.0',
  port: 10_080,
  listeners: ['ns/shop/http', 'other/bank/http'],
});

function plane(more: Partial<DataPlaneSpec> = {}): PlannedPlane {
  const spec = { ...SPEC, ...more };
  return { spec, scope: spec.scope, host: '0.0.0.0', binds: new Map([[BIND.name, BIND]]), refusals: new Map() };
}

function proxy(name: string, more: Partial<ConnectedProxy> = {}): ConnectedProxy {
  return {
    facts: { name: `ns/${name}`, version: '0.0.1', hostAddresses: [], podAddresses: [] },
    since: 0,
    acknowledged: true,
    synced: true,
    silent: false,
    leaving: false,
    outcome: CONTENT,
    bytesSent: 0,
    ...more,
  };
}

const place = (proxies: readonly ConnectedProxy[], of = plane(), facts: DataPlaneFacts | undefined = FACTS) =>
  planePlacement('ns/shop', of, facts, proxies);

test('a Gateway is not programmed before a pod is ready: its first clients would be refused', () => {
  const facts = { ...FACTS, readyReplicas: 0 };
  const { acknowledged, pending } = place([proxy('a')], plane(), facts);
  assert.equal(acknowledged, false);
  assert.match(
    pending ?? '',
    /no pod of its data plane is ready yet: Deployment ns\/shop-sluice has 0 of 2 pods ready/,
  );
  assert.equal(place([proxy('a')]).acknowledged, true);
});

test('a Gateway that shares its proxies asks for an address of theirs, or is told alone that it can not have another', () => {
  const [first, second] = ['192.0.2.1', '192.0.2.2'].map(value => ({ type: 'IPAddress', value }) as const);
  const facts = { ...FACTS, addresses: [first!, second!] };
  const of = (...asked: { type: string; value?: string }[]) =>
    plane({
      mode: 'merged',
      gateways: [
        { namespace: 'other', name: 'bank', uid: 'v' },
        { ...SPEC.gateways[0]!, asked },
      ],
    });
  const foreign = { type: 'IPAddress', value: '203.0.113.7' };
  assert.deepEqual(place([proxy('a')], of(second!), facts).addresses, [second]);
  assert.equal(place([proxy('a')], of(second!), facts).unusableAddress, undefined);
  const refused = place([proxy('a')], of(foreign), facts);
  assert.match(
    refused.unusableAddress ?? '',
    /asks for 203\.0\.113\.7, and the proxies that all .* have 192\.0\.2\.1, 192/,
  );
  assert.match(place([proxy('a')], of({ type: 'Hostname' }), facts).unusableAddress ?? '', /of type Hostname/);
  const other = planePlacement('other/bank', of(foreign), facts, [proxy('a')]);
  assert.deepEqual([other.addresses, other.unusableAddress], [facts.addresses, undefined]);
  const nowhere = { ...FACTS, addresses: [], unassigned: 'there is none yet' };
  assert.deepEqual(place([proxy('a')], of(foreign), nowhere).unusableAddress, undefined);
});

test('one proxy that has acknowledged is enough; of others it is said why they are not', () => {
  const good = { addresses: FACTS.addresses, failures: {}, acknowledged: true };
  const silent = proxy('b', { silent: true });
  for (const [proxies, expected] of [
    [[proxy('a')], good],
    [[proxy('a', { acknowledged: false })], good],
    [[proxy('a'), proxy('b', { synced: false })], good],
    [[proxy('a'), silent], { ...good, silent: ['ns/b'] }],
    [[proxy('a'), proxy('b', { leaving: true, silent: true })], good],
  ] as const) {
    assert.deepEqual(place(proxies), expected);
  }
});

test('where no proxy serves, the nearest reason is told', () => {
  const unmanaged = { mode: 'unmanaged', name: 'edge' } as const;
  const rows: readonly (readonly [RegExp, ReturnType<typeof place>])[] = [
    [/^no proxy is connected yet: Deployment ns\/shop-sluice has 1 of 2 pods ready$/, place([])],
    [/^its data plane ns\/shop-sluice is being made$/, planePlacement('ns/shop', plane(), undefined, [])],
    [/^the quota is used up$/, place([], plane(), { ...FACTS, trouble: 'the quota is used up' })],
    [/^it may not$/, place([], plane({ refused: 'it may not' }))],
    [/acknowledged the configuration yet, of 1 connected$/, place([proxy('a', { synced: false })])],
    [/: ns\/a, ns\/b did not answer in time$/, place(['a', 'b'].map(name => proxy(name, { silent: true })))],
    [/^no proxy of ServiceAccount ns\/shop-sluice is connected yet$/, place([], plane(unmanaged))],
    [/^its data plane ns\/edge has not been found yet$/, place([], { ...plane(unmanaged), scope: undefined })],
  ];
  for (const [expected, { pending = '', acknowledged }] of rows) {
    assert.equal(acknowledged, false);
    assert.match(pending, expected);
  }
});

test('what proxies can not do is told of the listeners and units that it concerns, once', () => {
  const outcome: Outcome = {
    failures: [{ bind: BIND.name, code: 'EADDRINUSE', message: 'port 10080 is in use' }],
    rejections: [
      { kind: 'Route', name: 'HTTPRoute/ns/web@ns/shop', message: 'no such filter' },
      { kind: 'Route', name: 'HTTPRoute/ns/web@other/bank', message: 'no such filter' },
      { kind: 'Listener', name: 'other/bank/http', message: 'no such protocol' },
      { kind: 'Secret', name: 'Secret/other/key', message: 'no such curve' },
    ],
  };
  const gateways = [...SPEC.gateways, { namespace: 'other', name: 'bank', uid: 'v' }];
  const proxies = ['a', 'b'].map(name => proxy(name, { outcome }));
  const { failures, rejections } = place(proxies, plane({ mode: 'merged', gateways }));
  assert.deepEqual(failures, { 'ns/shop/http': 'proxy ns/a: port 10080 is in use' });
  assert.deepEqual(rejections, [
    { unit: { kind: 'Route', name: 'HTTPRoute/ns/web@ns/shop' }, proxy: 'ns/a', message: 'no such filter' },
  ]);
  assert.equal(place([proxy('a', { outcome, silent: true }), proxy('b')]).rejections, undefined, 'who is left out');
});

test('what a Gateway that shares its proxies may not have is told of its listener', () => {
  const refusals = new Map([
    ['ns/shop/http', 'the port belongs to Gateway other/bank'],
    ['other/bank/tls', 'not ours'],
  ]);
  assert.deepEqual(place([proxy('a')], { ...plane(), refusals }).failures, {
    'ns/shop/http': 'the port belongs to Gateway other/bank',
  });
});
