import type { Fields } from '../../http1/fields.ts';
import type { MessageWriter } from '../../http1/message-writer.ts';
import { EncoderTable, type Field, inLower } from './encoder-table.ts';
import { DEFAULT_TABLE_SIZE } from './hpack-decoder.ts';
import { huffmanEncode, huffmanLength } from './huffman.ts';
import { isSensitive } from './sensitive-names.ts';
import { STATIC_BYTES, STATIC_NAME_LENGTH, STATIC_START } from './static-table.ts';

/** First bytes of representations, and bits of the index in them (RFC 7541 §6). */
const INDEXED = 0x80;
const KEPT = 0x40;
const NOT_KEPT = 0x00;
const NEVER_KEPT = 0x10;
const SIZE_UPDATE = 0x20;
/** Indexes of pseudo-header fields in the static table. */
const AUTHORITY = 1;
const METHOD_GET = 2;
const METHOD_POST = 3;
const PATH_ROOT = 4;
const SCHEME_HTTP = 6;
const SCHEME_HTTPS = 7;
const STATUS = 8;
const STATUS_INDEX = new Uint8Array(600);
[200, 204, 206, 304, 400, 404, 500].forEach((status, i) => {
  STATUS_INDEX[status] = STATUS + i;
});
const PROTOCOL_NAME = Buffer.from(':protocol', 'latin1');
const GET = Buffer.from('GET', 'latin1');
const POST = Buffer.from('POST', 'latin1');
const ROOT = Buffer.from('/', 'latin1');
/** Stands for the hash of `:authority`. */
const AUTHORITY_HASH = 0x3a61_7574;

/** Scratch: a name as HTTP/2 wants it, a status, the field that is encoded. */
let lower: Buffer = Buffer.alloc(256);
const digits = Buffer.alloc(3);
const one: Field = { hash: 0, names: lower, nameStart: 0, nameEnd: 0, values: lower, start: 0, end: 0 };

/**
 * Encodes what we say of header fields on one connection (RFC 7541). A line goes into the table when it comes a second time in a
 * while, or has a name that comes for the first time: so values that differ from message to message don't push out others.
 * Secrets never do.
 */
export class HpackEncoder {
  private readonly table = new EncoderTable();
  /** What is to be said of the table's size at the beginning of the next block; -1: nothing. */
  private lowest = -1;
  private readonly compact: boolean;

  /** `compact`: in the Huffman code where that is shorter, which costs time on both sides. */
  constructor(compact = true) {
    this.compact = compact;
  }

  /** The other side's SETTINGS_HEADER_TABLE_SIZE, in bytes. */
  allow(size: number): void {
    const target = Math.min(size, DEFAULT_TABLE_SIZE);
    if (target === this.table.maxSize) return;
    this.lowest = this.lowest < 0 ? target : Math.min(this.lowest, target);
    this.table.resize(target);
  }

  /** Begins a block. Everything else is appended to it. */
  begin(out: MessageWriter): void {
    this.table.prepare();
    if (this.lowest < 0) return;
    const { maxSize } = this.table;
    if (this.lowest < maxSize) integer(out, SIZE_UPDATE, 31, this.lowest);
    integer(out, SIZE_UPDATE, 31, maxSize);
    this.lowest = -1;
  }

  /** `:status` */
  status(out: MessageWriter, status: number): void {
    const index = STATUS_INDEX[status] ?? 0;
    if (index > 0) {
      integer(out, INDEXED, 127, index);
      return;
    }
    digits[0] = 48 + Math.floor(status / 100);
    digits[1] = 48 + (Math.floor(status / 10) % 10);
    digits[2] = 48 + (status % 10);
    this.pseudo(out, STATUS, digits, 0, 3);
  }

  /** `:scheme`, of the two that there are. */
  scheme(out: MessageWriter, secure: boolean): void {
    integer(out, INDEXED, 127, secure ? SCHEME_HTTPS : SCHEME_HTTP);
  }

  method(out: MessageWriter, bytes: Uint8Array, start: number, end: number): void {
    if (same(bytes, start, end, GET)) integer(out, INDEXED, 127, METHOD_GET);
    else if (same(bytes, start, end, POST)) integer(out, INDEXED, 127, METHOD_POST);
    else this.pseudo(out, METHOD_GET, bytes, start, end);
  }

  /** It is in no table: paths differ, and may hold secrets. */
  path(out: MessageWriter, bytes: Uint8Array, start: number, end: number): void {
    if (same(bytes, start, end, ROOT)) integer(out, INDEXED, 127, PATH_ROOT);
    else this.pseudo(out, PATH_ROOT, bytes, start, end);
  }

