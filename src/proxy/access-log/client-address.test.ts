import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RequestHead } from '../http1/request-head.ts';
import { peerOf } from '../peer.ts';
import { Trust } from '../trust.ts';
import { clientAddress } from './client-address.ts';

const trust = new Trust(['10.0.0.0/8', 'fd00::/8']);

const TABLE: readonly (readonly [peer: string, forwardedFor: readonly string[], client: string])[] = [
  ['192.0.2.1', [], '192.0.2.1'],
  ['192.0.2.1', ['198.51.100.7'], '192.0.2.1'],
  ['10.0.0.1', [], '10.0.0.1'],
  ['10.0.0.1', ['198.51.100.7'], '198.51.100.7'],
  ['10.0.0.1', ['203.0.113.9, 198.51.100.7'], '198.51.100.7'],
  ['10.0.0.1', ['203.0.113.9, 198.51.100.7, 10.1.1.1'], '198.51.100.7'],
  ['10.0.0.1', ['203.0.113.9', '10.1.1.1'], '203.0.113.9'],
  ['10.0.0.1', ['10.9.9.9, 10.1.1.1'], '10.9.9.9'],
  ['fd00::1', ['2001:db8::5'], '2001:db8::5'],
  ['10.0.0.1', ['nonsense'], '10.0.0.1'],
  ['10.0.0.1', ['203.0.113.9, "\\'], '10.0.0.1'],
  ['10.0.0.1', ['203.0.113.9, nonsense, 10.1.1.1'], '10.1.1.1'],
  ['10.0.0.1', [''], '10.0.0.1'],
];

for (const [address, lines, client] of TABLE) {
  test(`from ${address} for ${JSON.stringify(lines)}: ${client}`, () => {
    const head = new RequestHead({ maxHeadBytes: 0, maxTargetBytes: 0, maxHeaders: 20 });
    const fields = lines.map(line => `X-Forwarded-For: ${line}\r\n`).join('');
    const bytes = Buffer.from(`GET / HTTP/1.1\r\nHost: a\r\n${fields}\r\n`);
    assert.ok(head.parse(bytes, 0, bytes.length) > 0);
    assert.equal(clientAddress(head, peerOf(trust, address), trust), client);
  });
}
