import type { Random } from './random.ts';

/** Parts of messages that requests and responses share; mostly right, and wrong in every way that is known. */

/** `usual`, but for a `share` of cases one of `odd`. */
export function mostly(usual: string, odd: readonly string[], share: number, random: Random): string {
  return random.chance(share) ? random.pick(odd) : usual;
}

export function lineEnd(random: Random): string {
  return mostly('\r\n', ['\n', '\r', '\r\r\n', '\n\r', ' \r\n', '\r\n\r\n', '\r\n '], 0.004, random);
}

const NAMES = ['X-One', 'x-two', 'Accept', 'Cookie', 'X_Three', 'Via', 'Date', 'TE', 'Trailer', 'Keep-Alive'];
const ODD_NAMES = ['', 'X ', 'X\t', ' X', 'X\x00', 'X\xe9', 'X(', 'Content-Length', 'Transfer-Encoding', 'Host'];
const VALUES = [
  '',
  '1',
  'a b',
  'a, b',
  'trailers',
  '"q\\"x"',
  '\xe9\xff',
  'a\tb',
  'x'.repeat(200),
  'Content-Length: 5',
];
const ODD_VALUES = [
  'a\rb',
  'a\nb',
  'a\x00b',
  'a\x7fb',
  'a\r\n b',
  'a\r\n\tTransfer-Encoding: chunked',
  '\x0b1',
  'a\x01',
];

export function line(name: string, value: string, random: Random): string {
  const colon = mostly(': ', [':', ' :', '\t: ', ':\t', ':  \t', ':\x0b', ': \r\n ', '::'], 0.02, random);
  return name + colon + value + mostly('', [' ', '\t ', '  '], 0.05, random) + lineEnd(random);
}

export function ordinaryLine(random: Random): string {
  const name = mostly(random.pick(NAMES), ODD_NAMES, 0.01, random);
  return line(name, mostly(random.pick(VALUES), ODD_VALUES, 0.01, random), random);
}

const ODD_NUMBERS = [
  '+5',
  '-1',
  '0x5',
  '5 5',
  '5, 5',
  '5,6',
  '',
  '5a',
  '05',
  '00000000000000000005',
  '5.0',
  '"5"',
  '5e0',
];
const HUGE = [
  '4294967296',
  '4294967301',
  '9007199254740992',
  '18446744073709551616',
  '18446744073709551621',
  '9'.repeat(30),
];

export function lengthLine(length: number, random: Random): string {
  const odd = random.chance(0.5)
    ? ODD_NUMBERS
    : random.chance(0.5)
      ? HUGE
      : [`${length + 1}`, `${length - 1}`, `0${length}`];
  const name = mostly(
    'Content-Length',
    ['content-length', 'CONTENT-LENGTH', 'Content_Length', 'Content-Length '],
    0.1,
    random,
  );
  return line(name, mostly(`${length}`, odd, 0.05, random), random);
}

const ODD_CODINGS = [
  'Chunked',
  'CHUNKED',
  'chunked, chunked',
  'chunked, identity',
  'identity, chunked',
  'identity',
  'gzip, chunked',
  'gzip',
  'xchunked',
  'chunkedx',
  'chunked;q=1',
  '"chunked"',
  ',chunked',
  'chunked,',
  ' , chunked',
  '',
  '\x0bchunked',
  'chunked\x00',
  'chun\xe7ed',
  'chunked\r\n , identity',
];

export function codingLine(random: Random): string {
  const name = mostly(
    'Transfer-Encoding',
    ['transfer-encoding', 'TRANSFER-ENCODING', 'Transfer_Encoding'],
    0.1,
    random,
  );
  return line(name, mostly('chunked', ODD_CODINGS, 0.06, random), random);
}

const OPTIONS = [
  'close',
  'keep-alive',
  'Close',
  'upgrade',
  'X-One',
  'Content-Length',
  'transfer-encoding',
  'host',
  'TE',
  '',
];

export function connectionLine(random: Random): string {
  const options = Array.from({ length: 1 + random.below(3) }, () => random.pick(OPTIONS));
  const value = mostly(
    options.join(random.pick([', ', ',', ' ,\t'])),
    ['close;x', 'close keep-alive', '"close"', ',,'],
    0.03,
    random,
  );
  return line(random.pick(['Connection', 'connection', 'Proxy-Connection']), value, random);
}

const TEXTS = [
  '',
  'a',
  'hello',
  'GET /attack HTTP/1.1\r\nHost: a.example\r\n\r\n',
  '0\r\n\r\n',
  '\r\n',
  'HTTP/1.1 200 OK\r\n\r\n',
];

export function text(random: Random): string {
  if (random.chance(0.1))
    return String.fromCharCode(...Array.from({ length: random.below(40) }, () => random.below(256)));
  return random.chance(0.02) ? 'x'.repeat(random.below(3_000)) : random.pick(TEXTS);
}

const EXTENSIONS = [';a', ';a=b', ';a="b c"', '; a', ';', ' ;a', ';a=b;c=d', ';\xe9', ';"\\""', ';a = b'];
const ODD_EXTENSIONS = [';\n', ';\r', ';a\nb', ';a\rb', ';a\x00', ' ', '\t', '\r', '\n', 'x', ';"a\r\nb"', ';a\x0b'];

function sizeOf(data: string, random: Random): string {
  const hex = data.length.toString(16);
  const sizes = [hex.toUpperCase(), `0${hex}`, `0000000000${hex}`];
  const odd = [
    `0x${hex}`,
    `+${hex}`,
    `-${hex}`,
    ` ${hex}`,
    `${hex} `,
    `${hex}_`,
    `1${'0'.repeat(16)}${hex}`,
    'G',
    '',
    `${hex}h`,
    `1${hex.padStart(8, '0')}`,
    `1${hex.padStart(16, '0')}`,
    `8${hex.padStart(7, '0')}`,
  ];
  const size = mostly(mostly(hex, sizes, 0.2, random), odd, 0.02, random);
  return size + mostly(mostly('', EXTENSIONS, 0.15, random), ODD_EXTENSIONS, 0.02, random);
}

const TRAILERS = ['X-Sum: 5', 'Content-Length: 5', 'Transfer-Encoding: chunked', 'Host: b.example', 'X: ', 'Date: x'];
const ODD_TRAILERS = ['X', ' X: 1', 'X : 1', 'X: 1\r\n 2', 'X: 1\x00', ': 1', 'GET / HTTP/1.1', 'X\n'];

/** Of a line of the coding, or behind the data. */
function chunkEnd(random: Random): string {
  return mostly('\r\n', ['\n', '\r', '\r\r\n', '\n\n', '\n\r', '', 'XX', '\rX', 'X\n'], 0.02, random);
}

/** A body in chunked coding, with its end. */
export function chunks(random: Random): string {
  let body = '';
  for (let left = random.below(4); left > 0; left--) {
    const data = text(random);
    if (data !== '') body += sizeOf(data, random) + chunkEnd(random) + data + chunkEnd(random);
  }
  body += mostly('0', ['00', '000000', '0;a', '0;a=b', '-0', '0x0', '', '0\x00'], 0.05, random) + lineEnd(random);
  for (let left = random.chance(0.2) ? 1 + random.below(2) : 0; left > 0; left--) {
    body += mostly(random.pick(TRAILERS), ODD_TRAILERS, 0.05, random) + lineEnd(random);
  }
  return body + lineEnd(random);
}
