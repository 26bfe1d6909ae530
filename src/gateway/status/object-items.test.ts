import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMemorySource } from '../../sources/index.ts';
import { readModel } from '../model.ts';
import { type ItemQuery, type ObjectItem, objectItems } from './object-items.ts';

const MANIFESTS = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web, namespace: shop, creationTimestamp: '2026-01-02T03:04:05Z' }
spec:
  parentRefs: [{ name: gw }]
  rules: [{ backendRefs: [{ name: nobody, port: 80 }] }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: gw, namespace: shop }
spec:
  gatewayClassName: sluice
  listeners: [{ name: http, protocol: HTTP, port: 80 }]
---
apiVersion: v1
kind: Secret
metadata: { name: key, namespace: shop }
data: { tls.key: c2VjcmV0 }
stringData: { token: secret }
`;

async function items(query?: ItemQuery): Promise<readonly ObjectItem[]> {
  const source = createMemorySource();
  source.setText('all.yaml', MANIFESTS);
  const model = await readModel(source);
  assert.ok('view' in model);
  return objectItems(model.view, model.status(), query);
}

test('objects that have a status, with spec, status and what stands against them', async () => {
  const [gateway, route, ...others] = await items();
  assert.deepEqual(others, []);
  assert.equal(gateway?.kind, 'Gateway');
  assert.deepEqual(route?.metadata, {
    name: 'web',
    namespace: 'shop',
    generation: 1,
    creationTimestamp: '2026-01-02T03:04:05Z',
  });
  assert.deepEqual(Object.keys(route), ['apiVersion', 'kind', 'metadata', 'spec', 'status', 'problems']);
  const errors = route.problems.filter(({ severity }) => severity === 'error');
  assert.deepEqual(
    errors.map(({ code, path }) => [code, path]),
    [['BackendNotFound', 'spec.rules[0].backendRefs[0].name']],
  );
});

test('of kinds that are asked for, all; a Secret says what it has and not what that is', async () => {
  const found = await items({ kinds: ['Secret', 'Service'] });
  const [secret, ...others] = found;
  assert.deepEqual(others, []);
  assert.deepEqual(secret?.data, { 'tls.key': '(not shown)' });
  assert.doesNotMatch(JSON.stringify(found), /c2VjcmV0|secret"/);
});
