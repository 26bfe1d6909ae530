import assert from 'node:assert/strict';
import { test } from 'node:test';
import type tls from 'node:tls';
import fc from 'fast-check';
import { helloOf } from '../../../test/tls/hello-of.ts';
import { type ClientHello, type HelloRead, MAX_HELLO_BYTES, readClientHello } from './client-hello.ts';

const HTTP = { serverName: 'shop.example', h2: true, http11: true, alpn: true };
const HELLOS: readonly (readonly [name: string, options: tls.ConnectionOptions, read: ClientHello])[] = [
  ['TLS 1.3', { servername: 'shop.example', ALPNProtocols: ['h2', 'http/1.1'] }, HTTP],
  ['TLS 1.2', { servername: 'Shop.Example', ALPNProtocols: ['http/1.1', 'h2'], maxVersion: 'TLSv1.2' }, HTTP],
  ['no name', { ALPNProtocols: ['x', 'http/1.1'] }, { serverName: '', h2: false, http11: true, alpn: true }],
  ['no ALPN', { servername: 'a' }, { serverName: 'a', h2: false, http11: false, alpn: false }],
  [
    'post-quantum',
    { servername: 'a.b', ecdhCurve: 'X25519MLKEM768' },
    { serverName: 'a.b', h2: false, http11: false, alpn: false },
  ],
];

/** The same handshake message in records of these lengths, over and over. */
function inRecords(hello: Buffer, lengths: readonly number[]): Buffer {
  const message = hello.subarray(5);
  const records: Buffer[] = [];
  for (let at = 0, turn = 0; at < message.length; turn++) {
    const part = message.subarray(at, at + lengths[turn % lengths.length]!);
    records.push(Buffer.from([22, 3, 1, part.length >> 8, part.length & 255]), part);
    at += part.length;
  }
  return Buffer.concat(records);
}

/** Reads as a connection does: again, when as much is there as was asked for. */
function readIn(bytes: Buffer, ends: readonly number[]): HelloRead {
  let wanted = 0;
  let found: HelloRead = { kind: 'needs', bytes: 1 };
  for (const end of [...ends, bytes.length]) {
    if (end < wanted) continue;
    // In front of it and behind it lies what is none of its business.
    found = readClientHello(
      Buffer.concat([Buffer.from('x'), bytes.subarray(0, end), Buffer.alloc(9, 0xff)]),
      1,
      end + 1,
    );
    if (found.kind !== 'needs') return found;
    assert.ok(found.bytes > end, `${found.bytes} wanted where ${end} are here`);
    wanted = found.bytes;
  }
  return found;
}

for (const [name, options, hello] of HELLOS) {
  test(`a hello of ${name} is read, cut anywhere`, async () => {
    const bytes = await helloOf(options);
    for (let cut = 1; cut < bytes.length; cut++) assert.deepEqual(readIn(bytes, [cut]), { kind: 'hello', hello });
    const each = Array.from(bytes, (_, at) => at + 1);
    assert.deepEqual(readIn(bytes, each), { kind: 'hello', hello });
    assert.equal(readClientHello(bytes, 0, bytes.length - 1).kind, 'needs');
    const lengths = fc.array(fc.integer({ min: bytes.length >> 5, max: 600 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(lengths, fc.array(fc.nat(3_000)), (records, ends) => {
        const cut = inRecords(bytes, records);
        const sorted = ends.filter(end => end > 0 && end < cut.length).sort((a, b) => a - b);
        assert.deepEqual(readIn(cut, sorted), { kind: 'hello', hello });
      }),
      { numRuns: 200 },
    );
  });
}

test('junk never throws, and whatever is changed in a hello never makes it read beyond', async () => {
  const bytes = await helloOf({ servername: 'shop.example', ALPNProtocols: ['h2'] });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), junk => {
      assert.notEqual(readClientHello(junk, 0, junk.length).kind, 'hello');
    }),
  );
  const change = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(change, changes => {
      const copy = Buffer.from(bytes);
      for (const [at, value] of changes) copy[at] = value;
      const found = readClientHello(copy, 0, copy.length);
      if (found.kind === 'hello') assert.match(found.hello.serverName, /^[a-z0-9._-]*$/);
    }),
    { numRuns: 2_000 },
  );
});

