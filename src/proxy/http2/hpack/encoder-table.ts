import { TOKEN } from '../../http1/chars.ts';
import { DynamicTable, ENTRY_OVERHEAD } from './dynamic-table.ts';
import { DEFAULT_TABLE_SIZE } from './hpack-decoder.ts';
import { STATIC_BYTES, STATIC_COUNT, STATIC_NAME_LENGTH, STATIC_START, staticIndex } from './static-table.ts';

/** Slots by hash of a line, and of a name: of two in one, the older is forgotten, and spelled out again. */
const LINE_SLOTS = 128;
const NAME_SLOTS = 64;
const NONE = new Uint32Array(0);

/** A field to be encoded: name and value in the bytes where they stand. One object serves all fields of a thread. */
export interface Field {
  /** Of the name in lower case. */
  hash: number;
  names: Uint8Array;
  nameStart: number;
  nameEnd: number;
  values: Uint8Array;
  start: number;
  end: number;
}

/** The dynamic table of an encoder, and where in it lines and names are. */
export class EncoderTable {
  private readonly table = new DynamicTable(DEFAULT_TABLE_SIZE);
  /** Hashes of lines that came last. */
  private lines = new Int32Array(0);
  /** Numbers of entries, from 1. */
  private lineEntry: Uint32Array = NONE;
  private nameEntry: Uint32Array = NONE;

  get maxSize(): number {
    return this.table.maxSize;
  }

  resize(size: number): void {
    this.table.resize(size);
  }

  /** Makes what most connections need at their first block. */
  prepare(): void {
    if (this.lines.length > 0) return;
    this.lines = new Int32Array(LINE_SLOTS);
    this.lineEntry = new Uint32Array(LINE_SLOTS);
    this.nameEntry = new Uint32Array(NAME_SLOTS);
  }

  /** Index of the whole field, whose line has this hash; or 0. */
  lineIndex(line: number, field: Field): number {
    const { table } = this;
    const { names, nameStart, nameEnd, values, start, end } = field;
    const entry = this.alive(this.lineEntry[line & (LINE_SLOTS - 1)]!);
    if (entry < 0 || table.valueLength(entry) !== end - start) return 0;
    if (!this.isName(entry, names, nameStart, nameEnd)) return 0;
    const at = table.start(entry) + nameEnd - nameStart + 2 - start;
    for (let i = start; i < end; i++) if (table.bytes[at + i] !== values[i]) return 0;
    return STATIC_COUNT + 1 + entry;
  }

  /** Index of a field of this name, or 0. */
  nameIndex({ hash, names, nameStart, nameEnd }: Field): number {
    const index = staticIndex(hash);
    if (index > 0 && isStaticName(index, names, nameStart, nameEnd)) return index;
    const entry = this.alive(this.nameEntry[hash & (NAME_SLOTS - 1)]!);
    return entry >= 0 && this.isName(entry, names, nameStart, nameEnd) ? STATIC_COUNT + 1 + entry : 0;
  }

  /** Index of the entry that was number `inserted`, among those that live, or -1. */
  private alive(inserted: number): number {
    const { table } = this;
    const age = (table.inserted - inserted) >>> 0;
    return inserted !== 0 && age < table.count ? age : -1;
  }

  private isName(entry: number, bytes: Uint8Array, start: number, end: number): boolean {
    const { table } = this;
    if (table.nameLength(entry) !== end - start) return false;
    const at = table.start(entry) - start;
    for (let i = start; i < end; i++) if (table.bytes[at + i] !== inLower(bytes[i]!)) return false;
    return true;
  }

  /** Whether a line of this hash came a while ago. */
  seen(line: number): boolean {
    const slot = line & (LINE_SLOTS - 1);
    if (this.lines[slot] === line) return true;
    this.lines[slot] = line;
    return false;
  }

  /** Whether there is room for the field without pushing out most of the others. */
  fits({ nameStart, nameEnd, start, end }: Field): boolean {
    return nameEnd - nameStart + end - start + ENTRY_OVERHEAD <= this.table.maxSize >> 1;
  }

  insert(line: number, field: Field): void {
    const { table } = this;
    const { hash, names, nameStart, nameEnd, values, start, end } = field;
    let at = table.reserve(nameEnd - nameStart, end - start, hash, 0);
    const { bytes } = table;
    for (let i = nameStart; i < nameEnd; i++) bytes[at++] = inLower(names[i]!);
    bytes[at++] = 58;
    bytes[at++] = 32;
    for (let i = start; i < end; i++) bytes[at++] = values[i]!;
    bytes[at] = 13;
    bytes[at + 1] = 10;
    this.lineEntry[line & (LINE_SLOTS - 1)] = table.inserted;
    this.nameEntry[hash & (NAME_SLOTS - 1)] = table.inserted;
  }
}

export function inLower(byte: number): number {
  const small = TOKEN[byte]!;
  return small === 0 ? byte : small;
}

function isStaticName(index: number, bytes: Uint8Array, start: number, end: number): boolean {
  if (STATIC_NAME_LENGTH[index] !== end - start) return false;
  const at = STATIC_START[index]! - start;
  for (let i = start; i < end; i++) if (STATIC_BYTES[at + i] !== inLower(bytes[i]!)) return false;
  return true;
}
