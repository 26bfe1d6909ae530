import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPublic } from './public-address.ts';

const PUBLIC = [
  '1.1.1.1',
  '93.184.216.34',
  '172.32.0.1',
  '168.63.129.17',
  '100.128.0.1',
  '2606:4700::1111',
  '64:ff9b::101:101',
  '64:ff9b::5db8:d822',
  '2001:4860:4860::8888',
  '::ffff:1.1.1.1',
];
const OTHERS = [
  '',
  'a.example',
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.255',
  '169.254.169.254',
  '168.63.129.16',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:169.254.169.254',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'ff02::1',
  '64:ff9b::7f00:1',
  '64:ff9b::a9fe:a9fe',
  '2002:7f00:1::',
  '64:ff9b::1',
  '64:ff9b::10.0.0.1',
  '64:ff9b:0:0:0:0:7f00:1',
  '2002:a00:1::1',
  '2002:a00::1',
  '2002:7f00:1:1::1',
  '2001:0:7f00:1::',
  '::ffff:7f00:1',
  '::ffff:0:7f00:1',
  'fe80::1%eth0',
  '64:ff9b::a9fe:a9fe%1',
];

test('addresses of the public internet, and others', () => {
  for (const address of PUBLIC) assert.equal(isPublic(address), true, address);
  for (const address of OTHERS) assert.equal(isPublic(address), false, address);
});
