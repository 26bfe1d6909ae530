import { huffmanEncode } from '../src/proxy/http2/hpack/huffman.ts';
import { mutate } from './mutate.ts';
import type { Line } from './plain-hpack.ts';
import type { Random } from './random.ts';

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const EMPTY_SETTINGS = frame(4, 0, 0, '');

const METHODS = ['GET', 'GET', 'POST', 'PUT', 'HEAD', 'OPTIONS', 'G ET', 'CONNECT', ''];
const PATHS = ['/', '/a', '/b?c=d', '/a/../b', '//x', '/a b', '*', 'http://x/', '/#', '/%2e', '', '/a\r\nX: y'];
const AUTHORITIES = ['a.example', 'a.example', 'b.example:80', 'u@a.example', 'a b', '', 'a.example\r\nX: y'];
const NAMES = [
  'x-a',
  'x-b',
  'content-length',
  'cookie',
  'host',
  'te',
  'expect',
  'transfer-encoding',
  'connection',
  'upgrade',
  'trailer',
  'X-A',
  'x a',
  'x:',
  ':path',
  ':status',
  '',
];
const VALUES = [
  '',
  '1',
  'trailers',
  'a=b',
  'a.example',
  '5',
  '0',
  '10',
  '05',
  '+5',
  'chunked',
  'close',
  'x\r\nY: z',
  'x\ny',
  ' x',
  'x ',
  '\x00',
  'ä',
];
const CONTENTS = ['', 'hello', 'x', '0\r\n\r\n', 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n', '0123456789'];

function number(value: number, bits: number, top: number): string {
  const most = 2 ** bits - 1;
  if (value < most) return String.fromCharCode(top | value);
  let text = String.fromCharCode(top | most);
  let rest = value - most;
  for (; rest >= 128; rest = Math.floor(rest / 128)) text += String.fromCharCode((rest & 127) | 128);
  return text + String.fromCharCode(rest);
}

function string(text: string, random: Random): string {
  if (random.chance(0.7)) return number(text.length, 7, 0) + text;
  const coded = Buffer.alloc(text.length * 4 + 8);
  const length = huffmanEncode(Buffer.from(text, 'latin1'), 0, text.length, coded, 0);
  return number(length, 7, 128) + coded.toString('latin1', 0, length);
}

function encoded([name, value]: Line, random: Random): string {
  if (random.chance(0.03)) return number(62 + random.below(4), 7, 128);
  const [bits, top] = random.pick([
    [6, 64],
    [4, 0],
    [4, 16],
  ] as const);
  return number(0, bits, top) + string(name, random) + string(value, random);
}

function requestLines(random: Random): Line[] {
  const usual = random.chance(0.7);
  const one = (list: readonly string[]) => (usual ? list[random.below(2)]! : random.pick(list));
  const lines: Line[] = [
    [':method', usual ? random.pick(['GET', 'POST', 'HEAD']) : random.pick(METHODS)],
    [':scheme', 'http'],
    [':path', one(PATHS)],
    [':authority', one(AUTHORITIES)],
  ];
  for (let more = random.below(4); more > 0; more--) lines.push([random.pick(NAMES), random.pick(VALUES)]);
  if (random.chance(0.1)) lines.splice(random.below(lines.length), 1);
  if (random.chance(0.05)) lines.push(random.pick(lines));
  return lines;
}

/** A header block that is mostly right. */
export function block(random: Random, trailers = false): string {
  const lines = trailers ? [[random.pick(NAMES), random.pick(VALUES)] as const] : requestLines(random);
  const size = random.chance(0.05) ? number(random.below(5_000), 5, 32) : '';
  return size + lines.map(line => encoded(line, random)).join('');
}

/** Blocks of one connection, each behind its length in two bytes. */
export function blocks(random: Random, corpus: readonly string[]): string {
  const list = Array.from({ length: 1 + random.below(5) }, () => block(random));
  const changed = list.map(each => (random.chance(0.3) ? mutate(each, [...corpus, ...list], random) : each));
  return changed.map(each => String.fromCharCode(each.length >> 8, each.length & 255) + each).join('');
}

function frame(type: number, flags: number, stream: number, payload: string): string {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream >>> 0, 5);
  return head.toString('latin1') + payload;
}

