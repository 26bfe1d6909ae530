import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCidr, Trust } from './trust.ts';

const ROWS: readonly (readonly [cidr: string, trusted: readonly string[], not: readonly string[]])[] = [
  ['10.0.0.0/8', ['10.0.0.1', '10.255.255.255', '::ffff:10.1.2.3'], ['11.0.0.1', '::1', '']],
  ['10.1.2.3/8', ['10.200.0.1'], ['11.1.2.3']],
  ['127.0.0.1', ['127.0.0.1', '::ffff:127.0.0.1', '::FFFF:127.0.0.1'], ['127.0.0.2']],
  ['0.0.0.0/0', ['1.2.3.4', '::ffff:1.2.3.4'], ['::1']],
  ['fd00::/8', ['fd12::1'], ['fe80::1', '10.0.0.1']],
  ['::1', ['::1'], ['::2', '127.0.0.1']],
  ['::/0', ['::1', 'fd00::1'], ['not an address']],
  ['::ffff:10.0.0.0/104', ['10.9.9.9', '::ffff:10.0.0.1'], ['11.0.0.1']],
];
for (const [cidr, trusted, not] of ROWS) {
  test(`${cidr} holds what it should`, () => {
    const trust = new Trust([cidr]);
    for (const address of [...trusted, ...trusted]) assert.equal(trust.isTrusted(address), true, address);
    for (const address of [...not, ...not]) assert.equal(trust.isTrusted(address), false, address);
    for (const address of trusted) assert.equal(trust.isTrusted(address), true, address);
  });
}

test('several ranges add up; none trusts nobody', () => {
  const trust = new Trust(['10.0.0.0/8', 'fd00::/8']);
  assert.ok(trust.isTrusted('10.0.0.1') && trust.isTrusted('fd00::1'));
  assert.ok(!new Trust([]).isTrusted('127.0.0.1'));
});

for (const text of [
  '',
  '10.0.0.0/33',
  '::/129',
  '10.0.0/8',
  'example.com',
  '10.0.0.0/',
  '/8',
  '10.0.0.0/-1',
  'fe80::1%lo',
  '10.0.0.0/8/8',
]) {
  test(`'${text}' is no CIDR`, () => {
    assert.equal(parseCidr(text), undefined);
    assert.ok(!new Trust([text]).isTrusted('10.0.0.1'));
  });
}
