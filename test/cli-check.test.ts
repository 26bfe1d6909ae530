import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { documents, gateway, gatewayClass, manifests, ROOT, route, service, sluice } from './cli-rig.ts';

interface Checked {
  readonly objects: readonly {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly namespace?: string };
    readonly status: Readonly<Record<string, unknown>>;
  }[];
  readonly problems: readonly Readonly<Record<string, unknown>>[];
}

async function checkJson(args: readonly string[], input?: string): Promise<Checked & { readonly code: number | null }> {
  const { code, stdout, stderr } = await sluice(
    ['check', ...args, '--output', 'json'],
    input === undefined ? {} : { input },
  );
  assert.equal(stderr, '');
  return { code, ...JSON.parse(stdout) };
}

const GOOD = documents(gatewayClass, gateway(), service('web'), route('web'));

test('the quickstart has no problems', async () => {
  const { code, problems, objects } = await checkJson([path.join(ROOT, 'examples', 'quickstart')]);
  assert.deepEqual(problems, []);
  assert.equal(code, 0);
  assert.deepEqual(
    objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? '-'} ${metadata.name}`),
    [
      'Gateway default quickstart',
      'GatewayClass - sluice',
      'HTTPRoute default api',
      'HTTPRoute default shop',
      'HTTPRoute default web',
    ],
  );
});

test('objects with their statuses, as a cluster would show them', async t => {
  const { objects, code } = await checkJson([manifests(t, { 'all.yaml': GOOD })]);
  assert.equal(code, 0);
  const found = objects.find(object => object.kind === 'HTTPRoute');
  assert.equal(found?.apiVersion, 'gateway.networking.k8s.io/v1');
  const [parent] = found.status.parents as { conditions: { type: string; status: string }[] }[];
  assert.deepEqual(
    parent?.conditions.map(({ type, status }) => `${type}=${status}`),
    ['Accepted=True', 'ResolvedRefs=True'],
  );
  const gatewayStatus = objects.find(object => object.kind === 'Gateway')?.status;
  assert.deepEqual(gatewayStatus?.addresses, [{ type: 'IPAddress', value: '127.0.0.1' }]);
});

test('a problem says object, field, place and what is wrong', async t => {
  const folder = manifests(t, { 'all.yaml': documents(gatewayClass, gateway(), route('nobody')) });
  const { problems, code } = await checkJson([folder]);
  assert.equal(code, 1);
  const problem = problems.find(each => each.code === 'BackendNotFound');
  assert.equal(problem?.severity, 'error');
  assert.deepEqual(problem?.object, { kind: 'HTTPRoute', namespace: 'default', name: 'web' });
  assert.equal(problem?.path, 'spec.rules[0].backendRefs[0].name');
  assert.equal(problem?.file, path.join(folder, 'all.yaml'));
  assert.equal(problem?.line, 20);
  assert.equal(typeof problem?.column, 'number');
});

test('for people: what is wrong first, then the statuses, part by part', async t => {
  const folder = manifests(t, { 'all.yaml': documents(gatewayClass, gateway(), route('nobody')) });
  const { stdout } = await sluice(['check', folder]);
  const [first, ...rest] = stdout.split('\n');
  assert.match(first ?? '', /BackendNotFound/);
  assert.deepEqual(rest.slice(0, 5), [
    'Gateway default/gw: Accepted=True Programmed=True, at 127.0.0.1',
    '  listener http: Accepted=True ResolvedRefs=True Programmed=True, 1 route',
    'GatewayClass sluice: Accepted=True SupportedVersion=True',
    'HTTPRoute default/web',
    '  at Gateway gw: Accepted=True ResolvedRefs=False (BackendNotFound)',
  ]);
});

test('for people: file:line:column: what, where, severity, code; a summary; exit 1', async t => {
  const folder = manifests(t, { 'all.yaml': documents(gatewayClass, gateway(), route('nobody')) });
  const { stdout, code } = await sluice(['check', folder]);
  assert.match(stdout, /all\.yaml:20:\d+: HTTPRoute\/default\/web spec\.rules\[0\]\.\S+: error: .*\(BackendNotFound\)/);
  assert.match(stdout, /with a status: 1 error/);
  assert.equal(code, 1);
});

test('warnings do not fail a check', async () => {
  const { problems, code } = await checkJson(['-'], documents(gateway(), service('web'), route('web')));
  assert.deepEqual(
    problems.map(problem => problem.severity),
    ['warning'],
  );
  assert.equal(code, 0);
});

test('standard input', async () => {
  const { objects, code } = await checkJson(['-'], GOOD);
  assert.equal(objects.length, 3);
  assert.equal(code, 0);
});

test('only the classes of one controller', async () => {
  const { stdout } = await sluice(['check', '-', '--controller-name', 'other.test/x', '--output=json'], {
    input: GOOD,
  });
  const { objects }: Checked = JSON.parse(stdout);
  assert.deepEqual(objects, []);
});
