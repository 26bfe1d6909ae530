import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseObject } from '../../resources/index.ts';
import { createEndpointLane } from '../endpoints/endpoint-lane.ts';
import { isRoutable } from './routable-address.ts';

test('addresses of this machine, of its link, of everybody and of nobody are not routable', () => {
  for (const address of ['10.0.0.1', '192.0.2.7', '::ffff:10.1.1.1', 'fd00::1', '2001:db8::1'])
    assert.ok(isRoutable(address), address);
  for (const address of ['127.0.0.1', '127.9.9.9', '0.0.0.0', '169.254.169.254', '224.0.0.1', '255.255.255.255'])
    assert.ok(!isRoutable(address), address);
  for (const address of ['::', '::1', '::ffff:127.0.0.1', 'fe80::1', 'ff02::1', 'localhost', ''])
    assert.ok(!isRoutable(address), address);
});

test('where clouds tell machines their secrets is not routable, and its neighbours are', () => {
  for (const address of ['100.100.100.200', '168.63.129.16', '192.0.0.192', 'fd00:ec2::254', '::ffff:168.63.129.16'])
    assert.ok(!isRoutable(address), address);
  for (const address of ['100.100.100.201', '168.63.129.17', '192.0.0.193', 'fd00:ec3::254'])
    assert.ok(isRoutable(address), address);
});

test('the endpoint lane of a cluster leaves them out', () => {
  const lane = createEndpointLane({ routable: true });
  const metadata = { name: 'api', namespace: 'ns' };
  const labels = { 'kubernetes.io/service-name': 'api' };
  for (const raw of [
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ port: 80 }] } },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, labels },
      addressType: 'IPv4',
      ports: [{ port: 8080 }],
      endpoints: [{ addresses: ['127.0.0.1'] }, { addresses: ['10.0.0.7'] }],
    },
  ]) {
    const parsed = parseObject(raw);
    assert.ok('resource' in parsed && parsed.resource, JSON.stringify(parsed));
    lane.upsert(parsed.resource);
  }
  lane.want({ name: 'Service/ns/api/80' });
  assert.deepEqual(
    lane.settle().map(({ endpoints }) => endpoints?.map(({ address }) => address)),
    [['10.0.0.7']],
  );
});
