import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getOperands } from './get-operands.ts';

const FILES = ['k8s', 'web', 'gateway'];

const TABLE: readonly (readonly [line: string, kinds: string, name: string | undefined, paths: readonly string[]])[] = [
  ['k8s', 'told', undefined, ['k8s']],
  ['./gateway', 'told', undefined, ['./gateway']],
  ['new.yaml', 'told', undefined, ['new.yaml']],
  ['-', 'told', undefined, ['-']],
  ['gateway', 'Gateway', undefined, []],
  ['gateway k8s', 'Gateway', undefined, ['k8s']],
  ['GATEWAYS cart k8s', 'Gateway', 'cart', ['k8s']],
  ['gateways web k8s', 'Gateway', undefined, ['web', 'k8s']],
  ['gateways/web k8s', 'Gateway', 'web', ['k8s']],
  ['gateways ../a k8s', 'Gateway', undefined, ['../a', 'k8s']],
  ['gateways cart.json', 'Gateway', undefined, ['cart.json']],
  ['svc,gtw,service cart', 'Service Gateway', 'cart', []],
  ['httproutes.gateway.networking.k8s.io cart', 'HTTPRoute', 'cart', []],
  ['eps', 'EndpointSlice', undefined, []],
];

for (const [line, expected, name, paths] of TABLE) {
  test(`get ${line}`, () => {
    const read = getOperands(line.split(' '), word => FILES.includes(word));
    assert.ok('kinds' in read);
    const kinds = read.kinds.map(({ kind }) => kind).join(' ');
    if (expected === 'told') assert.match(kinds, /^GatewayClass Gateway .*HTTPRoute/);
    else assert.equal(kinds, expected);
    assert.deepEqual([read.name, read.paths], [name, paths]);
  });
}

test('without any word: kinds that have states; all: every kind', () => {
  const told = getOperands([]);
  const all = getOperands(['all']);
  assert.ok('kinds' in told && 'kinds' in all);
  assert.ok(!told.kinds.some(({ kind }) => kind === 'Service'));
  assert.ok(all.kinds.some(({ kind }) => kind === 'Service'));
  assert.deepEqual(told.paths, []);
});

const REFUSED: readonly (readonly [line: string, refused: RegExp, word: string | undefined])[] = [
  ['gatway k8s', /^gatway is neither a kind nor a file$/, 'gatway'],
  ['svc,Gatway', /^Gatway is neither/, 'gatway'],
  ['svc,', /neither a kind/, ''],
  ['svc/', /^svc\/ names no object$/, undefined],
  ['toString', /neither/, 'tostring'],
];

for (const [line, refused, word] of REFUSED) {
  test(`refused: get ${line}`, () => {
    const read = getOperands(line.split(' '), word => FILES.includes(word));
    assert.ok('refused' in read);
    assert.match(read.refused, refused);
    assert.equal(read.unknown?.word, word);
  });
}
