import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { type ApiServer, type ApiServerOptions, type Identity, startApiServer } from './api-server/index.ts';
import { launched, manifests, type Running, running, sluice, urlOf } from './cli-rig.ts';
import { until } from './until.ts';

const GROUP = 'gateway.networking.k8s.io/v1';
const CONTROLLER = 'sluice.dev/gateway-controller';
const REFUSED = 'http://127.0.0.1:9';

interface Cluster {
  readonly server: ApiServer;
  /** Flags that lead to it. */
  readonly kube: readonly string[];
}

/** An API server, a class, a Gateway and a route that redirects: traffic without a backend. */
async function cluster(t: TestContext, options: ApiServerOptions = {}, identity: Identity = {}): Promise<Cluster> {
  const server = await startApiServer(options);
  t.after(() => server.close());
  if (!options.installed) for (const object of [gatewayClass(), gateway('shop'), route('/new')]) server.put(object);
  return { server, kube: ['--kube', '--kubeconfig', kubeconfig(t, server.kubeconfig(identity))] };
}

function kubeconfig(t: TestContext, text: string): string {
  return path.join(manifests(t, { config: text }), 'config');
}

function gatewayClass(name = 'sluice', controllerName = CONTROLLER) {
  return { apiVersion: GROUP, kind: 'GatewayClass', metadata: { name }, spec: { controllerName } };
}

/** On a port that only root may bind, so that another is served. */
function gateway(name: string, gatewayClassName = 'sluice', port = 80) {
  const spec = { gatewayClassName, listeners: [{ name: 'http', port, protocol: 'HTTP' }] };
  return { apiVersion: GROUP, kind: 'Gateway', metadata: { name, namespace: 'default' }, spec };
}

function route(to: string, parent = 'shop') {
  const redirect = { path: { type: 'ReplaceFullPath', replaceFullPath: to } };
  const rules = [{ filters: [{ type: 'RequestRedirect', requestRedirect: redirect }] }];
  const spec = { parentRefs: [{ name: parent }], rules };
  return { apiVersion: GROUP, kind: 'HTTPRoute', metadata: { name: parent, namespace: 'default' }, spec };
}

async function location(url: string): Promise<string> {
  const answer = await fetch(url, { redirect: 'manual' });
  await answer.body?.cancel();
  return new URL(answer.headers.get('location') ?? 'http://none/none').pathname;
}

function assertOnlyReads({ requests }: ApiServer): void {
  assert.deepEqual(
    requests.filter(({ method }) => method !== 'GET'),
    [],
  );
}

test('check --kube: the statuses that a cluster would show, and nothing is written', async t => {
  const { server, kube } = await cluster(t);
  const text = await sluice(['check', ...kube]);
  assert.equal(text.code, 0, text.stdout + text.stderr);
  assert.match(text.stdout, /Gateway default\/shop/);
  assert.match(text.stdout, /\n3 objects with a status: no problems\n$/);
  const json = await sluice(['check', ...kube, '--output', 'json']);
  const { objects, problems } = JSON.parse(json.stdout);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    objects.map((object: { readonly kind: string }) => object.kind),
    ['Gateway', 'GatewayClass', 'HTTPRoute'],
  );
  assertOnlyReads(server);
});

test('routing tests of what a cluster holds, where each Gateway has an address of its own', async t => {
  const { server, kube } = await cluster(t);
  for (const object of [gateway('other'), route('/elsewhere', 'other')]) server.put(object);
  const tests = ['shop', 'other', undefined].map(name => ({
    request: { url: 'http://h/', ...(name !== undefined && { gateway: `default/${name}` }) },
    expect: { location: name === 'shop' ? 'http://h/new' : 'http://h/elsewhere' },
  }));
  const { stdout, code } = await sluice(['test', '-', ...kube], { input: JSON.stringify({ tests }) });
  assert.match(stdout, /several Gateways listen on port 80, .* say gateway: default\/other or default\/shop/);
  assert.match(stdout, /3 tests, 2 passed, 1 failed/);
  assert.equal(code, 1);
});

