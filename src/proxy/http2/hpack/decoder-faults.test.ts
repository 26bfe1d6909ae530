import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { latin1 } from '../../http1/chars.ts';
import { Fields } from '../../http1/fields.ts';
import { FieldSection, HpackDecoder, REQUEST, RESPONSE, TRAILERS } from './index.ts';

function literal(name: string, value: string): string {
  const hex = (text: string): string =>
    Buffer.from([text.length]).toString('hex') + Buffer.from(text, 'latin1').toString('hex');
  return `00${hex(name)}${hex(value)}`;
}

/** `GET http://a/` */
const HEAD = `828684${literal(':authority', 'a')}`;

function decode(hex: string, role: number, decoder = new HpackDecoder(), maxSize = 65_536): FieldSection | undefined {
  const section = new FieldSection(new Fields(8), maxSize);
  const bytes = Buffer.from(hex, 'hex');
  return decoder.decode(bytes, 0, bytes.length, section, role) ? section : undefined;
}

test('what can not be decoded ends the connection', () => {
  const blocks: Readonly<Record<string, string>> = {
    'index 0': '80',
    'an index behind both tables': 'be',
    'the name of an index behind both tables': '7f0061',
    'a number that does not end': 'ff80808080',
    'a number that is too large': 'ffffffffff7f',
    'a block that ends in a number': 'ff',
    'a string longer than the block': '000561',
    'a value that is not there': '000161',
    'a Huffman code that is none': '000161 84ffffffff'.replace(' ', ''),
    'a size of the table behind a field': '823f00',
    'a size of the table beyond ours': '3fe2 1f'.replace(' ', ''),
  };
  for (const [what, hex] of Object.entries(blocks)) assert.equal(decode(hex, REQUEST), undefined, what);
});

test('a smaller table has to be told of in the next block', () => {
  const decoder = new HpackDecoder();
  decoder.acknowledge(64);
  assert.equal(decode(HEAD, REQUEST, decoder), undefined);
  const other = new HpackDecoder();
  other.acknowledge(64);
  assert.notEqual(decode(`3f21${HEAD}`, REQUEST, other), undefined);
});

test('what HTTP does not allow makes the message malformed, and leaves the tables in order', () => {
  const cases: readonly (readonly [what: string, hex: string, role: number])[] = [
    ['upper case', HEAD + literal('Name', 'a'), REQUEST],
    ['a space in a name', HEAD + literal('na me', 'a'), REQUEST],
    ['an empty name', HEAD + literal('', 'a'), REQUEST],
    ['a line end in a value', HEAD + literal('a', 'a\r\nb: c'), REQUEST],
    ['NUL in a value', HEAD + literal('a', 'a\0'), REQUEST],
    ['a space before a value', HEAD + literal('a', ' a'), REQUEST],
    ['a tab behind a value', HEAD + literal('a', 'a\t'), REQUEST],
    ['connection', HEAD + literal('connection', 'close'), REQUEST],
    ['transfer-encoding', HEAD + literal('transfer-encoding', 'chunked'), REQUEST],
    ['upgrade', HEAD + literal('upgrade', 'websocket'), REQUEST],
    ['keep-alive', HEAD + literal('keep-alive', '1'), REQUEST],
    ['proxy-connection', HEAD + literal('proxy-connection', 'close'), REQUEST],
    ['te', HEAD + literal('te', 'gzip'), REQUEST],
    ['a pseudo-header field behind others', literal('a', 'b') + HEAD, REQUEST],
    ['one that nobody knows', HEAD + literal(':what', 'a'), REQUEST],
    ['one of answers', `${HEAD}88`, REQUEST],
    ['one twice', `${HEAD}82`, REQUEST],
    ['no method', `8684${literal(':authority', 'a')}`, REQUEST],
    ['no scheme', `8284${literal(':authority', 'a')}`, REQUEST],
    ['no path', `8286${literal(':authority', 'a')}`, REQUEST],
    ['an empty path', `8286${literal(':path', '')}${literal(':authority', 'a')}`, REQUEST],
    ['a path without a slash', `8286${literal(':path', 'a')}`, REQUEST],
    ['a space in the path', `8286${literal(':path', '/a b')}`, REQUEST],
    ['* for GET', `8286${literal(':path', '*')}`, REQUEST],
    ['a line end in the method', `8684${literal(':method', 'GET /x\r\n')}`, REQUEST],
    ['an empty authority', `828684${literal(':authority', '')}`, REQUEST],
    [
      'CONNECT with a path',
      literal(':method', 'CONNECT') + literal(':path', '/') + literal(':authority', 'a'),
      REQUEST,
    ],
    ['CONNECT without authority', literal(':method', 'CONNECT'), REQUEST],
    [':protocol without CONNECT', HEAD + literal(':protocol', 'websocket'), REQUEST],
    ['no status', literal('a', 'b'), RESPONSE],
    ['a status of two digits', literal(':status', '20'), RESPONSE],
    ['a status that is no number', literal(':status', '2x0'), RESPONSE],
    ['101', literal(':status', '101'), RESPONSE],
    ['a method in an answer', '8882', RESPONSE],
    ['a status in trailers', '88', TRAILERS],
  ];
  for (const [what, hex, role] of cases) {
    const section = decode(hex, role);
    assert.notEqual(section, undefined, what);
    assert.notEqual(section?.fault, '', what);
  }
});

