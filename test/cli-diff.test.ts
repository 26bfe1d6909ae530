import assert from 'node:assert/strict';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { startApiServer } from './api-server/index.ts';
import { documents, gateway, gatewayClass, manifests, route, service, sluice } from './cli-rig.ts';

const FRAME = documents(gatewayClass, gateway(), service('a'), service('b'));
const A = documents(route('a', '/shop'), FRAME);
const B = documents(route('b', '/shop'), FRAME);
const MANY = documents(
  ...['x', 'y', 'z', 'w', 'v', 'u'].map(name => route('a', `/${name}`).replace('web', name)),
  FRAME,
);

function folder(t: TestContext, text: string): string {
  return manifests(t, { 'all.yaml': text });
}

test('a change: a request, what became of it, what becomes of it, and where that is said', async t => {
  const [old, fresh] = [folder(t, A), folder(t, B)];
  const { code, stdout, stderr } = await sluice(['diff', old, fresh]);
  assert.equal(stderr, '');
  assert.equal(
    stdout,
    `GET http://any.example/shop
  was Service default/a:80 (${old}/all.yaml:7)
  is  Service default/b:80 (${fresh}/all.yaml:7)

1 change
`,
  );
  assert.equal(code, 1);
});

test('no change is 0, whatever the text is like', async t => {
  const renamed = documents(FRAME, route('a', '/shop').replace('web', 'shop'));
  const { code, stdout, stderr } = await sluice(['diff', folder(t, A), folder(t, renamed)]);
  assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: 'no request changes\n', stderr: '' });
});

test('a change of many rules is told once, with examples', async t => {
  const { stdout } = await sluice([
    'diff',
    folder(t, MANY),
    folder(t, MANY.replaceAll('{ name: a, port', '{ name: b, port')),
  ]);
  assert.match(
    stdout,
    /^GET http:\/\/any.example\/\w\n[\s\S]*\n {2}and 5 more of this kind: GET [^,]+, GET [^,]+, GET [^,]+, …\n\n1 change\n$/,
  );
});

test('one of the two may be standard input', async t => {
  const { code, stdout } = await sluice(['diff', folder(t, A), '-'], { input: B });
  assert.equal(code, 1);
  assert.match(stdout, /is {2}Service default\/b:80 \(stdin:7\)/);
});

test('JSON has treatments, details and the rules of each example', async t => {
  const timed = A.replace('backendRefs: [{ name: a', 'timeouts: { request: 10s }\n      backendRefs: [{ name: a');
  const [old, fresh] = [folder(t, A), folder(t, timed)];
  const { code, stdout } = await sluice(['diff', old, fresh, '-o', 'json']);
  assert.equal(code, 1);
  const treatment = { outcome: 'forward', destination: 'Service default/a:80' };
  const place = { route: 'default/web', rule: 0, match: 0 };
  assert.deepEqual(JSON.parse(stdout), {
    changes: [
      {
        before: { ...treatment, details: {} },
        after: { ...treatment, details: { 'request timeout': '10s' } },
        details: [{ what: 'request timeout', after: '10s' }],
        count: 1,
        examples: [
          {
            request: { method: 'GET', url: 'http://any.example/shop', headers: [] },
            gateway: 'default/gw',
            before: { ...place, source: `${old}/all.yaml:7` },
            after: { ...place, source: `${fresh}/all.yaml:7` },
          },
        ],
      },
    ],
    transports: [],
    leftOut: [],
    errors: { before: 0, after: 0 },
  });
});

test('of errors the first are told, and the rest is compared', async t => {
  const broken = documents(A, route('gone', '/gone').replace('web', 'x'), 'a: [\n', 'kind: HTTPRoute\n');
  const old = folder(t, broken);
  const { code, stdout, stderr } = await sluice(['diff', old, folder(t, B)]);
  assert.equal(code, 1);
  assert.match(stdout, /was Service default\/a:80[\s\S]*was 500 BackendNotFound [\s\S]*\n2 changes\n$/);
  assert.match(stderr, /error: .*\(InvalidYaml\)\n/);
  assert.match(stderr, /error: .*\(BackendNotFound\)\n/);
  assert.match(stderr, /: \d errors; compared is what a gateway makes of it: sluice check \S+\n$/);
});

test('rules whose expressions are too complex are left out, and told', async t => {
  const regex = (name: string, value: string, backend: string) =>
    route(backend, `'${value}'`).replace('PathPrefix', 'RegularExpression').replace('web', name);
  const hard = (...backends: readonly [string, string]) =>
    documents(regex('x', '/.*a.{15}', backends[0]), regex('y', '/.*b.{12}c.{1,3}', backends[1]), FRAME);
  const { code, stdout, stderr } = await sluice(['diff', folder(t, hard('a', 'a')), folder(t, hard('a', 'b'))]);
  assert.match(stdout, /1 change\n$|no change found\n$/);
  assert.equal(code, 1, 'nobody knows that no request changes');
  assert.match(stderr, /^not compared, for the regular expressions are too complex: HTTPRoute default\/\w, rule 0/m);
});

test('of what is left out the first are told, and how many more there are', async t => {
  const letters = ['c', 'd', 'e', 'f', 'g'];
  const hard = (backend: string) =>
    documents(
      ...letters.map(each =>
        route(backend, `'/.*${each}.{18}[0-9]'`).replace('PathPrefix', 'RegularExpression').replace('web', each),
      ),
      FRAME,
    );
  const { code, stderr } = await sluice(['diff', folder(t, hard('a')), folder(t, hard('b'))]);
  assert.equal(code, 1);
  assert.match(stderr, /^(?:not compared, .*\n){3}\d+ more could not be compared: --output json has all\n$/);
});

test('what an API server holds, of the context that is named', async t => {
  const server = await startApiServer({});
  t.after(() => server.close());
  const group = 'gateway.networking.k8s.io/v1';
  const spec = { gatewayClassName: 'sluice', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] };
  server.put({
    apiVersion: group,
    kind: 'GatewayClass',
    metadata: { name: 'sluice' },
    spec: { controllerName: 'sluice.dev/gateway-controller' },
  });
  server.put({ apiVersion: group, kind: 'Gateway', metadata: { name: 'gw', namespace: 'default' }, spec });
  const config = path.join(manifests(t, { config: server.kubeconfig({}) }), 'config');
  const { code, stdout, stderr } = await sluice(['diff', 'kube:', folder(t, A), '--kubeconfig', config]);
  assert.equal(stderr, '');
  assert.match(stdout, /was 404, no rule takes it\n {2}is {2}Service default\/a:80/);
  assert.equal(code, 1);
  const other = await sluice(['diff', 'kube:nowhere', folder(t, A), '--kubeconfig', config]);
  assert.equal(other.code, 2);
  assert.match(other.stderr, /nowhere/);
});

const WRONG: readonly (readonly [args: readonly string[], message: RegExp])[] = [
  [[], /^sluice diff: needs OLD and NEW to compare\nTry: sluice help diff\n$/],
  [['old'], /needs OLD and NEW to compare/],
  [['a', 'b', 'c'], /compares two: leave out c/],
  [['-', '-'], /only one of the two can be standard input/],
  [['no-such-folder', '-'], /no-such-folder/],
  [['-', 'no-such-folder'], /no-such-folder/],
  [['-', '-', '--outptu', 'json'], /unknown flag --outptu; did you mean --output/],
];

for (const [args, message] of WRONG) {
  test(`sluice diff ${args.join(' ')} is wrong usage`, async () => {
    const { code, stdout, stderr } = await sluice(['diff', ...args], { input: A });
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, message);
  });
}