test('check --kube: only classes of our controller name, or of the one that is named', async t => {
  const { server, kube } = await cluster(t);
  server.put(gatewayClass('other', 'example.com/other'));
  const kinds = async (...flags: readonly string[]): Promise<readonly string[]> => {
    const { stdout } = await sluice(['check', ...kube, ...flags, '--output', 'json']);
    const named: readonly { readonly metadata: { readonly name: string } }[] = JSON.parse(stdout).objects;
    return named.map(({ metadata }) => metadata.name);
  };
  assert.deepEqual(await kinds(), ['shop', 'sluice', 'shop']);
  assert.deepEqual(await kinds('--controller-name', 'example.com/other'), ['other']);
});

test('check --kube: what is wrong is 1, with the right that lacks and the rule that gives it', async t => {
  const { server, kube } = await cluster(t);
  server.forbid('list', 'httproutes');
  const { code, stdout, stderr } = await sluice(['check', ...kube]);
  assert.equal(code, 1, stderr);
  assert.match(
    stdout,
    /error: tester may not list httproutes\.gateway\.networking\.k8s\.io in all namespaces, so no HTTPRoute is seen \(Forbidden\)\n +- apiGroups: \[gateway\.networking\.k8s\.io\]\n +resources: \[httproutes\]\n +verbs: \[get, list, watch\]\n/,
  );
  const json = JSON.parse((await sluice(['check', ...kube, '--output', 'json'])).stdout);
  assert.deepEqual(
    json.problems.map((problem: { readonly code: string }) => problem.code),
    ['Forbidden'],
  );
});

test('check --kube: without the CRDs nothing is served, which is no error', async t => {
  const { kube } = await cluster(t, { installed: [] });
  const { code, stdout } = await sluice(['check', ...kube]);
  assert.equal(code, 0);
  assert.match(stdout, /the CRDs of the Gateway API are not installed \(NoGatewayAPI\)\n +kubectl apply/);
});

/** Servers that say nothing of use, and what is printed with exit code 2. */
const UNUSABLE: readonly (readonly [string, (t: TestContext) => Promise<readonly string[]>, RegExp])[] = [
  [
    'no server',
    async t => ['--kube', '--kubeconfig', kubeconfig(t, configFor(REFUSED))],
    /^sluice (check|run): can't reach http:\/\/127\.0\.0\.1:9: connection refused\n/,
  ],
  [
    'a server that does not know us',
    async t => (await cluster(t, { authenticate: true }, { token: 'secret' })).kube,
    /^sluice (check|run): http:\/\/127\.0\.0\.1:\d+ refuses the credentials: Unauthorized/,
  ],
  [
    'no kubeconfig',
    async t => ['--kube', '--kubeconfig', path.join(manifests(t, {}), 'none')],
    /^sluice (check|run): kubeconfig \S+none can't be read: there is no such file\n/,
  ],
  [
    'a kubeconfig without a name',
    async () => ['--kube', '--kubeconfig', ''],
    /^sluice (check|run): --kubeconfig .*empty/,
  ],
  [
    'flags without --kube',
    async () => ['--kubeconfig', 'x', '.'],
    /^sluice (check|run): --kubeconfig goes with --kube\n/,
  ],
  ['a PATH', async () => ['--kube', '.'], /^sluice (check|run): --kube reads from an API server: leave out \.\n/],
];

function configFor(server: string): string {
  const context = { name: 'a', context: { cluster: 'a' } };
  return JSON.stringify({
    clusters: [{ name: 'a', cluster: { server } }],
    contexts: [context],
    'current-context': 'a',
  });
}

for (const [what, flags, expected] of UNUSABLE) {
  test(`${what} is said in a line, with exit code 2`, async t => {
    const given = await flags(t);
    const both = ['check', 'run'].map(async command => {
      const { code, stdout, stderr } = await sluice([command, ...given]);
      assert.match(stderr, expected);
      assert.doesNotMatch(stderr, /secret|internal/);
      assert.deepEqual([code, stdout, stderr.trim().split('\n').at(-1)], [2, '', `Try: sluice help ${command}`]);
    });
    await Promise.all(both);
  });
}

