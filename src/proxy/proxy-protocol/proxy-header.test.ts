import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressBytes, addressText } from './address-bytes.ts';
import type { ProxyHeaderRead } from './proxy-header.ts';
import { readProxyHeader } from './read-proxy-header.ts';
import { proxyHeader } from './write-proxy-header.ts';

const SIGNATURE = '0d0a0d0a000d0a515549540a';
const FOUR = 'c0000201c0000209dc0401bb';
const SIX = `20010db8${'00'.repeat(11)}01${'00'.repeat(15)}01dc0401bb`;

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}

function line(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function read(bytes: Uint8Array): ProxyHeaderRead {
  return readProxyHeader(bytes, 0, bytes.length);
}

/** With 4 bytes of the connection behind it. */
const GOOD: readonly (readonly [string, Buffer, string])[] = [
  ['v1 IPv4', line('PROXY TCP4 192.0.2.1 192.0.2.9 56324 443\r\n'), '192.0.2.1 56324 192.0.2.9 443'],
  ['v1 IPv6', line('PROXY TCP6 2001:db8::1 ::1 56324 443\r\n'), '2001:db8::1 56324 ::1 443'],
  ['v1 port 0', line('PROXY TCP4 0.0.0.0 255.255.255.255 0 65535\r\n'), '0.0.0.0 0 255.255.255.255 65535'],
  ['v1 unknown', line('PROXY UNKNOWN\r\n'), ''],
  ['v1 unknown with words', line(`PROXY UNKNOWN ${'f'.repeat(91)}\r\n`), ''],
  ['v2 IPv4', hex(`${SIGNATURE}2111000c${FOUR}`), '192.0.2.1 56324 192.0.2.9 443'],
  ['v2 IPv6', hex(`${SIGNATURE}21210024${SIX}`), '2001:db8::1 56324 ::1 443'],
  ['v2 with TLVs', hex(`${SIGNATURE}21110013${FOUR}04000411223344`), '192.0.2.1 56324 192.0.2.9 443'],
  ['v2 local', hex(`${SIGNATURE}20000000`), ''],
  ['v2 local with addresses', hex(`${SIGNATURE}2011000c${FOUR}`), ''],
  ['v2 local, length of nothing', hex(`${SIGNATURE}20110003aabbcc`), ''],
  ['v2 unspecified', hex(`${SIGNATURE}21000000`), ''],
  ['v2 unspecified with bytes', hex(`${SIGNATURE}21000002aabb`), ''],
  ['v2 datagrams', hex(`${SIGNATURE}2112000c${FOUR}`), ''],
  ['v2 UNIX', hex(`${SIGNATURE}213100d8${'61'.repeat(216)}`), ''],
  ['v2 longest', hex(`${SIGNATURE}21001000${'00'.repeat(4096)}`), ''],
];

for (const [name, header, ends] of GOOD) {
  test(`read: ${name}, cut anywhere`, () => {
    const bytes = Buffer.concat([header, line('GET ')]);
    for (let count = 0; count < header.length; count++) {
      assert.deepEqual(read(bytes.subarray(0, count)), { kind: 'more' }, `of ${count} bytes`);
    }
    const found = readProxyHeader(Buffer.concat([line('xyz'), bytes]), 3, 3 + bytes.length);
    assert.ok(found.kind === 'header');
    assert.equal(found.end, 3 + header.length);
    const { client, destination } = found;
    const said = client && destination && [client.address, client.port, destination.address, destination.port];
    assert.equal((said ?? []).join(' '), ends);
  });
}

const BAD: readonly (readonly [string, Buffer])[] = [
  ['HTTP', line('GET / HTTP/1.1\r\n')],
  ['TLS', hex('160301')],
  ['lower case', line('proxy TCP4')],
  ['another word', line('PROXIES')],
  ['LF alone', line('PROXY TCP4 192.0.2.1 192.0.2.9 56324 443\n')],
  ['no CR LF in 107 bytes', line(`PROXY UNKNOWN ${'f'.repeat(93)}`)],
  ['a name', line('PROXY TCP4 localhost 192.0.2.9 56324 443\r\n')],
  ['the wrong family', line('PROXY TCP4 ::1 ::1 56324 443\r\n')],
  ['mixed families', line('PROXY TCP6 ::1 192.0.2.9 56324 443\r\n')],
  ['a zone', line('PROXY TCP6 fe80::1%eth0 ::1 56324 443\r\n')],
  ['a port too large', line('PROXY TCP4 192.0.2.1 192.0.2.9 65536 443\r\n')],
  ['a leading zero', line('PROXY TCP4 192.0.2.1 192.0.2.9 056 443\r\n')],
  ['too few words', line('PROXY TCP4 192.0.2.1 192.0.2.9 443\r\n')],
  ['too many words', line('PROXY TCP4 192.0.2.1 192.0.2.9 1 443 1\r\n')],
  ['two spaces', line('PROXY  TCP4 192.0.2.1 192.0.2.9 1 443\r\n')],
  ['UDP', line('PROXY UDP4 192.0.2.1 192.0.2.9 1 443\r\n')],
  ['v2: a signature that goes wrong', hex('0d0a0d0a000d0a515549540b')],
  ['v2: version 1', hex(`${SIGNATURE}1111000c${FOUR}`)],
  ['v2: command 2', hex(`${SIGNATURE}2211000c${FOUR}`)],
  ['v2: family 4', hex(`${SIGNATURE}2141000c${FOUR}`)],
  ['v2: transport 3', hex(`${SIGNATURE}2113000c${FOUR}`)],
  ['v2: no room for addresses', hex(`${SIGNATURE}2111000b${FOUR}`)],
  ['v2: no room for IPv6', hex(`${SIGNATURE}2121000c${FOUR}`)],
  ['v2: no room for a path', hex(`${SIGNATURE}213100d7`)],
  ['v2: too long', hex(`${SIGNATURE}21111001`)],
];

for (const [name, bytes] of BAD) {
  test(`refused: ${name}`, () => {
    const found = read(bytes);
    assert.ok(found.kind === 'refused', JSON.stringify(found));
    assert.match(found.why, /PROXY header/);
  });
}

const address = fc.oneof(fc.ipV4(), fc.ipV6());
const end = fc.record({ address, port: fc.integer({ min: 0, max: 65_535 }) });

test('what is written is read, in either version; two families are not known', () => {
  fc.assert(
    fc.property(end, end, fc.constantFrom('v1' as const, 'v2' as const), (client, destination, version) => {
      const header = proxyHeader(version, { client, destination });
      const found = read(header);
      assert.ok(found.kind === 'header');
      assert.equal(found.end, header.length);
      const same = client.address.includes(':') === destination.address.includes(':');
      if (!same) assert.equal(found.client, undefined);
      else assert.deepEqual([plain(found.client), plain(found.destination)], [plain(client), plain(destination)]);
    }),
    { numRuns: 500 },
  );
});

function plain(given: { readonly address: string; readonly port: number } | undefined) {
  return given && { port: given.port, address: addressBytes(given.address).toString('hex') };
}

test('addresses as text and back', () => {
  for (const text of ['::', '::1', '2001:db8::1', '1:2:3:4:5:6:7:8', '1::8', '10.0.0.1']) {
    const bytes = addressBytes(text);
    assert.equal(addressText(bytes, 0, bytes.length), text);
  }
  assert.equal(addressBytes('::ffff:192.0.2.1').toString('hex'), '00000000000000000000ffffc0000201');
});

test('junk is read without harm', () => {
  const begin = fc.constantFrom(Buffer.alloc(0), line('PROXY '), hex(SIGNATURE), hex(`${SIGNATURE}2111`));
  fc.assert(
    fc.property(begin, fc.uint8Array({ maxLength: 300 }), (first, rest) => {
      const bytes = Buffer.concat([first, rest]);
      const found = read(bytes);
      if (found.kind === 'header') assert.ok(found.end <= bytes.length && found.end >= 15);
    }),
    { numRuns: 1_000 },
  );
});

test('who speaks for himself says so', () => {
  for (const version of ['v1', 'v2'] as const) {
    const header = proxyHeader(version, undefined);
    assert.deepEqual(read(header), { kind: 'header', end: header.length });
  }
});
