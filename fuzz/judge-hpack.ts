import { Fields } from '../src/proxy/http1/fields.ts';
import * as hpack from '../src/proxy/http2/hpack/index.ts';
import { FieldSection, HpackDecoder } from '../src/proxy/http2/hpack/index.ts';
import { type Case, count, type Fault, type Tally } from './case.ts';
import { type Line, PlainHpack } from './plain-hpack.ts';
import { printable } from './printable.ts';

const PSEUDO = [
  [hpack.METHOD, ':method'],
  [hpack.SCHEME, ':scheme'],
  [hpack.AUTHORITY, ':authority'],
  [hpack.PATH, ':path'],
  [hpack.PROTOCOL, ':protocol'],
] as const;
const NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const VALUE = /^(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?$/;

/** Blocks of one connection, each behind its length: what we make of them is what the RFC's words make of them. */
export function judgeHpack(one: Case, tally: Tally): Fault | undefined {
  const bytes = Buffer.from(one.bytes, 'latin1');
  const decoder = new HpackDecoder();
  const section = new FieldSection(new Fields(64), 8_192);
  const plain = new PlainHpack();
  for (let at = 0; at + 2 <= bytes.length; ) {
    const block = bytes.subarray(at + 2, at + 2 + bytes.readUInt16BE(at));
    at += 2 + bytes.readUInt16BE(at);
    const expected = plain.decode(block);
    const decoded = decoder.decode(block, 0, block.length, section, hpack.REQUEST);
    const kind = faultOf(decoded, section, expected, tally);
    if (kind !== undefined) return { kind, details: details(block, section, expected) };
    if (!decoded) return undefined;
  }
  return undefined;
}

function faultOf(
  decoded: boolean,
  section: FieldSection,
  expected: readonly Line[] | undefined,
  tally: Tally,
): string | undefined {
  count(tally, decoded ? section.fault || 'taken' : 'undecodable');
  if (decoded !== (expected !== undefined)) return decoded ? 'a block that is none' : 'a block that was refused';
  if (!decoded || section.fault !== '' || section.tooLarge || expected === undefined) return undefined;
  if (!expected.every(([name, value]) => (name.startsWith(':') || NAME.test(name)) && VALUE.test(value))) {
    return 'a field that none may have';
  }
  return described(section) === plainly(expected) ? undefined : 'other fields';
}

/** Pseudo-header fields by their place, the others in order, and cookies last, as one. */
function plainly(lines: readonly Line[]): string {
  const pseudo = PSEUDO.map(([, name]) => lines.filter(([each]) => each === name).map(([, value]) => value));
  const regular = lines.filter(([name]) => !name.startsWith(':') && name !== 'cookie');
  const crumbs = lines.filter(([name]) => name === 'cookie').map(([, value]) => value);
  const cookie = joined(crumbs);
  const all = [...regular, ...(cookie === '' ? [] : [['cookie', cookie]])];
  return JSON.stringify([pseudo.map(values => values.join('?')), all]);
}

/** Empty ones in front say nothing. */
function joined(crumbs: readonly string[]): string {
  return crumbs.reduce((text, crumb) => (text === '' ? crumb : `${text}; ${crumb}`), '');
}

function described({ bytes, fields, pseudoStart, pseudoEnd }: FieldSection): string {
  const span = (start: number, end: number) => bytes.toString('latin1', start, end);
  const pseudo = PSEUDO.map(([id]) => (pseudoStart[id]! < 0 ? '' : span(pseudoStart[id]!, pseudoEnd[id]!)));
  const regular = Array.from({ length: fields.count }, (_, i) => [
    span(fields.start[i]!, fields.nameEnd[i]!),
    span(fields.valueStart[i]!, fields.valueEnd[i]!),
  ]);
  return JSON.stringify([pseudo, regular]);
}

function details(block: Buffer, section: FieldSection, expected: readonly Line[] | undefined): string[] {
  return [
    `block: ${block.toString('hex')}`,
    printable(`plainly: ${expected === undefined ? 'undecodable' : plainly(expected)}`),
    printable(`ours: ${section.fault} ${described(section)}`),
  ];
}