const serve = (t: TestContext, kube: readonly string[], ...flags: readonly string[]): Promise<Running> =>
  running(t, [...kube, ...flags]);

test('run --kube: serves what there is, follows what changes, and writes nothing', async t => {
  const { server, kube } = await cluster(t);
  const run = await serve(t, kube);
  assert.equal(await location(urlOf(run)), '/new');
  server.put(route('/newer'));
  await until('a change is live', async () => (await location(urlOf(run))) === '/newer');
  server.delete({ kind: 'HTTPRoute', name: 'shop' });
  await until('what is deleted is gone', async () => (await location(urlOf(run))) === '/none');
  run.signal('SIGTERM');
  assert.equal((await run.ended).code, 0);
  assertOnlyReads(server);
});

test('run --kube: addresses of the cluster mean nothing here, --listen does', async t => {
  const { server, kube } = await cluster(t);
  const asked = gateway('shop');
  server.put({ ...asked, spec: { ...asked.spec, addresses: [{ type: 'IPAddress', value: '192.0.2.7' }] } });
  const run = await serve(t, kube, '--listen', '127.0.0.2');
  assert.equal(new URL(urlOf(run)).hostname, '127.0.0.2');
  assert.equal(await location(urlOf(run)), '/new');
});

test('run --kube: a class of another controller is served only to its name', async t => {
  const { server, kube } = await cluster(t);
  server.put(gatewayClass('other', 'example.com/other'));
  server.put(gateway('theirs', 'other'));
  server.put(route('/theirs', 'theirs'));
  const served = (run: Running) => run.events.filter(({ event }) => event === 'listener').map(each => each.gateway);
  const ours = await serve(t, kube);
  assert.deepEqual(served(ours), ['default/shop']);
  const theirs = await serve(t, kube, '--controller-name', 'example.com/other');
  assert.deepEqual(served(theirs), ['default/theirs']);
  assert.equal(await location(urlOf(theirs)), '/theirs');
});

test('run --kube: serves on while the API server is gone, and goes on where it is back', async t => {
  const { server, kube } = await cluster(t);
  const run = await serve(t, kube);
  const gone = run.next(({ code }) => code === 'ApiServerUnreachable');
  await server.stop();
  assert.match(String((await gone).message), /^can't reach http:\/\/127\.0\.0\.1:\d+: /);
  assert.equal(await location(urlOf(run)), '/new');
  server.put(route('/meanwhile'));
  const back = run.next(({ event, code }) => event === 'solved' && code === 'ApiServerUnreachable');
  await server.resume();
  await back;
  await until('what changed meanwhile is live', async () => (await location(urlOf(run))) === '/meanwhile');
  assert.equal(
    run.events.filter(({ event, code }) => event === 'problem' && code === 'ApiServerUnreachable').length,
    1,
  );
});

test('run --kube: a signal ends it while the server does not answer', async t => {
  const { server, kube } = await cluster(t);
  server.fault({}, { kind: 'silence' });
  const run = launched(t, kube);
  await until('it asked', () => server.requests.length > 0);
  run.signal('SIGTERM');
  const { code, stderr } = await run.ended;
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
});

test('run --kube: a signal ends it, and the credential plugin that it waits for', async t => {
  const folder = manifests(t, {});
  const started = path.join(folder, 'started');
  const script = `require('fs').writeFileSync(${JSON.stringify(started)}, String(process.pid)); setTimeout(() => {}, 60_000)`;
  const config = JSON.parse(configFor(REFUSED));
  config.contexts[0].context.user = 'me';
  config.users = [{ name: 'me', user: { exec: { command: process.execPath, args: ['-e', script] } } }];
  writeFileSync(path.join(folder, 'config'), JSON.stringify(config));
  const run = launched(t, ['--kube', '--kubeconfig', path.join(folder, 'config')]);
  const pid = () => Number(existsSync(started) && readFileSync(started, 'utf8'));
  await until('the plugin runs', () => pid() > 0);
  run.signal('SIGTERM');
  const { code, stderr } = await run.ended;
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  await until('the plugin has ended', () => !isAlive(pid()));
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
