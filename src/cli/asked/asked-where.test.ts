import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFlags } from '../flags/flags.ts';
import { ASKED_FLAGS, askedWhere } from './asked-where.ts';

const SET = 'http://127.0.0.1:9000';

const TABLE: readonly (readonly [line: string, env: string, asked: string | RegExp])[] = [
  ['k8s', '', 'model'],
  ['k8s', SET, 'model'],
  ['--kube', SET, 'model'],
  ['', SET, SET],
  ['--admin localhost:9001', SET, 'http://localhost:9001'],
  ['', '', /needs at least one PATH: .* or --admin for a gateway that runs$/],
  ['', 'nonsense://x', /^SLUICE_ADMIN=nonsense:/],
  ['--context a', '', /^--context goes with --kube$/],
  ['--kube k8s', '', /leave out k8s$/],
  ['--admin localhost:9001 k8s', '', /^--admin asks a gateway that runs: leave out k8s$/],
  ['--admin localhost:9001 --kube', '', /leave out --kube$/],
  ['--admin localhost:9001 --kubeconfig a', '', /leave out --kubeconfig$/],
];

for (const [line, env, expected] of TABLE) {
  test(`${line || 'nothing'}${env === '' ? '' : `, SLUICE_ADMIN=${env}`}`, () => {
    const parsed = parseFlags(ASKED_FLAGS, line === '' ? [] : line.split(' '));
    assert.ok(parsed.kind === 'flags');
    const asked = askedWhere(parsed.values, parsed.operands, { SLUICE_ADMIN: env });
    if (typeof expected !== 'string') return assert.match(asked.kind === 'refused' ? asked.refused : '', expected);
    return assert.equal(asked.kind === 'admin' ? asked.address : asked.kind, expected);
  });
}
