import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { documents, gateway, gatewayClass, manifests, ROOT, route, service, sluice } from './cli-rig.ts';

const PARTS = [gatewayClass, gateway(), service('web'), service('api'), route('web', '/shop')];

async function translated(args: readonly string[], input = documents(...PARTS)): Promise<string> {
  const { stdout, stderr, code } = await sluice(['translate', ...args], { input });
  assert.equal(stderr, '');
  assert.equal(code, 0);
  return stdout;
}

test('units as YAML, in the order of the wire, without hashes', async () => {
  assert.equal(
    await translated(['-']),
    `units:
  - kind: Backend
    name: Service/default/web/80
    protocol: http1
    origin:
      kind: Service
      namespace: default
      name: web
  - kind: Endpoints
    name: Service/default/web/80
    endpoints: []
  - kind: Route
    name: HTTPRoute/default/web@default/gw
    route: default/web
    created: 0
    attachments:
      - listener: default/gw/http
        hostnames:
          - "*"
    rules:
      - index: 0
        matches:
          - path:
              kind: prefix
              value: /shop
            headers: []
            query: []
        filters: []
        action:
          kind: forward
          backends:
            - weight: 1
              filters: []
              target:
                kind: backend
                backend: Service/default/web/80
          timeouts: {}
        origin:
          kind: HTTPRoute
          namespace: default
          name: web
          field: spec.rules[0]
    origin:
      kind: HTTPRoute
      namespace: default
      name: web
  - kind: Listener
    name: default/gw/http
    gateway: default/gw
    section: http
    port: 80
    protocol: HTTP
    hostname: "*"
    origin:
      kind: Gateway
      namespace: default
      name: gw
      field: spec.listeners[0]
  - kind: Bind
    name: 127.0.0.1:80
    host: 127.0.0.1
    port: 80
    listeners:
      - default/gw/http
`,
  );
});

test('the order of manifests does not matter', async () => {
  const quickstart = path.join(ROOT, 'examples', 'quickstart');
  const files = ['routes.yaml', 'gateway.yaml', 'services.yaml'].map(name => path.join(quickstart, name));
  const [one, other] = await Promise.all([translated([quickstart]), translated([...files].reverse())]);
  assert.equal(one, other);
});

test('units of one kind as JSON', async () => {
  const { units } = JSON.parse(await translated(['-', '--kind', 'bind', '-o', 'json']));
  assert.deepEqual(units, [
    { kind: 'Bind', name: '127.0.0.1:80', host: '127.0.0.1', port: 80, listeners: ['default/gw/http'] },
  ]);
});

test('statuses as manifests, a document each', async () => {
  const text = await translated(['-', '--to', 'status']);
  const heads = text.split('---\n').map(document => document.split('\n').slice(0, 4).join(' '));
  const api = 'apiVersion: gateway.networking.k8s.io/v1';
  assert.deepEqual(heads, [
    `${api} kind: Gateway metadata:   name: gw`,
    `${api} kind: GatewayClass metadata:   name: sluice`,
    `${api} kind: HTTPRoute metadata:   name: web`,
  ]);
  const { items } = JSON.parse(await translated(['-', '--to=status', '--kind=httproute', '-o=json']));
  assert.deepEqual(Object.keys(items[0]), ['apiVersion', 'kind', 'metadata', 'status']);
  assert.equal(items.length, 1);
});

test('what is wrong is told below, and stops nothing', async t => {
  const folder = manifests(t, { 'my routes.yaml': documents(gateway(), route('nobody')), 'junk.yaml': 'a: [' });
  const { stdout, stderr, code } = await sluice(['translate', folder, '--controller-name', 'a.test/b']);
  assert.equal(code, 0);
  assert.match(stdout, /^units: \[\]\n$/);
  assert.match(stderr, /^\d+ problems?: sluice check \S+ --controller-name a\.test\/b\n$/);
});

const WRONG: readonly (readonly [args: readonly string[], said: RegExp])[] = [
  [[], /needs at least one PATH/],
  [['-', '--to', 'xds'], /must be ir or status/],
  [['-', '--kind', 'Rote'], /--kind Rote: there is no such unit; did you mean Route\?/],
  [['/no/such/file.yaml'], /\/no\/such\/file\.yaml/],
];

for (const [args, said] of WRONG) {
  test(`translate ${args.join(' ')}: 2`, async () => {
    const { stdout, stderr, code } = await sluice(['translate', ...args]);
    assert.equal(stdout, '');
    assert.match(stderr, said);
    assert.equal(code, 2);
  });
}
