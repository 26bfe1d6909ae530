import { mutate } from './mutate.ts';
import type { Random } from './random.ts';

const SERVER_NAMES = ['a.example', 'A.Example.', 'x'.repeat(253), 'x'.repeat(254), 'a b', '', 'ä', '*.example', '.'];
const PROTOCOLS = ['h2', 'http/1.1', 'acme-tls/1', '', 'x'.repeat(255)];
const ADDRESSES = ['192.0.2.1', '10.0.0.256', '2001:db8::1', '::ffff:1.2.3.4', 'fe80::1%eth0', '', '0x7f.1', '1.2.3'];
const PORTS = ['443', '0', '65535', '65536', '01', '-1', '+1', ''];
const SIGNATURE = '\r\n\r\n\0\r\nQUIT\n';

const byte = (value: number): string => String.fromCharCode(value & 255);
const two = (value: number): string => byte(value >> 8) + byte(value);
const short = (text: string): string => byte(text.length) + text;
const long = (text: string): string => two(text.length) + text;

function extension(random: Random): string {
  switch (random.below(4)) {
    case 0:
      return two(0) + long(long(`\0${long(random.pick(SERVER_NAMES))}`));
    case 1:
      return two(16) + long(long(short(random.pick(PROTOCOLS)) + short(random.pick(PROTOCOLS))));
    case 2:
      return two(0xfe0d) + long('\0'.repeat(random.below(600)));
    default:
      return two(random.below(60)) + long('x'.repeat(random.below(30)));
  }
}

/** What a TLS client says first, which is mostly right. */
export function hello(random: Random, corpus: readonly string[]): string {
  const extensions = Array.from({ length: random.below(4) }, () => extension(random)).join('');
  const body = `\x03\x03${'r'.repeat(32)}${short('s'.repeat(random.below(33)))}${long('\x13\x01')}${short('\0')}`;
  const message = body + (random.chance(0.9) ? long(extensions) : '');
  const whole = `\x01\0${two(message.length)}${message}`;
  let text = '';
  for (let at = 0; at < whole.length; ) {
    const part = whole.slice(at, at + 1 + random.below(random.chance(0.7) ? 2_000 : 60));
    text += `\x16\x03\x01${long(part)}`;
    at += part.length;
  }
  const changed = random.chance(0.4) ? mutate(text, [...corpus, text], random) : text;
  return changed + (random.chance(0.2) ? text : '');
}

/** A header of the PROXY protocol, which is mostly right, and what may come behind it. */
export function introduction(random: Random, corpus: readonly string[]): string {
  const text = random.chance(0.5) ? version1(random) : version2(random);
  const changed = random.chance(0.3) ? mutate(text, [...corpus, text], random) : text;
  return changed + (random.chance(0.5) ? 'GET / HTTP/1.1\r\n' : '');
}

function version1(random: Random): string {
  const [family, usual] = random.pick([
    ['TCP4', ADDRESSES[0]],
    ['TCP6', ADDRESSES[2]],
    ['UNKNOWN', 'x'.repeat(random.below(60))],
  ] as const);
  const address = () => (random.chance(0.8) ? usual : random.pick(ADDRESSES));
  const port = () => (random.chance(0.8) ? '443' : random.pick(PORTS));
  return `PROXY ${family} ${address()} ${address()} ${port()} ${port()}\r\n`;
}

function version2(random: Random): string {
  const family = random.pick([0, 0x11, 0x21, 0x31, 0x12, random.below(256)]);
  const size = { 1: 12, 2: 36, 3: 216 }[family >> 4] ?? 0;
  const content = 'a'.repeat(size) + 't'.repeat(random.chance(0.3) ? random.below(5_000) : 0);
  const length = random.chance(0.9) ? content.length : random.below(300);
  return SIGNATURE + byte(random.pick([0x20, 0x21, 0x21, 0x22])) + byte(family) + two(length) + content;
}