/** HEADERS in one of its forms. */
function headers(stream: number, payload: string, ended: boolean, random: Random): string {
  const flags = ended ? 1 : 0;
  if (random.chance(0.8)) return frame(1, flags | 4, stream, payload);
  if (random.chance(0.3)) return frame(1, flags | 4 | 8, stream, `\x02${payload}\0\0`);
  if (random.chance(0.3)) return frame(1, flags | 4 | 32, stream, `\0\0\0\0\x10${payload}`);
  const at = random.below(payload.length + 1);
  return frame(1, flags, stream, payload.slice(0, at)) + frame(9, 4, stream, payload.slice(at));
}

function content(stream: number, ended: boolean, random: Random): string {
  const text = random.pick(CONTENTS);
  if (random.chance(0.8)) return frame(0, ended ? 1 : 0, stream, text);
  return frame(0, (ended ? 1 : 0) | 8, stream, `\x03${text}xyz`);
}

function request(stream: number, random: Random): string {
  if (random.chance(0.4)) return headers(stream, block(random), true, random);
  const trailed = random.chance(0.2);
  let text = headers(stream, block(random), false, random);
  const parts = 1 + random.below(3);
  for (let part = 1; part <= parts; part++) text += content(stream, part === parts && !trailed, random);
  return trailed ? text + headers(stream, block(random, true), true, random) : text;
}

function other(stream: number, random: Random): string {
  switch (random.below(6)) {
    case 0:
      return frame(3, 0, stream, '\0\0\0\x08');
    case 1:
      return frame(4, 0, 0, random.chance(0.5) ? '' : `\0\x04${random.pick(['\0\0\0\0', '\0\0\0\x05', '\0\x01\0\0'])}`);
    case 2:
      return frame(8, 0, random.pick([0, stream]), '\0\0\0\x09');
    case 3:
      return frame(6, 0, 0, '12345678');
    case 4:
      return frame(2, 0, stream, '\0\0\0\0\x01');
    default:
      return frame(10 + random.below(20), random.below(256), stream, 'what');
  }
}

/** What a client in HTTP/2 says, which is mostly right. */
export function http2(random: Random, corpus: readonly string[]): string {
  let text = '';
  let stream = 1;
  for (let more = 1 + random.below(5); more > 0; more--) {
    text += request(stream, random);
    if (random.chance(0.3)) text += other(random.chance(0.2) ? 1 : stream, random);
    stream += random.chance(0.9) ? 2 : random.below(4);
  }
  return PREFACE + EMPTY_SETTINGS + (random.chance(0.3) ? mutate(text, [...corpus, text], random) : text);
}

const STATUSES = ['200', '200', '200', '204', '304', '404', '503', '099', '2000', ''];
const SAID = ['x-a', 'content-length', 'set-cookie', 'connection', 'transfer-encoding', 'X-B', 'te', ':path', 'date'];

function lines(status: string, more: number, random: Random): string {
  const fields = Array.from({ length: more }, () => [random.pick(SAID), random.pick(VALUES)] as const);
  const all: Line[] = status === '' ? fields : [[':status', status], ...fields];
  return all.map(line => encoded(line, random)).join('');
}

function answer(stream: number, random: Random): string {
  const interim = random.chance(0.2)
    ? headers(stream, lines(random.pick(['100', '103', '101']), 1, random), false, random)
    : '';
  const ended = random.chance(0.3);
  const more = random.chance(0.6) ? 0 : random.below(3);
  let text = interim + headers(stream, lines(random.pick(STATUSES), more, random), ended, random);
  for (let parts = ended ? 0 : random.below(3); parts > 0; parts--) text += content(stream, false, random);
  if (ended || random.chance(0.1)) return text;
  return (
    text + (random.chance(0.3) ? headers(stream, lines('', 1, random), true, random) : content(stream, true, random))
  );
}

/** What a backend in HTTP/2 says to one request after the other, which is mostly right. */
export function http2Answers(random: Random, corpus: readonly string[]): string {
  let text = '';
  for (let stream = 1, more = 1 + random.below(3); more > 0; more--, stream += 2) {
    text += answer(stream, random);
    if (random.chance(0.3)) text += random.chance(0.7) ? other(stream, random) : frame(7, 0, 0, '\0\0\0\x03\0\0\0\0');
  }
  return EMPTY_SETTINGS + (random.chance(0.3) ? mutate(text, [...corpus, text], random) : text);
}
