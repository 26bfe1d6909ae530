import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { readAnswer } from './message.ts';
import { assertSound, startRig } from './rig.ts';

/**
 * Heads and bodies that two parsers could read differently. Each is answered once, the connection is closed, and the
 * backend gets no whole request out of it: least of all ATTACK, which a lenient reader would take for the next one.
 */
interface Row {
  readonly name: string;
  readonly bytes: string;
  /** 400 unless several are right. */
  readonly status?: readonly number[];
}

const ATTACK = 'GET /attack HTTP/1.1\r\nHost: a.example\r\n\r\n';
const UNKNOWN_CODING = [400, 501];

/** Framing fields before an empty chunked body with ATTACK behind it; also readable as a body of some length. */
function framing(...lines: string[]): string {
  return `POST /first HTTP/1.1\r\nHost: a.example\r\n${lines.join('\r\n')}\r\n\r\n0\r\n\r\n${ATTACK}`;
}

/** A GET with these lines (with their ends) after Host, and ATTACK behind it. */
function lines(raw: string): string {
  return `GET /first HTTP/1.1\r\nHost: a.example\r\n${raw}\r\n${ATTACK}`;
}

/** A request line without its CRLF. */
function requestLine(line: string): string {
  return `${line}\r\nHost: a.example\r\n\r\n${ATTACK}`;
}

function host(...fields: string[]): string {
  return `GET /first HTTP/1.1\r\n${fields.map(field => `${field}\r\n`).join('')}\r\n${ATTACK}`;
}

/** A chunked body, as it stands. */
function body(raw: string): string {
  return `POST /first HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n${raw}${ATTACK}`;
}

const LENGTHS: readonly Row[] = [
  {
    name: 'Content-Length before Transfer-Encoding',
    bytes: framing('Content-Length: 6', 'Transfer-Encoding: chunked'),
  },
  {
    name: 'Transfer-Encoding before Content-Length',
    bytes: framing('Transfer-Encoding: chunked', 'Content-Length: 6'),
  },
  { name: 'Content-Length 0 and Transfer-Encoding', bytes: framing('Content-Length: 0', 'Transfer-Encoding: chunked') },
  {
    name: 'an unknown coding and a length',
    bytes: framing('Content-Length: 5', 'Transfer-Encoding: x'),
    status: UNKNOWN_CODING,
  },
  { name: 'two lengths that differ', bytes: framing('Content-Length: 5', 'Content-Length: 46') },
  { name: 'two lengths that agree', bytes: framing('Content-Length: 5', 'Content-Length: 5') },
  { name: 'two lengths in different case', bytes: framing('content-length: 0', 'CONTENT-LENGTH: 5') },
  { name: 'a list of equal lengths', bytes: framing('Content-Length: 5, 5') },
  { name: 'a list of lengths', bytes: framing('Content-Length: 5, 46') },
  { name: 'a length with a plus', bytes: framing('Content-Length: +5') },
  { name: 'a length with a minus', bytes: framing('Content-Length: -1') },
  { name: 'an empty length', bytes: framing('Content-Length:') },
  { name: 'a length of two numbers', bytes: framing('Content-Length: 5 5') },
  { name: 'a hexadecimal length', bytes: framing('Content-Length: 0x5') },
  { name: 'a length with a letter behind', bytes: framing('Content-Length: 5a') },
  { name: 'a length with an exponent', bytes: framing('Content-Length: 5e0') },
  { name: 'a length with a fraction', bytes: framing('Content-Length: 5.0') },
  { name: 'a quoted length', bytes: framing('Content-Length: "5"') },
  { name: 'a length beyond 2^64', bytes: framing('Content-Length: 18446744073709551621'), status: [400, 413] },
  { name: 'a length beyond 2^53', bytes: framing('Content-Length: 9007199254740993'), status: [400, 413] },
  { name: 'a length with a superscript digit', bytes: framing('Content-Length: 5\xb2') },
  { name: 'a length with a NUL', bytes: framing('Content-Length: 5\x00') },
  { name: 'a length after a vertical tab', bytes: framing('Content-Length: \x0b5') },
];

