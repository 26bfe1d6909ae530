import { HTAB, SP, VALUE } from '../../http1/chars.ts';
import { DynamicTable } from './dynamic-table.ts';
import type { FieldSection } from './field-section.ts';
import { huffmanDecode, mostDecoded } from './huffman.ts';
import { judgeName, type NameVerdict } from './name-traits.ts';
import { noteSensitive } from './sensitive-names.ts';
import * as statics from './static-table.ts';
import { STATIC_COUNT, staticIndex } from './static-table.ts';

/** SETTINGS_HEADER_TABLE_SIZE of whoever says nothing, in bytes. */
export const DEFAULT_TABLE_SIZE = 4_096;
/** Beside the id of a known name and its trait, in what the table keeps of an entry: its value is none. */
const BAD_VALUE = 1 << 16;

/** The name of the field that is decoded. */
const name: NameVerdict = { hash: 0, known: 0, trait: 0 };

/** Decodes what one side of a connection says of header fields, block after block, in their order (RFC 7541). */
export class HpackDecoder {
  private readonly table: DynamicTable;
  /** What we allow the other side's encoder. */
  private limit: number;
  /** The next block has to begin by saying that the table became smaller (§4.2). */
  private updateDue = false;
  private bytes: Uint8Array = statics.STATIC_BYTES;
  private at = 0;
  private end = 0;
  private nameLength = 0;

  /** @param limit SETTINGS_HEADER_TABLE_SIZE that we send, in bytes */
  constructor(limit: number = DEFAULT_TABLE_SIZE) {
    this.limit = limit;
    this.table = new DynamicTable(Math.min(limit, DEFAULT_TABLE_SIZE));
  }

  /** The other side has acknowledged the SETTINGS_HEADER_TABLE_SIZE that we sent. */
  acknowledge(limit: number): void {
    this.limit = limit;
    if (limit < this.table.maxSize) this.updateDue = true;
  }

  /**
   * Decodes bytes [start, end), which are one whole block, into `section`. False: COMPRESSION_ERROR, and the connection is of no
   * use any more. Else the message may still be malformed or too large, as the section says, and the table is in order.
   */
  decode(bytes: Uint8Array, start: number, end: number, section: FieldSection, role: number): boolean {
    section.begin(role);
    this.bytes = bytes;
    this.at = start;
    this.end = end;
    if (!this.updates()) return false;
    while (this.at < end) {
      const byte = bytes[this.at]!;
      const good =
        byte >= 0x80 ? this.indexed(section) : byte >= 0x40 ? this.literal(section, 63) : this.unindexed(section, byte);
      if (!good) return false;
    }
    section.end();
    return true;
  }

  /** Sizes of the table, which stand at the beginning of a block alone. */
  private updates(): boolean {
    while (this.at < this.end && (this.bytes[this.at]! & 0xe0) === 0x20) {
      const size = this.integer(31);
      if (size < 0 || size > this.limit) return false;
      this.table.resize(size);
      this.updateDue = false;
    }
    return !this.updateDue || this.at === this.end;
  }

  private unindexed(section: FieldSection, byte: number): boolean {
    return byte < 0x20 && this.literal(section, 15);
  }

  /** A number of §5.1, of four further bytes at most; -1 for others. */
  private integer(mask: number): number {
    const { bytes, end } = this;
    let value = bytes[this.at++]! & mask;
    if (value < mask) return value;
    for (let shift = 0; shift <= 21; shift += 7) {
      if (this.at === end) return -1;
      const byte = bytes[this.at++]!;
      value += (byte & 127) << shift;
      if (byte < 128) return value;
    }
    return -1;
  }

  private indexed(section: FieldSection): boolean {
    const index = this.integer(127);
    if (index <= 0 || index > STATIC_COUNT + this.table.count) return false;
    // What is dropped anyway is not copied: a block of few bytes may come to very many.
    if (section.tooLarge) return true;
    const start = section.length;
    if (index <= STATIC_COUNT) {
      this.staticName(index);
      const valueLength = statics.STATIC_VALUE_LENGTH[index]!;
      copyTo(section, statics.STATIC_BYTES, statics.STATIC_START[index]!, this.nameLength + valueLength + 4);
      section.take(start, this.nameLength, valueLength, name.hash, name.known, name.trait);
      return true;
    }
    const { table } = this;
    const entry = index - STATIC_COUNT - 1;
    const valueLength = table.valueLength(entry);
    this.dynamicName(entry);
    if ((table.second(entry) & BAD_VALUE) !== 0) section.refuseValue();
    copyTo(section, table.bytes, table.start(entry), this.nameLength + valueLength + 4);
    section.take(start, this.nameLength, valueLength, name.hash, name.known, name.trait);
    return true;
  }