test('what HTTP allows is taken', () => {
  const cases: readonly (readonly [hex: string, role: number])[] = [
    [HEAD, REQUEST],
    [HEAD + literal('te', 'trailers'), REQUEST],
    [`86${literal(':method', 'OPTIONS')}${literal(':path', '*')}`, REQUEST],
    [literal(':method', 'CONNECT') + literal(':authority', 'a:1'), REQUEST],
    [`${HEAD.replace('82', literal(':method', 'CONNECT'))}${literal(':protocol', 'websocket')}`, REQUEST],
    [HEAD + literal('a', ''), REQUEST],
    ['88', RESPONSE],
    ['', TRAILERS],
  ];
  for (const [hex, role] of cases) assert.equal(decode(hex, role)?.fault, '', hex);
});

test('a bad value that the table keeps is bad whenever it comes', () => {
  const decoder = new HpackDecoder();
  const section = decode(`${HEAD}4001610162 4001630161`.replace(' ', ''), REQUEST, decoder);
  assert.equal(section?.fault, '');
  assert.notEqual(decode(`${HEAD}40016402 0a61`.replace(' ', ''), REQUEST, decoder)?.fault, '');
  assert.notEqual(decode(`${HEAD}be`, REQUEST, decoder)?.fault, '');
  assert.equal(decode(`${HEAD}bf`, REQUEST, decoder)?.fault, '');
  assert.equal(decode(`${HEAD}7e0162`, REQUEST, decoder)?.fault, '', 'its name is not');
});

test('crumbs of a cookie become one line', () => {
  const section = decode(`${HEAD}${['a=1', 'b=2', 'c=3'].map(crumb => literal('cookie', crumb)).join('')}`, REQUEST)!;
  const { fields, bytes } = section;
  assert.equal(fields.count, 1);
  assert.equal(latin1(bytes, fields.start[0]!, fields.start[1]!), 'cookie: a=1; b=2; c=3\r\n');
  assert.equal(latin1(bytes, fields.valueStart[0]!, fields.valueEnd[0]!), 'a=1; b=2; c=3');
  assert.equal(fields.find(bytes, 'cookie'), 0);
});

test('what is too much is dropped, and the tables stay in order', () => {
  const decoder = new HpackDecoder();
  const kept = '40016101621'.slice(0, 10);
  const large = decode(`${HEAD}${literal('x', 'y'.repeat(100))}${kept}`, REQUEST, decoder, 250);
  assert.equal(large?.tooLarge, true);
  const next = decode(`${HEAD}be`, REQUEST, decoder);
  assert.equal(latin1(next!.bytes, next!.fields.start[0]!, next!.length), 'a: b\r\n');
  assert.equal(decode(`${HEAD}${literal('x', 'y').repeat(9)}`, REQUEST)?.tooLarge, true, 'too many fields');
});

test('a small block can not come to much', () => {
  const decoder = new HpackDecoder();
  const long = 'y'.repeat(4_000);
  const bytes = Buffer.concat([
    Buffer.from('4001617fa11e', 'hex'),
    Buffer.from(long, 'latin1'),
    Buffer.alloc(100_000, 0xbe),
  ]);
  const section = new FieldSection(new Fields(1_000), 65_536);
  assert.equal(decoder.decode(bytes, 0, bytes.length, section, TRAILERS), true);
  assert.equal(section.tooLarge, true);
  assert.ok(section.bytes.length < 200_000);
});

test('no bytes make it throw', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc
      .constantFrom('82', '4001610162', 'be', 'bf', '3fe11f', '20', '0001610162', '418cf1e3c2e5f23a6ba0ab90f4ff')
      .map(hex => Uint8Array.from(Buffer.from(hex, 'hex'))),
  );
  fc.assert(
    fc.property(fc.array(fc.array(piece, { maxLength: 6 }), { maxLength: 6 }), fc.nat(2), (blocks, role) => {
      const decoder = new HpackDecoder();
      const section = new FieldSection(new Fields(8), 300);
      for (const block of blocks) {
        const bytes = Buffer.concat(block);
        if (!decoder.decode(bytes, 0, bytes.length, section, role)) return;
        assert.ok(section.length <= section.bytes.length);
      }
    }),
    { numRuns: 2_000 },
  );
});
