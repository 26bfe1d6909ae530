import * as grammar from './message-grammar.ts';
import { mostly } from './message-grammar.ts';
import { mutate } from './mutate.ts';
import type { Random } from './random.ts';

const METHODS = ['GET', 'GET', 'POST', 'POST', 'PUT', 'HEAD', 'DELETE', 'OPTIONS', 'PATCH'];
const ODD_METHODS = [
  'get',
  'TRACE',
  'CONNECT',
  'M-SEARCH',
  'PRI',
  'QUERY',
  'FOO',
  'G',
  '',
  'GE\x00T',
  'GET ',
  ' GET',
  'POST\t',
];
const TARGETS = ['/', '/a', '/a?b=c', '/a/b/', '/x?y=%20&z', '/a;b=c', '/a%20b', '/~a', '/a:b'];
const ODD_TARGETS = [
  '*',
  '//a',
  '/a/../b',
  '/./a',
  '/%2e%2e/b',
  '/%2fa',
  '/%zz',
  '/%00',
  '/\x80',
  '/a b',
  '/a#b',
  '/a\\b',
  '/a\tb',
  '/"',
  '/<>',
  '/{}|^`',
  '/a?b?c#d',
  'a.example:80',
  'http://a.example/a',
  'HTTP://a.example/a',
  'http://b.example',
  'http://b.example?a',
  'https://a.example:443/a',
  'http://u@a.example/a',
  'http:///a',
  'ftp://a.example/a',
  'http://[::1]:80/',
  '',
  'a',
];
const ODD_VERSIONS = [
  'HTTP/1.2',
  'HTTP/2.0',
  'HTTP/0.9',
  'HTTP/1.10',
  'HTTP/1',
  'http/1.1',
  'HTTP/1.1 ',
  'HTTP/1.1\t',
  'HTTPS/1.1',
  '',
];
const HOSTS = ['a.example', 'a.example:80', 'A.EXAMPLE', '127.0.0.1', '[::1]:8080'];
const ODD_HOSTS = ['', 'a b', 'a,b', 'a.example:x', 'u@a.example', 'a/b', 'a\x00', 'a.example.', '[::1'];
const BEFORE = ['\r\n', '\r\n\r\n', '\n', '\r', ' ', '\x00', 'X'];

/** One to five requests, mostly right; some broken further byte by byte. */
export function requests(random: Random, corpus: readonly string[]): string {
  let bytes = '';
  for (let left = random.chance(0.5) ? 1 : 1 + random.below(5); left > 0; left--) {
    bytes += random.chance(0.03) && corpus.length > 0 ? random.pick(corpus) : request(random);
  }
  if (random.chance(0.4)) {
    for (let left = 1 + random.below(3); left > 0; left--)
      bytes = mutate(bytes, [request(random), ...corpus.slice(0, 1)], random);
  }
  return random.chance(0.05) ? bytes.slice(0, random.below(bytes.length + 1)) : bytes;
}

function request(random: Random): string {
  const body = random.below(4);
  const text = grammar.text(random);
  const lines = [
    grammar.line(
      mostly('Host', ['host', 'HOST'], 0.2, random),
      mostly(random.pick(HOSTS), ODD_HOSTS, 0.02, random),
      random,
    ),
  ];
  for (let left = random.below(4); left > 0; left--) lines.push(grammar.ordinaryLine(random));
  if (body === 1) lines.push(grammar.lengthLine(text.length, random));
  if (body === 2) lines.push(grammar.codingLine(random));
  oddLines(lines, text, random);
  shuffle(lines, random);
  const content = body === 1 ? text : body === 2 ? grammar.chunks(random) : '';
  return before(random) + requestLine(random) + lines.join('') + grammar.lineEnd(random) + content;
}

/** Each of them may stand beside what is there. */
function oddLines(lines: string[], text: string, random: Random): void {
  if (random.chance(0.02)) lines.push(grammar.lengthLine(text.length, random));
  if (random.chance(0.02)) lines.push(grammar.codingLine(random));
  if (random.chance(0.15)) lines.push(grammar.connectionLine(random));
  if (random.chance(0.03))
    lines.push(grammar.line('Expect', mostly('100-continue', ['100-Continue', 'x', ''], 0.2, random), random));
  if (random.chance(0.03))
    lines.push(grammar.line('Upgrade', random.pick(['websocket', 'h2c', 'TLS/1.0', '']), random));
  if (random.chance(0.02)) lines.push('Connection: Upgrade\r\nUpgrade: websocket\r\n');
  if (random.chance(0.01)) lines.push('Host: b.example\r\n');
  if (random.chance(0.01)) lines.pop();
}

function shuffle(lines: string[], random: Random): void {
  for (let i = lines.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [lines[i], lines[j]] = [lines[j]!, lines[i]!];
  }
}

function before(random: Random): string {
  return mostly('', BEFORE, 0.01, random);
}

function requestLine(random: Random): string {
  const method = mostly(random.pick(METHODS), ODD_METHODS, 0.02, random);
  const target = mostly(random.pick(TARGETS), ODD_TARGETS, 0.06, random);
  const version = mostly('HTTP/1.1', random.chance(0.6) ? ['HTTP/1.0'] : ODD_VERSIONS, 0.08, random);
  const blank = mostly(' ', ['  ', '\t', ''], 0.004, random);
  return method + blank + target + mostly(' ', ['  ', '\t', ''], 0.004, random) + version + grammar.lineEnd(random);
}