const CODINGS: readonly Row[] = [
  { name: 'a coding after chunked', bytes: framing('Transfer-Encoding: chunked, identity'), status: UNKNOWN_CODING },
  { name: 'gzip after chunked', bytes: framing('Transfer-Encoding: chunked, gzip'), status: UNKNOWN_CODING },
  { name: 'identity', bytes: framing('Transfer-Encoding: identity'), status: UNKNOWN_CODING },
  { name: 'gzip alone', bytes: framing('Transfer-Encoding: gzip'), status: UNKNOWN_CODING },
  { name: 'gzip before chunked', bytes: framing('Transfer-Encoding: gzip, chunked'), status: [501] },
  { name: 'a coding that nobody knows', bytes: framing('Transfer-Encoding: xchunked'), status: [501] },
  { name: 'chunked twice in one field', bytes: framing('Transfer-Encoding: chunked, chunked') },
  { name: 'chunked in two fields', bytes: framing('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked') },
  {
    name: 'chunked, then identity in a second field',
    bytes: framing('Transfer-Encoding: chunked', 'Transfer-Encoding: identity'),
    status: UNKNOWN_CODING,
  },
  {
    name: 'identity, then chunked in a second field',
    bytes: framing('Transfer-Encoding: identity', 'Transfer-encoding: chunked'),
    status: UNKNOWN_CODING,
  },
  { name: 'chunked with a parameter', bytes: framing('Transfer-Encoding: chunked;q=1'), status: UNKNOWN_CODING },
  { name: 'chunked in quotes', bytes: framing('Transfer-Encoding: "chunked"'), status: UNKNOWN_CODING },
  { name: 'chunked cut short', bytes: framing('Transfer-Encoding: chunke'), status: UNKNOWN_CODING },
  { name: 'an empty coding', bytes: framing('Transfer-Encoding:'), status: UNKNOWN_CODING },
  { name: 'a coding of commas', bytes: framing('Transfer-Encoding: ,'), status: UNKNOWN_CODING },
  { name: 'chunked after a vertical tab', bytes: framing('Transfer-Encoding: \x0bchunked') },
  { name: 'chunked before a form feed', bytes: framing('Transfer-Encoding: chunked\x0c') },
  { name: 'chunked before a NUL', bytes: framing('Transfer-Encoding: chunked\x00') },
  { name: 'chunked after a no-break space', bytes: framing('Transfer-Encoding: \xa0chunked'), status: UNKNOWN_CODING },
  { name: 'chunked in HTTP/1.0', bytes: framing('Transfer-Encoding: chunked').replace('HTTP/1.1', 'HTTP/1.0') },
];

const FIELD_LINES: readonly Row[] = [
  { name: 'a space before the colon', bytes: framing('Transfer-Encoding : chunked') },
  { name: 'a tab before the colon', bytes: framing('Transfer-Encoding\t: chunked') },
  { name: 'a space before the colon of a length', bytes: framing('Content-Length : 5') },
  { name: 'a first field line that begins with a space', bytes: host(' Host: a.example', 'Host: b.example') },
  { name: 'a fold in a framing field', bytes: framing('Transfer-Encoding:', ' chunked') },
  { name: 'a fold in any field', bytes: lines('X: a\r\n b\r\n') },
  { name: 'a fold that hides a framing field', bytes: framing('X: a', '\tTransfer-Encoding: chunked') },
  { name: 'a field line of blanks', bytes: lines('X: a\r\n  \r\n') },
  { name: 'a bare LF between fields', bytes: lines('X: a\nTransfer-Encoding: chunked\r\n') },
  { name: 'a bare LF after the request line', bytes: `GET /first HTTP/1.1\nHost: a.example\r\n\r\n${ATTACK}` },
  { name: 'bare LFs at the end of the head', bytes: `GET /first HTTP/1.1\r\nHost: a.example\n\n${ATTACK}` },
  { name: 'a bare LF as the empty line', bytes: `GET /first HTTP/1.1\r\nHost: a.example\r\n\n${ATTACK}` },
  { name: 'a bare CR in a value', bytes: lines('X: a\rTransfer-Encoding: chunked\r\n') },
  { name: 'a bare CR before the end of a line', bytes: lines('X: a\r\r\n') },
  { name: 'a bare CR as the empty line', bytes: `GET /first HTTP/1.1\r\nHost: a.example\r\n\rX${ATTACK}` },
  { name: 'a NUL in a value', bytes: lines('X: a\x00b\r\n') },
  { name: 'a control character in a value', bytes: lines('X: a\x01b\r\n') },
  { name: 'a DEL in a value', bytes: lines('X: a\x7fb\r\n') },
  { name: 'a line without a colon', bytes: lines('Nothing\r\n') },
  { name: 'an empty name', bytes: lines(': value\r\n') },
  { name: 'a space in a name', bytes: lines('X Y: 1\r\n') },
  { name: 'a NUL in a name', bytes: framing('Content-Length\x00: 5') },
  { name: 'a CR in a name', bytes: lines('X\rY: 1\r\n') },
  ...['"', '(', ')', ',', '/', ';', '<', '=', '>', '?', '@', '[', '\\', ']', '{', '}', '\xe9', '\x7f'].map(char => ({
    name: `the character ${JSON.stringify(char)} in a name`,
    bytes: lines(`X${char}Y: 1\r\n`),
  })),
];

