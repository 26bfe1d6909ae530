import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import { addressRange } from './address-range.ts';

const { shape } = addressRange;
assert.ok(shape.kind === 'text' && shape.pattern && shape.maxLength);
const { pattern, maxLength } = shape;

const GROUPS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(length => Array.from({ length }, (_, i) => `${i}aF`).join(':'));
const ADDRESSES = [
  ...[
    '0.0.0.0',
    '10.1.20.255',
    '199.249.250.99',
    '256.0.0.1',
    '10.0.0',
    '10.0.0.0.0',
    '01.0.0.0',
    '300.1.1.1',
    '10.0.0.',
  ],
  ...GROUPS,
  ...GROUPS.flatMap(before => GROUPS.map(after => `${before}::${after}`)),
  ...['::1::', ':::', ':1', '1:', ':1:2:3:4:5:6:7', '12345::', 'g::', 'fe80::/', 'localhost', ''],
];

test('a range of addresses has an address that is one', () => {
  for (const address of ADDRESSES) assert.equal(pattern.test(`${address}/8`), isIP(address) !== 0, address);
});

test('the length of a range is within that of its address', () => {
  const lengths = (address: string) =>
    Array.from({ length: 1000 }, (_, i) => i).filter(length => pattern.test(`${address}/${length}`)).length;
  assert.deepEqual(['10.0.0.0', 'fd00::'].map(lengths), [33, 129]);
  for (const none of [
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/08',
    '10.0.0.0/-1',
    ' 10.0.0.0/8',
    '10.0.0.0/8,::/0',
    'fe80::1%eth0/8',
    '::ffff:10.0.0.0/104',
    '::/00',
  ])
    assert.ok(!pattern.test(none), none);
});

test('the longest range is no longer than one may be', () => {
  assert.equal(`${Array(8).fill('ffff').join(':')}/128`.length, maxLength);
});