  private staticName(index: number): void {
    this.nameLength = statics.STATIC_NAME_LENGTH[index]!;
    name.hash = statics.STATIC_HASH[index]!;
    name.known = statics.STATIC_KNOWN[index]!;
    name.trait = statics.STATIC_TRAIT[index]!;
  }

  private dynamicName(entry: number): void {
    const { table } = this;
    const about = table.second(entry);
    this.nameLength = table.nameLength(entry);
    name.hash = table.first(entry);
    name.known = about & 0xff;
    name.trait = (about >> 8) & 0xff;
  }

  /** A field whose value, and perhaps name, is spelled out; `mask` says how much of the byte is the name's index. */
  private literal(section: FieldSection, mask: number): boolean {
    const start = section.length;
    const never = mask === 15 && (this.bytes[this.at]! & 0x10) !== 0;
    const index = this.integer(mask);
    if (index < 0 || !(index === 0 ? this.newName(section) : this.oldName(section, index))) return false;
    section.room(2);
    section.bytes[section.length++] = 58;
    section.bytes[section.length++] = 32;
    const valueStart = section.length;
    if (!this.string(section)) return false;
    const valueLength = section.length - valueStart;
    const good = isValue(section.bytes, valueStart, section.length);
    if (!good) section.refuseValue();
    section.room(2);
    section.bytes[section.length++] = 13;
    section.bytes[section.length++] = 10;
    if (mask === 63) this.keep(section, start, valueLength, good);
    else if (never && name.hash !== 0 && staticIndex(name.hash) === 0) noteSensitive(name.hash);
    section.take(start, this.nameLength, valueLength, name.hash, name.known, name.trait);
    return true;
  }

  private newName(section: FieldSection): boolean {
    const start = section.length;
    if (!this.string(section)) return false;
    this.nameLength = section.length - start;
    judgeName(section.bytes, start, section.length, name);
    return true;
  }

  private oldName(section: FieldSection, index: number): boolean {
    if (index <= STATIC_COUNT) {
      this.staticName(index);
      copyTo(section, statics.STATIC_BYTES, statics.STATIC_START[index]!, this.nameLength);
      return true;
    }
    const entry = index - STATIC_COUNT - 1;
    if (entry >= this.table.count) return false;
    this.dynamicName(entry);
    copyTo(section, this.table.bytes, this.table.start(entry), this.nameLength);
    return true;
  }

  /** Appends a string of §5.2 to the section. */
  private string(section: FieldSection): boolean {
    if (this.at >= this.end) return false;
    const coded = this.bytes[this.at]! >= 0x80;
    const length = this.integer(127);
    if (length < 0 || length > this.end - this.at) return false;
    const from = this.at;
    this.at += length;
    if (!coded) {
      copyTo(section, this.bytes, from, length);
      return true;
    }
    section.room(mostDecoded(length));
    const to = huffmanDecode(this.bytes, from, this.at, section.bytes, section.length);
    if (to < 0) return false;
    section.length = to;
    return true;
  }

  private keep(section: FieldSection, start: number, valueLength: number, good: boolean): void {
    const { table, nameLength } = this;
    const about = name.known | (name.trait << 8) | (good ? 0 : BAD_VALUE);
    const at = table.reserve(nameLength, valueLength, name.hash, about);
    if (at >= 0) copy(section.bytes, start, table.bytes, at, nameLength + valueLength + 4);
  }
}

const SHORT = 40;

function copy(source: Uint8Array, from: number, target: Uint8Array, to: number, count: number): void {
  if (count <= SHORT) for (let i = 0; i < count; i++) target[to + i] = source[from + i]!;
  else Buffer.prototype.copy.call(source, target, to, from, from + count);
}

function copyTo(section: FieldSection, source: Uint8Array, from: number, count: number): void {
  section.room(count);
  copy(source, from, section.bytes, section.length, count);
  section.length += count;
}

/** RFC 9113 §8.2.1, and what HTTP/1 can carry. */
function isValue(bytes: Uint8Array, start: number, end: number): boolean {
  if (start === end) return true;
  if (isSpace(bytes[start]!) || isSpace(bytes[end - 1]!)) return false;
  for (let i = start; i < end; i++) if (VALUE[bytes[i]!] === 0) return false;
  return true;
}

function isSpace(byte: number): boolean {
  return byte === SP || byte === HTAB;
}