const REQUEST_LINES: readonly Row[] = [
  { name: 'two spaces before the target', bytes: requestLine('GET  /first HTTP/1.1') },
  { name: 'two spaces after the target', bytes: requestLine('GET /first  HTTP/1.1') },
  { name: 'a tab before the target', bytes: requestLine('GET\t/first HTTP/1.1') },
  { name: 'a tab after the target', bytes: requestLine('GET /first\tHTTP/1.1') },
  { name: 'a space before the method', bytes: requestLine(' GET /first HTTP/1.1') },
  { name: 'a space after the version', bytes: requestLine('GET /first HTTP/1.1 ') },
  { name: 'a word after the version', bytes: requestLine('GET /first HTTP/1.1 X') },
  { name: 'no version', bytes: requestLine('GET /first') },
  { name: 'no target', bytes: requestLine('GET HTTP/1.1') },
  { name: 'no method', bytes: requestLine(' /first HTTP/1.1') },
  { name: 'a bracket in the method', bytes: requestLine('GE(T /first HTTP/1.1') },
  { name: 'a colon in the method', bytes: requestLine('GET: /first HTTP/1.1') },
  { name: 'a NUL before the method', bytes: requestLine('\x00GET /first HTTP/1.1') },
  { name: 'a bare LF before the request line', bytes: `\n${ATTACK}` },
  { name: 'a bare CR before the request line', bytes: `\r${ATTACK}` },
  { name: 'a TLS handshake', bytes: `\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03${'x'.repeat(500)}` },
  ...['HTTP/2.0', 'HTTP/3', 'HTTP/0.9', 'HTTP/1.2'].map(version => ({
    name: `version ${version}`,
    bytes: requestLine(`GET /first ${version}`),
    status: [400, 505],
  })),
  ...[
    'HTTP/1.10',
    'HTTP/01.1',
    'http/1.1',
    'HTTP/1,1',
    'HTTP/ 1.1',
    'HTTP/1.',
    'HTP/1.1',
    'HTTP/1.1\x00',
    'HTTPS/1.1',
  ].map(version => ({
    name: `version ${JSON.stringify(version)}`,
    bytes: requestLine(`GET /first ${version}`),
    status: [400, 505],
  })),
];

const TARGETS: readonly Row[] = [
  ...[
    '/a\x00',
    '/a\x01',
    '/a\x0b',
    '/a\x7f',
    '/a\xe9',
    '/a\\b',
    '/a#b',
    '/%',
    '/%2',
    '/%zz',
    '/%2g',
    '/%00',
    '/a?b\x01',
    '/a?b c',
    'first',
    '*',
    '?a=b',
    '%2ffirst',
    'a.example:80',
    'http:/first',
    'http://',
    'http:///first',
    'http://user@a.example/first',
    'http://user:word@a.example/first',
    'http://a.example:port/first',
    'http://a.example:99999/first',
    'http://a b.example/first',
    'http://[::1/first',
    'ftp://a.example/first',
    'http://a.example\\@b.example/first',
  ].map(target => ({ name: `the target ${JSON.stringify(target)}`, bytes: requestLine(`GET ${target} HTTP/1.1`) })),
  {
    name: 'CONNECT',
    bytes: `CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n${ATTACK}`,
    status: [400, 405, 501],
  },
  { name: 'CONNECT with a path', bytes: requestLine('CONNECT /first HTTP/1.1'), status: [400, 405, 501] },
];

const HOSTS: readonly Row[] = [
  { name: 'no Host', bytes: host() },
  { name: 'no Host but an absolute target', bytes: `GET http://a.example/ HTTP/1.1\r\n\r\n${ATTACK}` },
  { name: 'Host twice, alike', bytes: host('Host: a.example', 'Host: a.example') },
  { name: 'Host twice, different', bytes: host('Host: a.example', 'host: b.example') },
  { name: 'Host twice, once empty', bytes: host('Host: a.example', 'Host:') },
  ...[
    'a b',
    'a,b',
    'a/b',
    'a?b',
    'a#b',
    'a@b',
    'user:word@a',
    'a:port',
    'a:99999',
    'a:-1',
    'a:80:80',
    '[::1',
    '[::1]x',
    '::1',
    'a\\b',
    'a\xe9',
    'a\x00b',
    'a"b',
    'a<b>',
    'http://a',
    'a;b',
    '[a.example]',
  ].map(name => ({ name: `Host: ${JSON.stringify(name)}`, bytes: host(`Host: ${name}`) })),
];

