import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explain, readQuestion } from '../../src/explain/index.ts';
import { createMemorySource, readModel } from '../../src/gateway/index.ts';

const manifests = (hostname: string, prefix = '/') => `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: gw }
spec:
  gatewayClassName: sluice
  listeners: [{ name: http, protocol: HTTP, port: 80, hostname: '*.shop.example' }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: admin }
spec:
  parentRefs: [{ name: gw }]
  hostnames: [other.test, ${hostname}]
  rules: [{ matches: [{ path: { type: PathPrefix, value: ${prefix} } }] }]
`;

async function causesOf(hostname: string, prefix?: string) {
  const source = createMemorySource();
  source.setText('all.yaml', manifests(hostname, prefix));
  const model = await readModel(source);
  assert.ok('view' in model);
  const question = readQuestion({ url: 'http://admin.shop.example/' });
  assert.ok('method' in question);
  const explanation = await explain(model.view, question);
  return explanation.causes;
}

test('a slip in a hostname, for which no listener took the route, is the first cause', async () => {
  const [first] = await causesOf('admin.shop.exmaple');
  assert.deepEqual(first, {
    message:
      'HTTPRoute default/admin rule 0 would take this request, were its hostname admin.shop.exmaple spelt admin.shop.example; so no listener took the route',
    source: 'all.yaml:13',
    fix: 'spec.hostnames[1]: admin.shop.example',
  });
});

const OTHERS: readonly (readonly [hostname: string, prefix?: string])[] = [
  ['admin.example'],
  ['admin.store.test'],
  ['*.shop.exampel.test'],
  ['admin.shop.exmaple', '/nowhere'],
];

for (const [hostname, prefix = '/'] of OTHERS) {
  test(`${hostname} with ${prefix} is no slip of admin.shop.example`, async () => {
    const found = await causesOf(hostname, prefix);
    assert.doesNotMatch(JSON.stringify(found), /spelt/);
  });
}
