import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { figuresTable } from '../bench/cluster/figures.ts';
import { parseFlags } from '../bench/cluster/flags.ts';
import { caseNames } from '../conformance/cases.ts';
import { pathOf } from '../conformance/cluster/cluster.ts';
import { type Failure, lossOf } from '../conformance/cluster/load.ts';
import { readCase } from '../conformance/e2e/play.ts';
import { lack, readSteps } from '../conformance/e2e/steps.ts';
import { closedToPods, imageRules } from '../conformance/images.ts';
import { installCommand } from '../conformance/install.ts';

/** API version and kind, and the path of an object `a` in namespace `b`. */
const PATHS: readonly (readonly [apiVersion: string, kind: string, path: string])[] = [
  ['v1', 'Service', '/api/v1/namespaces/b/services/a'],
  ['v1', 'Node', '/api/v1/nodes/a'],
  ['v1', 'Endpoints', '/api/v1/namespaces/b/endpoints/a'],
  ['gateway.networking.k8s.io/v1', 'GatewayClass', '/apis/gateway.networking.k8s.io/v1/gatewayclasses/a'],
  ['gateway.networking.k8s.io/v1', 'Gateway', '/apis/gateway.networking.k8s.io/v1/namespaces/b/gateways/a'],
  ['sluice.dev/v1alpha1', 'SluiceProxy', '/apis/sluice.dev/v1alpha1/namespaces/b/sluiceproxies/a'],
  ['networking.k8s.io/v1', 'NetworkPolicy', '/apis/networking.k8s.io/v1/namespaces/b/networkpolicies/a'],
];

for (const [apiVersion, kind, path] of PATHS) {
  test(`a ${kind} is at ${path}`, () => {
    assert.equal(pathOf({ apiVersion, kind, metadata: { name: 'a', namespace: 'b' } }), path);
  });
}

test('what a load lost is told by kind and time', () => {
  const failure = (at: number, status: number, error?: string): Failure => ({ at, status, error, fresh: false });
  const result = { sent: 9, byBackend: new Map(), slowest: 1 };
  assert.equal(lossOf({ ...result, failed: [] }), '0 of 9');
  const failed = [failure(5, 503), failure(7, 0, 'reset'), failure(8, 0, 'reset')];
  assert.equal(lossOf({ ...result, failed }), '3 of 9 (2 × reset, 1 × 503; at 5–8 ms)');
});

test('figures of two implementations stand side by side, with their ratio', () => {
  const row = (number: number) => ({ part: 'a', figure: 'b', value: `${number} ms`, number, bound: '≤ 3 ms' });
  const first = { name: 'one', rows: [{ ...row(5), miss: true }] };
  assert.match(
    figuresTable([first, { name: 'two', rows: [row(20)] }]),
    /\| 5 ms +\| MISS ≤ 3 ms \| 20 ms \| 0\.25 +\|/,
  );
  assert.match(figuresTable([first]), /\| 5 ms \| MISS ≤ 3 ms \|$/);
});

test('bench:cluster: a peer is measured by what it can do', () => {
  assert.deepEqual(parseFlags(['--only', 'scale,churn']).peerParts, ['churn']);
  assert.throws(() => parseFlags(['--only', 'speed']), /'speed' is none of attached, /);
  assert.throws(() => parseFlags(['--size', '0']), /--size: '0'/);
  assert.throws(() => parseFlags(['--peer', 'x']), /not envoy-gateway/);
});

test('images: tags that stand for other checkouts come before our own', () => {
  const [old, own] = imageRules('/built', { old: '/elsewhere' });
  assert.deepEqual(old, { match: '*sluice/sluice:old', entrypoint: ['/elsewhere/bin/sluice'] });
  assert.equal(own?.match, '*sluice/sluice:*');
  assert.equal(closedToPods('/'), undefined);
  assert.match(closedToPods('/tmp/checkout') ?? '', /^a checkout outside \/tmp/);
});

test('install: words are quoted for the shell', () => {
  assert.match(
    installCommand(['--set', "controllerName=it's"], '/c'),
    /'\/c\/bin\/sluice' 'install' '--print' '--set' 'controllerName=it'\\''s' >/,
  );
});

const OBJECT = {
  status: {
    conditions: [
      { type: 'A', status: 'True' },
      { type: 'B', status: 'False' },
    ],
    count: 2,
  },
};

/** What an object must have, and what it lacks. */
const WANTED: readonly (readonly [wanted: unknown, lacks: RegExp | undefined])[] = [
  [{ status: { count: 2 } }, undefined],
  [{ status: { conditions: [{ type: 'B', status: 'False' }] } }, undefined],
  [{ status: { conditions: [{ type: 'B', status: '/^F/' }] } }, undefined],
  [{ status: { conditions: [{ type: 'B', status: 'True' }] } }, /^\.status\.conditions: no \{"type":"B"/],
  [{ status: { count: '/^3/' } }, /^\.status\.count: 2$/],
  [{ metadata: { name: 'x' } }, /^\.metadata: nothing$/],
];

for (const [wanted, lacks] of WANTED) {
  test(`cases: an object ${lacks ? 'lacks' : 'has'} ${JSON.stringify(wanted)}`, () => {
    const told = lack(OBJECT, wanted);
    if (lacks) assert.match(told ?? '', lacks);
    else assert.equal(told, undefined);
  });
}

test('cases: every case can be read, and what nobody understands is refused', () => {
  const values = { CLASS: 'c', CONTROLLER: 'x.example/y', SYSTEM: 's', AUTHORITY: 'YQ==' };
  const folder = path.join(import.meta.dirname, '..', 'conformance', 'cases');
  for (const name of caseNames()) {
    const { steps, objects } = readCase(path.join(folder, name), values);
    assert.ok(steps.length > 0 && objects.length > 0, name);
    assert.doesNotMatch(JSON.stringify([steps, objects]), /\$[A-Z]/, name);
  }
  assert.throws(() => readSteps([{ that: 'a', objct: {} }]), /step 1 has objct,that/);
  assert.throws(() => readSteps([]), /list of steps/);
});
