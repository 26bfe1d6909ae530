import { TOKEN } from '../../http1/chars.ts';
import type { Fields } from '../../http1/fields.ts';
import type { MessageWriter } from '../../http1/message-writer.ts';
import { DynamicTable, ENTRY_OVERHEAD } from './dynamic-table.ts';
import { DEFAULT_TABLE_SIZE } from './hpack-decoder.ts';
import { huffmanEncode, huffmanLength } from './huffman.ts';
import { AUTHORITY, METHOD, PATH, PROTOCOL } from './name-traits.ts';
import { isSensitive } from './sensitive-names.ts';
import { STATIC_BYTES, STATIC_COUNT, STATIC_NAME_LENGTH, STATIC_START, staticIndex } from './static-table.ts';

/** Slots by hash of a line, and of a name: of two in one, the older is forgotten, and spelled out again. */
const LINE_SLOTS = 128;
const NAME_SLOTS = 64;
/** First bytes of representations, and bits of the index in them (RFC 7541 §6). */
const INDEXED = 0x80;
const KEPT = 0x40;
const NOT_KEPT = 0x00;
const NEVER_KEPT = 0x10;
const SIZE_UPDATE = 0x20;
/** Static index by pseudo-header field; `:protocol` has none. */
const PSEUDO_INDEX: readonly number[] = [2, 6, 1, 4, 8, 0];
const STATUS_INDEX = new Uint8Array(600);
[200, 204, 206, 304, 400, 404, 500].forEach((status, i) => {
  STATUS_INDEX[status] = 8 + i;
});
const PROTOCOL_NAME = Buffer.from(':protocol', 'latin1');
const GET = Buffer.from('GET', 'latin1');
const POST = Buffer.from('POST', 'latin1');
const ROOT = Buffer.from('/', 'latin1');

/** Names as HTTP/2 wants them; scratch. */
let lower: Buffer = Buffer.alloc(256);
const digits = Buffer.alloc(3);

/**
 * Encodes what we say of header fields on one connection (RFC 7541). A line goes into the table when it comes a second time in a
 * while, or has a name that comes for the first time: so values that differ from message to message don't push out others.
 * Secrets never do.
 */
