import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adminAddress, adminFlag } from './admin-address.ts';

const ADDRESSES: readonly (readonly [given: string, address: string | undefined])[] = [
  ['127.0.0.1:9000', 'http://127.0.0.1:9000'],
  ['http://127.0.0.1:9000', 'http://127.0.0.1:9000'],
  ['HTTP://Host.example:9000/', 'http://host.example:9000'],
  ['[::1]:9000', 'http://[::1]:9000'],
  ['localhost', 'http://localhost'],
  ['https://a:1', undefined],
  ['a:1/status', undefined],
  ['user@a:1', undefined],
  ['a:1?x', undefined],
  ['a b:1', undefined],
  ['a:99999', undefined],
  ['', undefined],
];

for (const [given, address] of ADDRESSES) {
  test(`'${given}' as an admin address: ${address}`, () => {
    const read = adminFlag.read(given, undefined);
    if (address === undefined) assert.match('refused' in read ? read.refused : '', /^must be HOST:PORT/);
    else assert.deepEqual(read, { value: address });
  });
}

test('the flag goes before the environment', () => {
  assert.deepEqual(adminAddress('http://a:1', { SLUICE_ADMIN: 'b:2' }), { address: 'http://a:1' });
  assert.deepEqual(adminAddress(undefined, { SLUICE_ADMIN: 'b:2' }), { address: 'http://b:2' });
  assert.deepEqual(adminAddress(undefined, {}), { address: undefined });
  const refused = adminAddress(undefined, { SLUICE_ADMIN: 'ftp://\u001b' });
  assert.match('refused' in refused ? refused.refused : '', /^SLUICE_ADMIN=ftp:\/\/\\x1b: must be/);
});
