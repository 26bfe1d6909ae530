import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApiServer } from './api-server/index.ts';
import { documents, gateway, gatewayClass, manifests, running, service, sluice } from './cli-rig.ts';

const ROUTES = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: cart, namespace: shop }
spec:
  hostnames: [shop.example, www.shop.example]
  parentRefs: [{ name: gw, namespace: default }]
  rules: [{ backendRefs: [{ name: cart, port: 80 }] }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web }
spec:
  parentRefs: [{ name: gw, sectionName: http }]
  rules: [{ backendRefs: [{ name: web, port: 80 }, { name: wep, port: 80 }] }]
`;
const ALL = { 'all.yaml': documents(gatewayClass, gateway(), service('web'), ROUTES) };

/** Lines without the spaces at their ends, which nobody sees. */
function lines(text: string): readonly string[] {
  return text.split('\n').map(line => line.trimEnd());
}

test('the kinds that have states, each object with what became of it', async t => {
  const folder = manifests(t, ALL);
  const { code, stdout, stderr } = await sluice(['get', folder]);
  assert.deepEqual(lines(stdout), [
    'NAME                  CONTROLLER                      ACCEPTED   PROBLEMS',
    'gatewayclass/sluice   sluice.dev/gateway-controller   True       0',
    '',
    'NAMESPACE   NAME         CLASS    ADDRESS     PROGRAMMED   ROUTES   PROBLEMS',
    'default     gateway/gw   sluice   127.0.0.1   True         1        0',
    '',
    'NAMESPACE   NAME             HOSTNAMES                       ACCEPTED                        RESOLVED                  PROBLEMS',
    'default     httproute/web    *                               True                            False (BackendNotFound)   1',
    'shop        httproute/cart   shop.example,www.shop.example   False (NotAllowedByListeners)   False (BackendNotFound)   2',
    '',
  ]);
  assert.deepEqual(lines(stderr), ['', `3 problems: sluice check ${folder}`, '']);
  assert.equal(code, 0);
});

test('of one kind and namespace, with more columns', async t => {
  const args = ['get', 'hr', manifests(t, ALL), '-n', 'default', '--output', 'wide'];
  const { stdout } = await sluice(args);
  assert.deepEqual(lines(stdout), [
    'NAME   HOSTNAMES   ACCEPTED   RESOLVED                  PROBLEMS   PARENTS   RULES   BACKENDS',
    'web    *           True       False (BackendNotFound)   1          gw/http   1       web:80,wep:80',
    '',
  ]);
});

const WORDS: readonly (readonly [args: readonly string[], stdout: string])[] = [
  [['Services,GATEWAYCLASS', '-', '-o', 'name'], 'gatewayclass.gateway.networking.k8s.io/sluice\nservice/web\n'],
  [['httproutes.gateway.networking.k8s.io', 'web', '-', '-o=name'], 'httproute.gateway.networking.k8s.io/web\n'],
  [['ns', '-', '--output=json'], '{\n  "apiVersion": "v1",\n  "kind": "List",\n  "items": []\n}\n'],
  [
    ['svc', '-'],
    'NAMESPACE   NAME   TYPE        CLUSTER-IP   PORT(S)   PROBLEMS\ndefault     web    ClusterIP   <none>       80/TCP    0\n',
  ],
];

for (const [args, expected] of WORDS) {
  test(`get ${args.join(' ')}`, async () => {
    const { stdout, code } = await sluice(['get', ...args], { input: ALL['all.yaml'] });
    assert.equal(stdout, expected);
    assert.equal(code, 0);
  });
}

test('one object as YAML: as it was read, with its status, without what stands against it', async () => {
  const { stdout } = await sluice(['get', 'svc', 'web', '-', '-o', 'yaml'], { input: ALL['all.yaml'] });
  const expected = [
    'apiVersion: v1',
    'kind: Service',
    'metadata:',
    '  name: web',
    '  namespace: default',
    '  generation: 1',
    'spec:',
    '  type: ClusterIP',
    '  ports:',
    '    - protocol: TCP',
    '      port: 80',
    '',
  ];
  assert.deepEqual(lines(stdout), expected);
});

const WRONG: readonly (readonly [args: readonly string[], said: RegExp, code: number])[] = [
  [['gatway', '-'], /get: gatway is neither a kind nor a file; did you mean gateway\?/, 2],
  [['httproute', 'wep', '-'], /there is no HTTPRoute wep; did you mean web\?/, 1],
  [['httproute', 'web', '-', '-n', 'shop'], /there is no HTTPRoute web in namespace shop\n/, 1],
  [['tcproute', '-', '-n', 'shop'], /^No resources found in shop namespace\.\n/, 0],
  [['svc', 'web'], /needs at least one PATH: .*or --admin .*\(web is taken for a name: there is no such file\)/, 2],
  [['/no/such/folder'], /\/no\/such\/folder/, 2],
  [['svc', '-', '--admin', 'localhost:1'], /--admin asks a gateway that runs: leave out -\n/, 2],
  [['--admin', '127.0.0.1:9'], /nothing listens at http:\/\/127\.0\.0\.1:9/, 2],
];

for (const [args, said, code] of WRONG) {
  test(`get ${args.join(' ')}: ${code}`, async () => {
    const result = await sluice(['get', ...args], { input: ALL['all.yaml'], env: { SLUICE_ADMIN: '' } });
    assert.equal(result.stdout, '');
    assert.match(result.stderr, said);
    assert.equal(result.code, code);
  });
}

test('text in manifests cannot speak for Sluice', async () => {
  const input = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'a' },
    spec: { clusterIP: '\u001b[2J\u202e' },
  });
  const { stdout } = await sluice(['get', 'svc', '-'], { input });
  assert.match(stdout, /\\x1b\[2J\\u202e/);
});

test('a gateway that runs says the same, and knows how old', async t => {
  const run = await running(t, [manifests(t, ALL), '--map', '80=0', '--admin', '127.0.0.1:0']);
  const admin = String((await run.event(event => event.event === 'ready')).admin);
  const { stdout, stderr } = await sluice(['get', 'gw,hr'], { env: { SLUICE_ADMIN: admin } });
  assert.match(stdout, /default {5}gateway\/gw {3}sluice {3}127\.0\.0\.1 {3}True {9}1 {8}0/);
  assert.match(
    stdout,
    /shop {8}httproute\/cart {3}shop\.example,www\.shop\.example {3}False \(NotAllowedByListeners\)/,
  );
  assert.deepEqual(lines(stderr), ['', `3 problems: ${admin}/status`, '']);
  const services = await sluice(['get', 'svc', '--admin', admin, '-o', 'name']);
  assert.equal(services.stdout, 'service/web\n');
});

test('of a cluster: each Gateway at its own address, and the age', async t => {
  const server = await startApiServer();
  t.after(() => server.close());
  const group = 'gateway.networking.k8s.io/v1';
  const born = new Date(Date.now() - 3 * 86_400_000 - 4.5 * 3_600_000).toISOString();
  const spec = { gatewayClassName: 'sluice', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] };
  server.put({
    apiVersion: group,
    kind: 'GatewayClass',
    metadata: { name: 'sluice' },
    spec: { controllerName: 'sluice.dev/gateway-controller' },
  });
  for (const name of ['a', 'b']) {
    server.put({
      apiVersion: group,
      kind: 'Gateway',
      metadata: { name, namespace: 'shop', creationTimestamp: born },
      spec,
    });
  }
  const patched = await fetch(`${server.url}/apis/${group}/namespaces/shop/gateways/a/status`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: JSON.stringify({ status: { addresses: [{ type: 'IPAddress', value: '10.1.0.7' }] } }),
  });
  assert.equal(patched.status, 200);
  const kubeconfig = `${manifests(t, { config: server.kubeconfig({}) })}/config`;
  const { stdout } = await sluice(['get', 'gateways', '--kube', '--kubeconfig', kubeconfig]);
  assert.deepEqual(lines(stdout), [
    'NAMESPACE   NAME   CLASS    ADDRESS     PROGRAMMED   ROUTES   PROBLEMS   AGE',
    'shop        a      sluice   10.1.0.7    True         0        0          3d4h',
    'shop        b      sluice   127.0.0.2   True         0        0          3d4h',
    '',
  ]);
});
