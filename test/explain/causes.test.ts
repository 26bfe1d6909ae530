import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Explanation, explain, readQuestion } from '../../src/explain/index.ts';
import { createFolderSource, readModel } from '../../src/gateway/index.ts';
import { documents, gateway, gatewayClass, route, service } from '../cli-rig.ts';

type Cause = Explanation['causes'][number];

/** What is said of a request for /x, of manifests of one controller. */
async function causes(t: TestContext, ...texts: readonly string[]): Promise<readonly Cause[]> {
  return (await explained(t, 'http://a.example:80/x', texts)).causes;
}

async function explained(t: TestContext, url: string, texts: readonly string[]): Promise<Explanation> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(path.join(folder, 'all.yaml'), documents(...texts));
  const source = createFolderSource({ paths: [folder], watch: false });
  const model = await readModel(source, { controllerName: 'sluice.dev/gateway-controller' });
  assert.ok(!('unreadable' in model));
  const question = readQuestion({ url });
  assert.ok(!('refused' in question));
  return explain(model.view, question);
}

const messages = (all: readonly Cause[]) => all.map(({ message }) => message);

test('a listener that is not served says why: its class is of another controller', async t => {
  const [first] = await causes(t, gatewayClass.replace('sluice.dev', 'example.com'), gateway());
  assert.match(first?.message ?? '', /and is not served: GatewayClass sluice is of controller example\.com\/gateway/);
});

test('a listener that is not served says why, and what would mend it: there is no class', async t => {
  const [first] = await causes(t, gateway());
  assert.match(first?.message ?? '', /and is not served: GatewayClass sluice does not exist/);
  assert.match(first?.fix ?? '', /kind: GatewayClass/);
});

test('where nothing is served, what could not be read goes before that', async t => {
  const all = messages(await causes(t, gatewayClass, gateway().replace('[{', '{')));
  assert.doesNotMatch(all[0] ?? '', /there is no Gateway/);
  assert.equal(all.at(-1), 'there is no Gateway');
});

test('a Service that is not there may be one that could not be read', async t => {
  const broken = service('web').replace('ports: [{ port: 80 }]', 'ports: 80');
  const all = messages(await causes(t, gatewayClass, gateway(), route('web'), broken));
  assert.match(all[0] ?? '', /Service default\/web could not be read/);
  assert.match(all[1] ?? '', /^Service default\/web could not be read: spec\.ports/);
});

test('a call whose backend can not be used lacks no endpoints', async t => {
  const calls = route('web')
    .replace('kind: HTTPRoute', 'kind: GRPCRoute')
    .replace(/matches: .*/, 'name: all');
  const web = service('web').replace('port: 80', 'port: 80, appProtocol: kubernetes.io/ws');
  const { summary, causes } = await explained(t, 'grpc://a.example:80/a.B/C', [gatewayClass, gateway(), calls, web]);
  assert.match(summary, /^grpc-status 14 \(UNAVAILABLE\): the rule can't be honoured \(UnsupportedProtocol\)/);
  const [first, ...others] = messages(causes);
  assert.match(first ?? '', /appProtocol kubernetes\.io\/ws/);
  assert.deepEqual(others, []);
});

test('where no route stands at all, that is the cause', async t => {
  assert.deepEqual(messages(await causes(t, gatewayClass, gateway())), ['no route stands at this port']);
});

test('the match that a preflight would need is told in words', async t => {
  const cors = "filters: [{ type: CORS, cors: { allowOrigins: ['*'] } }]";
  const asks = route('web').replace('/ } }]', `/ }, method: PUT }]\n      ${cors}`);
  const all = messages(await causes(t, gatewayClass, gateway(), service('web'), asks));
  assert.match(
    all.join('\n'),
    /match 1 misses by: .*header origin is missing, wanted any value; header access-control/,
  );
});

test('a long path hides nothing', async t => {
  const manifests = [gatewayClass, gateway(), service('web'), route('web', '/cart')];
  const { summary, causes } = await explained(t, `http://a.example/${'long'.repeat(1_000)}`, manifests);
  assert.match(summary, /takes GET a\.example\/long.{0,200}… \(\d+ characters\)$/);
  assert.match(causes[0]?.message ?? '', /path is \/long.{0,200}… \(4001 characters\), wanted prefix \/cart$/);
});

test('what is advised may be copied', async t => {
  const conditions = `headers: [{ name: x-it, value: "it's" }], queryParams: [{ name: q, value: "a&b c" }]`;
  const manifests = [gatewayClass, gateway(), service('web'), route('web').replace('/ } }]', `/ }, ${conditions} }]`)];
  const [first] = await causes(t, ...manifests);
  assert.equal(first?.fix, "ask with -H 'x-it: it'\\''s'; ask with ?q=a%26b%20c");
});

for (const [what, text, cause, at] of [
  ['no backend', route('web').replace(/\n +backendRefs.*/, ''), /has no backendRefs/, /:7$/],
  ['no weight', route('web').replace('80 }', '80, weight: 0 }'), /every backend has the weight 0/, /:8$/],
] as const) {
  test(`why nobody gets the requests of a rule: ${what}`, async t => {
    const [first] = await causes(t, text, gatewayClass, gateway(), service('web'));
    assert.match(first?.message ?? '', cause);
    assert.match(first?.source ?? '', at);
  });
}

test('a share that is small is not none, nor is the rest everything', async t => {
  const split = route('web').replace('80 }]', '80, weight: 100000 }, { name: web, port: 80, weight: 1 }]');
  const { backends } = await explained(t, 'http://a.example/', [gatewayClass, gateway(), service('web'), split]);
  assert.deepEqual(
    backends.map(({ share }) => share),
    [99.99, 0.01],
  );
});

test('of an expression that is none, the beginning is what a request would need', async t => {
  const broken = route('web', '"/re(gex"').replace('PathPrefix', 'RegularExpression');
  const [first] = await causes(t, gatewayClass, gateway(), service('web'), broken);
  assert.match(first?.message ?? '', /path is \/x, wanted beginning with \/re$/);
  assert.equal(first?.fix, undefined);
});