/** A hello with this name, as bytes. */
function named(name: Buffer, type = 0): Buffer {
  const entry = Buffer.concat([Buffer.from([type, name.length >> 8, name.length & 255]), name]);
  const list = Buffer.concat([Buffer.from([entry.length >> 8, entry.length & 255]), entry]);
  return hello(Buffer.concat([Buffer.from([0, 0, list.length >> 8, list.length & 255]), list]));
}

function hello(extensions: Buffer): Buffer {
  const body = Buffer.concat([
    Buffer.from([3, 3]),
    Buffer.alloc(32),
    Buffer.from([0, 0, 2, 0x13, 1, 1, 0, extensions.length >> 8, extensions.length & 255]),
    extensions,
  ]);
  return record(Buffer.concat([Buffer.from([1, 0, body.length >> 8, body.length & 255]), body]));
}

function record(content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([22, 3, 1, content.length >> 8, content.length & 255]), content]);
}

const text = (length: number) => Buffer.alloc(length, 'a');
for (const [what, bytes, fault] of [
  ['of 254 characters', named(text(254)), 'server-name'],
  ['of 255 characters', named(text(255)), 'server-name'],
  ['of 300 characters', named(text(300)), 'server-name'],
  ['that is binary', named(Buffer.from('a\0b')), 'server-name'],
  ['that is not ASCII', named(Buffer.from('caf\u00e9')), 'server-name'],
  ['with a space', named(Buffer.from('a b')), 'server-name'],
  ['of nothing', named(Buffer.alloc(0)), 'server-name'],
  ['of a dot', named(Buffer.from('.')), 'server-name'],
  ['of another type', named(text(3), 1), 'malformed'],
  ['given twice', hello(Buffer.concat([named(text(1)).subarray(52), named(text(1)).subarray(52)])), 'malformed'],
] as const) {
  test(`a server name ${what} is refused`, () => {
    assert.deepEqual(readClientHello(bytes, 0, bytes.length), { kind: 'fault', fault });
  });
}

test('a server name may have 253 characters, and a dot behind them', () => {
  for (const name of [text(253), Buffer.concat([text(253), Buffer.from('.')])]) {
    const bytes = named(name);
    const found = readClientHello(bytes, 0, bytes.length);
    assert.equal(found.kind === 'hello' && found.hello.serverName, 'a'.repeat(253));
  }
});

for (const [what, bytes, fault] of [
  ['HTTP', Buffer.from('GET / HTTP/1.1\r\n'), 'not-tls'],
  ['SSL 2', Buffer.from('802e0100020015000000100100', 'hex'), 'not-tls'],
  ['an alert', Buffer.from('15030300020228', 'hex'), 'not-tls'],
  ['another version', Buffer.from('1602000005', 'hex'), 'not-tls'],
  ['a ServerHello', Buffer.from('160303000402000000', 'hex'), 'malformed'],
  ['an empty record', Buffer.from('1603030000', 'hex'), 'malformed'],
  ['a record of 16,385 bytes', Buffer.from('1603034001', 'hex'), 'malformed'],
  ['a hello of 16 MiB', Buffer.from('1603034000' + '01ffffff', 'hex'), 'too-large'],
  ['records of one byte', inRecords(record(Buffer.concat([Buffer.from([1, 0, 9, 0]), text(2_304)])), [1]), 'too-large'],
] as const) {
  test(`${what} is refused as ${fault}, as soon as it is seen`, () => {
    assert.deepEqual(readClientHello(bytes, 0, bytes.length), { kind: 'fault', fault });
  });
}

test('never more is asked for than a hello may have', () => {
  const large = Buffer.concat([Buffer.from('1603034000', 'hex'), Buffer.from([1, 0, 0xff, 0xfc])]);
  const found = readClientHello(large, 0, large.length);
  assert.ok(found.kind === 'needs' && found.bytes <= MAX_HELLO_BYTES + 5);
});