  private pseudo(out: MessageWriter, index: number, bytes: Uint8Array, start: number, end: number): void {
    integer(out, NOT_KEPT, 15, index);
    string(out, bytes, start, end, this.compact);
  }

  /** `:protocol` (RFC 8441). */
  protocol(out: MessageWriter, bytes: Uint8Array, start: number, end: number): void {
    integer(out, NOT_KEPT, 15, 0);
    string(out, PROTOCOL_NAME, 0, PROTOCOL_NAME.length, this.compact);
    string(out, bytes, start, end, this.compact);
  }

  /** `:authority`, which most requests of a connection share. */
  authority(out: MessageWriter, bytes: Uint8Array, start: number, end: number): void {
    one.hash = AUTHORITY_HASH;
    one.names = STATIC_BYTES;
    one.nameStart = STATIC_START[AUTHORITY]!;
    one.nameEnd = one.nameStart + STATIC_NAME_LENGTH[AUTHORITY]!;
    one.values = bytes;
    one.start = start;
    one.end = end;
    this.encode(out, AUTHORITY);
  }

  /** All lines of `fields`, offsets into `bytes`, but those that are known by an id which `skip` has. */
  fields(out: MessageWriter, bytes: Uint8Array, fields: Fields, skip: Uint8Array): void {
    for (let i = 0; i < fields.count; i++) if (skip[fields.known[i]!] === 0) this.field(out, bytes, fields, i);
  }

  /** Line `i` of `fields`. Its name may be in any case. */
  field(out: MessageWriter, bytes: Uint8Array, fields: Fields, i: number): void {
    one.hash = fields.hash[i]!;
    one.names = one.values = bytes;
    one.nameStart = fields.start[i]!;
    one.nameEnd = fields.nameEnd[i]!;
    one.start = fields.valueStart[i]!;
    one.end = fields.valueEnd[i]!;
    if (isSensitive(one.hash, fields.known[i]!)) this.literal(out, NEVER_KEPT, 15, this.table.nameIndex(one));
    else this.encode(out, -1);
  }

  /** Encodes the field in `one`; `nameIndex` is -1 if nobody knows it. */
  private encode(out: MessageWriter, nameIndex: number): void {
    const { table } = this;
    const line = hashLine(one);
    const whole = table.lineIndex(line, one);
    if (whole > 0) {
      integer(out, INDEXED, 127, whole);
      return;
    }
    const index = nameIndex < 0 ? table.nameIndex(one) : nameIndex;
    const keep = (table.seen(line) || index === 0) && table.fits(one);
    this.literal(out, keep ? KEPT : NOT_KEPT, keep ? 63 : 15, index);
    if (keep) table.insert(line, one);
  }

  /** Spells out the field in `one`, its name too if that has no `index`. */
  private literal(out: MessageWriter, first: number, mask: number, index: number): void {
    integer(out, first, mask, index);
    if (index === 0) this.name(out);
    string(out, one.values, one.start, one.end, this.compact);
  }

  private name(out: MessageWriter): void {
    const { names, nameStart, nameEnd } = one;
    const length = nameEnd - nameStart;
    if (length > lower.length) lower = Buffer.alloc(length * 2);
    for (let i = 0; i < length; i++) lower[i] = inLower(names[nameStart + i]!);
    string(out, lower, 0, length, this.compact);
  }
}

function hashLine({ hash, values, start, end }: Field): number {
  let line = Math.imul(hash, 31);
  for (let i = start; i < end; i++) line = (Math.imul(line, 31) + values[i]!) | 0;
  return line ^ (line >>> 15) ^ (line >>> 7);
}

function same(bytes: Uint8Array, start: number, end: number, text: Uint8Array): boolean {
  if (end - start !== text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text[i]) return false;
  return true;
}

/** A number of §5.1 behind the bits of `first`. */
function integer(out: MessageWriter, first: number, mask: number, value: number): void {
  out.room(6);
  if (value < mask) {
    out.bytes[out.length++] = first | value;
    return;
  }
  out.bytes[out.length++] = first | mask;
  let rest = value - mask;
  for (; rest >= 128; rest >>>= 7) out.bytes[out.length++] = (rest & 127) | 128;
  out.bytes[out.length++] = rest;
}

/** A string of §5.2; `compact`: in the Huffman code where that is shorter. */
function string(out: MessageWriter, bytes: Uint8Array, start: number, end: number, compact: boolean): void {
  const length = end - start;
  const coded = compact ? huffmanLength(bytes, start, end) : length;
  if (coded >= length) {
    integer(out, 0, 127, length);
    out.span(bytes, start, end);
    return;
  }
  integer(out, 0x80, 127, coded);
  out.room(coded);
  out.length = huffmanEncode(bytes, start, end, out.bytes, out.length);
}
