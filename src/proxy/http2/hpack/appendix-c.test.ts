import assert from 'node:assert/strict';
import { test } from 'node:test';
import { latin1 } from '../../http1/chars.ts';
import { Fields } from '../../http1/fields.ts';
import { FieldSection, HpackDecoder, METHOD, PATH, REQUEST, RESPONSE } from './index.ts';
import { AUTHORITY, PSEUDO_COUNT, PSEUDO_NAMES } from './name-traits.ts';

const section = new FieldSection(new Fields(64), 65_536);

/** Everything in a section, pseudo-header fields first. */
function told(): string {
  const pseudo = Array.from({ length: PSEUDO_COUNT }, (_, id) => id)
    .filter(id => section.pseudoStart[id] !== -1)
    .map(id => `${PSEUDO_NAMES[id]}: ${value(id)}\r\n`);
  const lines = latin1(section.bytes, section.fields.start[0]!, section.fields.start[section.fields.count]!);
  return [...pseudo, lines].join('');
}

function value(id: number): string {
  return latin1(section.bytes, section.pseudoStart[id]!, section.pseudoEnd[id]!);
}

/** RFC 7541 appendix C: blocks of one connection, in hexadecimal, and what each says. */
const CASES: readonly {
  readonly name: string;
  readonly role: number;
  readonly tableSize?: number;
  readonly blocks: readonly (readonly [hex: string, text: string])[];
}[] = [
  {
    name: 'C.3: requests without the Huffman code',
    role: REQUEST,
    blocks: [
      [
        '828684410f7777772e6578616d706c652e636f6d',
        ':method: GET\n:scheme: http\n:authority: www.example.com\n:path: /',
      ],
      [
        '828684be58086e6f2d6361636865',
        ':method: GET\n:scheme: http\n:authority: www.example.com\n:path: /\ncache-control: no-cache',
      ],
      [
        '828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565',
        ':method: GET\n:scheme: https\n:authority: www.example.com\n:path: /index.html\ncustom-key: custom-value',
      ],
    ],
  },
  {
    name: 'C.4: requests with the Huffman code',
    role: REQUEST,
    blocks: [
      ['828684418cf1e3c2e5f23a6ba0ab90f4ff', ':method: GET\n:scheme: http\n:authority: www.example.com\n:path: /'],
      [
        '828684be5886a8eb10649cbf',
        ':method: GET\n:scheme: http\n:authority: www.example.com\n:path: /\ncache-control: no-cache',
      ],
      [
        '828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf',
        ':method: GET\n:scheme: https\n:authority: www.example.com\n:path: /index.html\ncustom-key: custom-value',
      ],
    ],
  },
  {
    name: 'C.6: responses with the Huffman code, and entries that have to go',
    role: RESPONSE,
    tableSize: 256,
    blocks: [
      [
        '488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3',
        ':status: 302\ncache-control: private\ndate: Mon, 21 Oct 2013 20:13:21 GMT\nlocation: https://www.example.com',
      ],
      [
        '4883640effc1c0bf',
        ':status: 307\ncache-control: private\ndate: Mon, 21 Oct 2013 20:13:21 GMT\nlocation: https://www.example.com',
      ],
      [
        '88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007',
        ':status: 200\ncache-control: private\ndate: Mon, 21 Oct 2013 20:13:22 GMT\nlocation: https://www.example.com\ncontent-encoding: gzip\nset-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1',
      ],
    ],
  },
];

for (const { name, role, tableSize, blocks } of CASES) {
  test(name, () => {
    const decoder = new HpackDecoder(tableSize);
    for (const [hex, text] of blocks) {
      const bytes = Buffer.from(hex, 'hex');
      assert.equal(decoder.decode(bytes, 0, bytes.length, section, role), true);
      assert.equal(section.fault, '');
      assert.equal(told(), `${text.replaceAll('\n', '\r\n')}\r\n`);
    }
  });
}

test('offsets say where pseudo-header fields and lines are', () => {
  const bytes = Buffer.from('828684418cf1e3c2e5f23a6ba0ab90f4ff5886a8eb10649cbf', 'hex');
  assert.equal(new HpackDecoder().decode(bytes, 0, bytes.length, section, REQUEST), true);
  const { fields } = section;
  assert.deepEqual([value(METHOD), value(PATH), value(AUTHORITY)], ['GET', '/', 'www.example.com']);
  assert.equal(fields.count, 1);
  assert.equal(fields.find(section.bytes, 'cache-control'), 0);
  assert.equal(latin1(section.bytes, fields.valueStart[0]!, fields.valueEnd[0]!), 'no-cache');
  assert.equal(fields.start[1], section.length);
});
