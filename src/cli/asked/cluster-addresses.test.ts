import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMemorySource, readModel } from '../../gateway/index.ts';
import { type ClusterAddresses, createClusterAddresses } from './cluster-addresses.ts';

const GROUP = 'gateway.networking.k8s.io/v1';

function gateway(name: string, addresses?: readonly { readonly type: string; readonly value: string }[]) {
  const listeners = [{ name: 'http', protocol: 'HTTP', port: 80 }];
  return {
    apiVersion: GROUP,
    kind: 'Gateway',
    metadata: { name, namespace: 'shop' },
    spec: { gatewayClassName: 'sluice', listeners, ...(addresses && { addresses }) },
  };
}

async function hostsOf(objects: readonly ReturnType<typeof gateway>[], addresses: ClusterAddresses) {
  const source = createMemorySource();
  source.set({
    apiVersion: GROUP,
    kind: 'GatewayClass',
    metadata: { name: 'sluice' },
    spec: { controllerName: 'a.b/c' },
  });
  for (const object of objects) source.set(object);
  const model = await readModel(source, { addresses });
  assert.ok('units' in model);
  return Object.fromEntries(
    model.units().flatMap(unit => (unit.kind === 'Bind' ? unit.listeners.map(name => [name, unit.host]) : [])),
  );
}

function observed(name: string, status: unknown) {
  const metadata = { name, namespace: 'shop', resourceVersion: '1' };
  return { object: { apiVersion: GROUP, kind: 'Gateway', metadata, status } };
}

test('Gateways that want the same host and port stand apart, as in a cluster', async () => {
  const hosts = await hostsOf([gateway('a'), gateway('b')], createClusterAddresses());
  assert.deepEqual(hosts, { 'shop/a/http': '127.0.0.1', 'shop/b/http': '127.0.0.2' });
});

test('the addresses of the status, else those that are asked for', async () => {
  const addresses = createClusterAddresses();
  addresses.observe(observed('a', { addresses: [{ type: 'IPAddress', value: '10.1.0.7' }] }));
  addresses.observe(observed('b', { addresses: [{ type: 'Hostname', value: 'lb.example' }] }));
  addresses.observe(observed('c', { addresses: ['junk', null, { value: 7 }] }));
  const asked = [{ type: 'IPAddress', value: '10.1.0.9' }];
  const hosts = await hostsOf([gateway('a', asked), gateway('b', asked), gateway('c')], addresses);
  assert.deepEqual(hosts, { 'shop/a/http': '10.1.0.7', 'shop/b/http': '10.1.0.9', 'shop/c/http': '127.0.0.3' });
});
