import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { latin1 } from '../../http1/chars.ts';
import { Fields } from '../../http1/fields.ts';
import { MessageWriter } from '../../http1/message-writer.ts';
import { NAME_COUNT } from '../../http1/names.ts';
import { huffmanDecode, huffmanEncode, huffmanLength, mostDecoded } from './huffman.ts';
import { FieldSection, HpackDecoder, HpackEncoder, TRAILERS } from './index.ts';

const NONE = new Uint8Array(NAME_COUNT);
/** Few names and values, so that lines come again; in any case, for only the encoder's side knows cases. */
const field = fc.tuple(
  fc.constantFrom('X-Request-Id', 'server', 'Date', 'content-type', 'x-a', 'x-B', 'Authorization', 'grpc-status'),
  fc.oneof(
    fc.constantFrom('', '0', 'nginx', 'application/grpc', 'Sat, 21 Nov 2026 10:00:00 GMT', '\u00ff\u00e4~|{}'),
    fc.stringMatching(/^[!-~]{0,40}$/),
    fc.stringMatching(/^[!-~]{300,600}$/),
  ),
);
const sizes = fc.option(fc.constantFrom(0, 64, 200, 4096, 65_536), { nil: undefined, freq: 5 });
const blocks = fc.array(fc.tuple(fc.array(field, { maxLength: 8 }), sizes), { minLength: 1, maxLength: 30 });

test('what is encoded is decoded to the same lines, block after block, with tables of any size', () => {
  fc.assert(
    fc.property(blocks, fc.boolean(), (all, compact) => {
      const encoder = new HpackEncoder(compact);
      const decoder = new HpackDecoder(65_536);
      const section = new FieldSection(new Fields(64), 1_000_000);
      const fields = new Fields(64);
      const out = new MessageWriter(64);
      for (const [list, size] of all) {
        if (size !== undefined) {
          encoder.allow(size);
          decoder.acknowledge(size);
        }
        const bytes = Buffer.from(`${list.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`, 'latin1');
        assert.ok(fields.parse(bytes, 0, bytes.length) > 0);
        out.clear();
        encoder.begin(out);
        encoder.fields(out, bytes, fields, NONE);
        assert.equal(decoder.decode(out.bytes, 0, out.length, section, TRAILERS), true);
        assert.equal(section.fault, '');
        const expected = list.map(([name, value]) => `${name.toLowerCase()}: ${value}\r\n`).join('');
        assert.equal(latin1(section.bytes, 0, section.length), expected);
        assert.deepEqual([...section.fields.hash.slice(0, list.length)], [...fields.hash.slice(0, list.length)]);
        assert.deepEqual([...section.fields.known.slice(0, list.length)], [...fields.known.slice(0, list.length)]);
      }
    }),
    { numRuns: 300 },
  );
});

test('lines that come again take one byte', () => {
  const encoder = new HpackEncoder();
  const out = new MessageWriter(64);
  const bytes = Buffer.from('server: a-very-common-one\r\nx-own: always the same\r\n\r\n', 'latin1');
  const fields = new Fields(4);
  fields.parse(bytes, 0, bytes.length);
  const lengths = [1, 2, 3].map(() => {
    out.clear();
    encoder.begin(out);
    encoder.fields(out, bytes, fields, NONE);
    return out.length;
  });
  assert.equal(lengths[2], 2);
});

test('no table keeps secrets', () => {
  const encoder = new HpackEncoder();
  const out = new MessageWriter(64);
  const bytes = Buffer.from('authorization: Bearer x\r\ncookie: a=b\r\nset-cookie: a=b\r\n\r\n', 'latin1');
  const fields = new Fields(4);
  fields.parse(bytes, 0, bytes.length);
  for (let i = 0; i < 5; i++) {
    out.clear();
    encoder.begin(out);
    for (let line = 0; line < fields.count; line++) {
      const at = out.length;
      encoder.field(out, bytes, fields, line);
      assert.equal(out.bytes[at]! & 0xf0, 0x10);
    }
  }
});

test('a name that came with the wish never to be kept is sent on with it', () => {
  const encoder = new HpackEncoder();
  const out = new MessageWriter(64);
  const wish = Buffer.from('100b782d6d792d73656372657401 61'.replace(' ', ''), 'hex');
  assert.equal(wish[1], 'x-my-secret'.length);
  assert.equal(new HpackDecoder().decode(wish, 0, wish.length, new FieldSection(new Fields(4), 1_000), TRAILERS), true);
  const bytes = Buffer.from('X-My-Secret: a\r\n\r\n', 'latin1');
  const fields = new Fields(4);
  fields.parse(bytes, 0, bytes.length);
  encoder.begin(out);
  encoder.fields(out, bytes, fields, NONE);
  assert.equal(out.bytes[0], 0x10);
});

test('the Huffman code takes any bytes both ways', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
      const coded = Buffer.alloc(bytes.length * 4 + 8);
      const length = huffmanEncode(bytes, 0, bytes.length, coded, 0);
      assert.equal(length, huffmanLength(bytes, 0, bytes.length));
      const plain = Buffer.alloc(mostDecoded(length));
      const end = huffmanDecode(coded, 0, length, plain, 0);
      assert.deepEqual([...plain.subarray(0, end)], [...bytes]);
    }),
  );
});

test('the Huffman code ends with less than a byte of ones', () => {
  for (const hex of ['f1e3c2e5f23a6ba0ab90f4ffff', 'f1e3c2e5f23a6ba0ab90f400', 'ffffffff', '00', '07ff', 'f8ff'])
    assert.equal(
      huffmanDecode(Buffer.from(hex, 'hex'), 0, hex.length / 2, Buffer.alloc(64), 0),
      -1,
      `${hex} was decoded`,
    );
});