const BODIES: readonly Row[] = [
  { name: 'a chunk size that is no number', bytes: body('G\r\nhello\r\n0\r\n\r\n') },
  { name: 'an empty chunk size', bytes: body('\r\nhello\r\n0\r\n\r\n') },
  { name: 'a chunk size with 0x', bytes: body('0x5\r\nhello\r\n0\r\n\r\n') },
  { name: 'a chunk size with a plus', bytes: body('+5\r\nhello\r\n0\r\n\r\n') },
  { name: 'a chunk size with a minus', bytes: body('-5\r\nhello\r\n0\r\n\r\n') },
  { name: 'a chunk size after a space', bytes: body(' 5\r\nhello\r\n0\r\n\r\n') },
  { name: 'a chunk size before a space', bytes: body('5 \r\nhello\r\n0\r\n\r\n') },
  { name: 'a chunk size before a tab', bytes: body('5\t\r\nhello\r\n0\r\n\r\n') },
  { name: 'a chunk size with an underscore', bytes: body('0_5\r\nhello\r\n0\r\n\r\n') },
  { name: 'a chunk size beyond 2^64', bytes: body('10000000000000005\r\nhello\r\n0\r\n\r\n'), status: [400, 413] },
  { name: 'a chunk size beyond 2^53', bytes: body('20000000000001\r\nhello\r\n0\r\n\r\n'), status: [400, 413] },
  { name: 'a chunk longer than its size', bytes: body('5\r\nhelloX\r\n0\r\n\r\n') },
  { name: 'a chunk followed by other than CRLF', bytes: body('5\r\nhelloXX0\r\n\r\n') },
  { name: 'a chunk followed by LF', bytes: body('5\r\nhello\n0\r\n\r\n') },
  { name: 'a chunk followed by CR', bytes: body('5\r\nhello\r0\r\n\r\n') },
  { name: 'a chunk size followed by LF', bytes: body('5\nhello\r\n0\r\n\r\n') },
  { name: 'a chunk size followed by CR', bytes: body('5\rXhello\r\n0\r\n\r\n') },
  { name: 'a bare LF in an extension', bytes: body('5;a\nhello\r\n0\r\n\r\n') },
  { name: 'a bare CR in an extension', bytes: body('5;a\rb\r\nhello\r\n0\r\n\r\n') },
  { name: 'a NUL in an extension', bytes: body('5;a\x00\r\nhello\r\n0\r\n\r\n') },
  {
    name: 'an extension of 100 KB',
    bytes: body(`5;${'a'.repeat(100_000)}\r\nhello\r\n0\r\n\r\n`),
    status: [400, 413, 431],
  },
  { name: 'LF after the last chunk', bytes: body('0\n\r\n') },
  { name: 'LF as the empty line after the last chunk', bytes: body('0\r\n\n') },
  { name: 'a request in place of trailers', bytes: body('0\r\n') },
  { name: 'a trailer with a space before the colon', bytes: body('0\r\nX : 1\r\n\r\n') },
  { name: 'a folded trailer', bytes: body('0\r\nX: 1\r\n 2\r\n\r\n') },
  { name: 'a trailer with a bare CR', bytes: body('0\r\nX: 1\r2\r\n\r\n') },
  { name: 'a trailer with a NUL', bytes: body('0\r\nX: 1\x00\r\n\r\n') },
  { name: '600 trailers', bytes: body(`0\r\n${'X: 1\r\n'.repeat(600)}\r\n`), status: [400, 431] },
  { name: 'a trailer of 100 KB', bytes: body(`0\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`), status: [400, 431] },
];

const rig = await startRig({ after });

for (const row of [...LENGTHS, ...CODINGS, ...FIELD_LINES, ...REQUEST_LINES, ...TARGETS, ...HOSTS, ...BODIES]) {
  test(`refused: ${row.name}`, async () => {
    rig.backend.heads.length = 0;
    rig.backend.requests.length = 0;
    const client = await rig.client();
    client.send(row.bytes);
    const answer = await readAnswer(client.stream);
    assert.ok((row.status ?? [400]).includes(answer.status), `${answer.status} ${answer.body}`);
    const { bytes } = await client.stream.rest();
    assert.equal(bytes.toString('latin1'), '', 'nothing follows the one answer');
    await assertSound(rig);
    assert.deepEqual(targets(rig.backend.requests), [], 'no whole request');
    assert.ok(!targets(rig.backend.heads).includes('/attack'), 'no ATTACK');
  });
}

test('a chunk size of more than 32 bits is taken at its word', async () => {
  rig.backend.requests.length = 0;
  const client = await rig.client();
  client.send(body('100000005\r\nhello\r\n0\r\n\r\n'));
  await assertSound(rig);
  assert.deepEqual(targets(rig.backend.requests), []);
  client.reset();
});

function targets(requests: readonly { readonly target: string }[]): readonly string[] {
  return requests.map(request => request.target).filter(target => target !== '/sound');
}
