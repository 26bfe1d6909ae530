import * as grammar from './message-grammar.ts';
import { mostly } from './message-grammar.ts';
import { mutate } from './mutate.ts';
import type { Random } from './random.ts';

const STATUSES = [
  '200 OK',
  '200 OK',
  '404 Not Found',
  '206 Partial Content',
  '301 ',
  '500',
  '418 a teapot',
  '299 \xe9',
];
const BODILESS = ['204 No Content', '304 Not Modified', '205 Reset Content'];
const INTERIMS = ['100 Continue', '103 Early Hints', '102 Processing', '199 x', '100', '101 Switching Protocols'];
const ODD_STATUSES = [
  '20 OK',
  '2000 OK',
  '099 x',
  '600 x',
  '999 x',
  'abc',
  '',
  ' 200 OK',
  '200\tOK',
  '+20 OK',
  '200 O\x00K',
  '200 O\rK',
  '000 x',
];
const ODD_VERSIONS = ['HTTP/1.2', 'HTTP/2.0', 'HTTP/0.9', 'HTTP/1.10', 'http/1.1', 'ICY', 'HTTP/1.', ''];

/** One to three responses with interim ones before them, mostly right; some broken further byte by byte. */
export function responses(random: Random, corpus: readonly string[]): string {
  let bytes = '';
  for (let left = random.chance(0.5) ? 1 : 1 + random.below(3); left > 0; left--) {
    for (let interims = random.chance(0.1) ? 1 + random.below(3) : 0; interims > 0; interims--)
      bytes += interim(random);
    bytes += random.chance(0.03) && corpus.length > 0 ? random.pick(corpus) : response(random);
  }
  if (random.chance(0.4)) {
    for (let left = 1 + random.below(3); left > 0; left--)
      bytes = mutate(bytes, [response(random), ...corpus.slice(0, 1)], random);
  }
  return random.chance(0.05) ? bytes.slice(0, random.below(bytes.length + 1)) : bytes;
}

function statusLine(status: string, random: Random): string {
  const version = mostly('HTTP/1.1', random.chance(0.6) ? ['HTTP/1.0'] : ODD_VERSIONS, 0.06, random);
  return (
    version +
    mostly(' ', ['  ', '\t', ''], 0.004, random) +
    mostly(status, ODD_STATUSES, 0.03, random) +
    grammar.lineEnd(random)
  );
}

function interim(random: Random): string {
  const lines = random.chance(0.3) ? grammar.ordinaryLine(random) : '';
  const odd = random.chance(0.05)
    ? grammar.lengthLine(5, random)
    : random.chance(0.05)
      ? grammar.codingLine(random)
      : '';
  return statusLine(random.pick(INTERIMS), random) + lines + odd + grammar.lineEnd(random);
}

function response(random: Random): string {
  const status = random.chance(0.1) ? random.pick(BODILESS) : random.pick(STATUSES);
  const body = random.below(4);
  const text = grammar.text(random);
  let lines = '';
  for (let left = random.below(3); left > 0; left--) lines += grammar.ordinaryLine(random);
  if (body === 1 || body === 3) lines += grammar.lengthLine(text.length, random);
  if (body === 2) lines += grammar.codingLine(random);
  if (random.chance(0.02)) lines += grammar.lengthLine(text.length, random);
  if (random.chance(0.02)) lines += grammar.codingLine(random);
  if (random.chance(0.15)) lines += grammar.connectionLine(random);
  if (random.chance(0.02)) lines += 'Connection: Upgrade\r\nUpgrade: websocket\r\n';
  const content = body === 2 ? grammar.chunks(random) : text;
  return statusLine(status, random) + lines + grammar.lineEnd(random) + content;
}