export class HpackEncoder {
  private readonly table = new DynamicTable(DEFAULT_TABLE_SIZE);
  /** What is to be said of the table's size at the beginning of the next block; -1: nothing. */
  private lowest = -1;
  private lines = new Int32Array(0);
  private lineEntry = new Uint32Array(0);
  private nameEntry = new Uint32Array(0);
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
    if (this.lines.length === 0) {
      this.lines = new Int32Array(LINE_SLOTS);
      this.lineEntry = new Uint32Array(LINE_SLOTS);
      this.nameEntry = new Uint32Array(NAME_SLOTS);
    }
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
    integer(out, NOT_KEPT, 15, 8);
    digits[0] = 48 + Math.floor(status / 100);
    digits[1] = 48 + (Math.floor(status / 10) % 10);
    digits[2] = 48 + (status % 10);
    string(out, digits, 0, 3, this.compact);
  }

  /** `:scheme`, of the two that there are. */
  scheme(out: MessageWriter, secure: boolean): void {
    integer(out, INDEXED, 127, secure ? 7 : 6);
  }

  method(out: MessageWriter, bytes: Uint8Array, start: number, end: number): void {
    if (same(bytes, start, end, GET)) integer(out, INDEXED, 127, 2);
    else if (same(bytes, start, end, POST)) integer(out, INDEXED, 127, 3);
    else this.pseudo(out, METHOD, bytes, start, end);
  }

  /** It is in no table: paths differ, and may hold secrets. */
  path(out: MessageWriter, bytes: Uint8Array, start: number, end: number): void {
    if (same(bytes, start, end, ROOT)) integer(out, INDEXED, 127, 4);
    else this.pseudo(out, PATH, bytes, start, end);
  }

  /** `:authority`, which most requests of a connection share. */
  authority(out: MessageWriter, bytes: Uint8Array, start: number, end: number): void {
    this.known(out, PSEUDO_INDEX[AUTHORITY]!, AUTHORITY_SEED, bytes, start, end);
  }

  /** `:protocol` (RFC 8441). */
  protocol(out: MessageWriter, bytes: Uint8Array, start: number, end: number): void {
    this.pseudo(out, PROTOCOL, bytes, start, end);
  }

  private pseudo(out: MessageWriter, id: number, bytes: Uint8Array, start: number, end: number): void {
    const index = PSEUDO_INDEX[id]!;
    integer(out, NOT_KEPT, 15, index);
    if (index === 0) string(out, PROTOCOL_NAME, 0, PROTOCOL_NAME.length, this.compact);
    string(out, bytes, start, end, this.compact);
  }

  /** All lines of `fields`, offsets into `bytes`, but those that are known by an id which `skip` has. */
  fields(out: MessageWriter, bytes: Uint8Array, fields: Fields, skip: Uint8Array): void {
    for (let i = 0; i < fields.count; i++) if (skip[fields.known[i]!] === 0) this.field(out, bytes, fields, i);
  }

  /** Line `i` of `fields`. Its name may be in any case. */
  field(out: MessageWriter, bytes: Uint8Array, fields: Fields, i: number): void {
    const hash = fields.hash[i]!;
    const nameStart = fields.start[i]!;
    const nameEnd = fields.nameEnd[i]!;
    const start = fields.valueStart[i]!;
    const end = fields.valueEnd[i]!;
    if (isSensitive(hash, fields.known[i]!)) {
      this.named(out, NEVER_KEPT, 15, this.nameIndex(hash, bytes, nameStart, nameEnd), bytes, nameStart, nameEnd);
      string(out, bytes, start, end, this.compact);
      return;
    }
    const whole = hashValue(hash, bytes, start, end);
    const entry = this.lineIndex(whole, bytes, nameStart, nameEnd, start, end);
    if (entry > 0) integer(out, INDEXED, 127, entry);
    else {
      const index = this.nameIndex(hash, bytes, nameStart, nameEnd);
      const fits = nameEnd - nameStart + end - start + ENTRY_OVERHEAD <= this.table.maxSize >> 1;
      const keep = this.seen(whole) || index === 0;
      if (keep && fits) this.named(out, KEPT, 63, index, bytes, nameStart, nameEnd);
      else this.named(out, NOT_KEPT, 15, index, bytes, nameStart, nameEnd);
      string(out, bytes, start, end, this.compact);
      if (keep && fits) this.insert(hash, whole, bytes, nameStart, nameEnd, start, end);
    }
  }

  /** A field whose name is the static one at `index`, by itself. */
  private known(out: MessageWriter, index: number, seed: number, bytes: Uint8Array, start: number, end: number): void {
    const nameStart = STATIC_START[index]!;
    const nameLength = STATIC_NAME_LENGTH[index]!;
    const whole = hashValue(seed, bytes, start, end);
    const entry = this.pseudoIndex(whole, nameLength, nameStart, bytes, start, end);
    if (entry > 0) {
      integer(out, INDEXED, 127, entry);
      return;
    }
    const keep = this.seen(whole) && nameLength + end - start + ENTRY_OVERHEAD <= this.table.maxSize >> 1;
    integer(out, keep ? KEPT : NOT_KEPT, keep ? 63 : 15, index);
    string(out, bytes, start, end, this.compact);
    if (!keep) return;
    const at = this.table.reserve(nameLength, end - start, seed, 0);
    STATIC_BYTES.copy(this.table.bytes, at, nameStart, nameStart + nameLength);
    this.value(at + nameLength, bytes, start, end);
    this.lineEntry[whole & (LINE_SLOTS - 1)] = this.table.inserted;
  }

  private pseudoIndex(
    whole: number,
    nameLength: number,
    nameStart: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): number {
    return this.lineIndex(whole, STATIC_BYTES, nameStart, nameStart + nameLength, start, end, bytes);
  }

  /** Whether a line of this hash came a while ago. */
  private seen(hash: number): boolean {
    const slot = hash & (LINE_SLOTS - 1);
    if (this.lines[slot] === hash) return true;
    this.lines[slot] = hash;
    return false;
  }

  /** Index of the entry that was number `inserted`, among those that live, or -1. */
  private alive(inserted: number): number {
    const { table } = this;
    const age = (table.inserted - inserted) >>> 0;
    return inserted !== 0 && age < table.count ? age : -1;
  }

  private lineIndex(
    hash: number,
    bytes: Uint8Array,
    nameStart: number,
    nameEnd: number,
    start: number,
    end: number,
    values: Uint8Array = bytes,
  ): number {
    const { table } = this;
    const entry = this.alive(this.lineEntry[hash & (LINE_SLOTS - 1)]!);
    if (entry < 0 || table.valueLength(entry) !== end - start) return 0;
    if (!this.isName(entry, bytes, nameStart, nameEnd)) return 0;
    const at = table.start(entry) + nameEnd - nameStart + 2 - start;
    for (let i = start; i < end; i++) if (table.bytes[at + i] !== values[i]) return 0;
    return STATIC_COUNT + 1 + entry;
  }

  private isName(entry: number, bytes: Uint8Array, start: number, end: number): boolean {
    const { table } = this;
    if (table.nameLength(entry) !== end - start) return false;
    const at = table.start(entry) - start;
    for (let i = start; i < end; i++) if (table.bytes[at + i] !== inLower(bytes[i]!)) return false;
    return true;
  }

  private nameIndex(hash: number, bytes: Uint8Array, start: number, end: number): number {
    const index = staticIndex(hash);
    if (index > 0 && isStaticName(index, bytes, start, end)) return index;
    const entry = this.alive(this.nameEntry[hash & (NAME_SLOTS - 1)]!);
    return entry >= 0 && this.isName(entry, bytes, start, end) ? STATIC_COUNT + 1 + entry : 0;
  }

  /** The first part of a literal: `index` of its name, or the name. */
  private named(
    out: MessageWriter,
    first: number,
    mask: number,
    index: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    integer(out, first, mask, index);
    if (index > 0) return;
    const length = end - start;
    if (length > lower.length) lower = Buffer.alloc(length * 2);
    for (let i = 0; i < length; i++) lower[i] = inLower(bytes[start + i]!);
    string(out, lower, 0, length, this.compact);
  }

  private insert(
    hash: number,
    whole: number,
    bytes: Uint8Array,
    nameStart: number,
    nameEnd: number,
    start: number,
    end: number,
  ): void {
    const { table } = this;
    const nameLength = nameEnd - nameStart;
    const at = table.reserve(nameLength, end - start, hash, 0);
    for (let i = 0; i < nameLength; i++) table.bytes[at + i] = inLower(bytes[nameStart + i]!);
    this.value(at + nameLength, bytes, start, end);
    this.lineEntry[whole & (LINE_SLOTS - 1)] = table.inserted;
    this.nameEntry[hash & (NAME_SLOTS - 1)] = table.inserted;
  }

  /** Writes what stands behind a name in the table. */
  private value(at: number, bytes: Uint8Array, start: number, end: number): void {
    const target = this.table.bytes;
    target[at] = 58;
    target[at + 1] = 32;
    for (let i = start; i < end; i++) target[at + 2 + i - start] = bytes[i]!;
    target[at + 2 + end - start] = 13;
    target[at + 3 + end - start] = 10;
  }
}

/** Stands for the name in the hash of a line. */
const AUTHORITY_SEED = 0x3a61_7574;

function inLower(byte: number): number {
  const small = TOKEN[byte]!;
  return small === 0 ? byte : small;
}

function hashValue(seed: number, bytes: Uint8Array, start: number, end: number): number {
  let hash = Math.imul(seed, 31);
  for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0;
  return hash ^ (hash >>> 15) ^ (hash >>> 7);
}

function same(bytes: Uint8Array, start: number, end: number, text: Uint8Array): boolean {
  if (end - start !== text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text[i]) return false;
  return true;
}

function isStaticName(index: number, bytes: Uint8Array, start: number, end: number): boolean {
  if (STATIC_NAME_LENGTH[index] !== end - start) return false;
  const at = STATIC_START[index]! - start;
  for (let i = start; i < end; i++) if (STATIC_BYTES[at + i] !== inLower(bytes[i]!)) return false;
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
