import { CODE_LENGTHS, CODES, END_OF_STRING } from '../src/proxy/http2/hpack/huffman-code.ts';
import * as statics from '../src/proxy/http2/hpack/static-table.ts';

export type Line = readonly [name: string, value: string];

/** Entries take so much on top of name and value (RFC 7541 §4.1). */
const OVERHEAD = 32;
const TABLE_SIZE = 4_096;
/** Bytes of a number behind its first that our decoder takes; longer ones it refuses. */
const MOST_FURTHER = 4;

const STATIC: readonly Line[] = Array.from({ length: statics.STATIC_COUNT }, (_, i) => staticLine(i + 1));
const SYMBOLS = new Map(
  Array.from({ length: END_OF_STRING }, (_, symbol) => [`${CODE_LENGTHS[symbol]} ${CODES[symbol]}`, symbol]),
);

function staticLine(index: number): Line {
  const start = statics.STATIC_START[index]!;
  const nameEnd = start + statics.STATIC_NAME_LENGTH[index]!;
  const text = statics.STATIC_BYTES.toString('latin1', start, nameEnd + 2 + statics.STATIC_VALUE_LENGTH[index]!);
  return [text.slice(0, nameEnd - start), text.slice(nameEnd - start + 2)];
}

/** Why a block can't be decoded. */
class Undecodable extends Error {}

/** HPACK as the RFC words it, with lists and strings: slow, and like ours in nothing. */
export class PlainHpack {
  private table: Line[] = [];
  private maxSize = TABLE_SIZE;
  private bytes: Uint8Array = new Uint8Array(0);
  private at = 0;

  /** The fields of one block, in order; undefined if it can't be decoded. */
  decode(bytes: Uint8Array): readonly Line[] | undefined {
    this.bytes = bytes;
    this.at = 0;
    try {
      return this.fields();
    } catch (error) {
      if (error instanceof Undecodable) return undefined;
      throw error;
    }
  }

  private fields(): readonly Line[] {
    const lines: Line[] = [];
    while (this.at < this.bytes.length) {
      const first = this.bytes[this.at]!;
      if (first >= 128) lines.push(this.entry(this.number(7)));
      else if (first >= 64) lines.push(this.kept(this.literal(6)));
      else if (first >= 32) this.resize(lines.length);
      else lines.push(this.literal(4));
    }
    return lines;
  }

  private byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw new Undecodable();
    return byte;
  }

  private number(bits: number): number {
    const most = 2 ** bits - 1;
    let value = this.byte() & most;
    if (value < most) return value;
    for (let further = 0; further < MOST_FURTHER; further++) {
      const byte = this.byte();
      value += (byte & 127) * 128 ** further;
      if (byte < 128) return value;
    }
    throw new Undecodable();
  }

  private entry(index: number): Line {
    const line = index <= STATIC.length ? STATIC[index - 1] : this.table[index - STATIC.length - 1];
    if (line === undefined) throw new Undecodable();
    return line;
  }

  private literal(bits: number): Line {
    const index = this.number(bits);
    const name = index === 0 ? this.string() : this.entry(index)[0];
    return [name, this.string()];
  }

  private string(): string {
    const coded = (this.bytes[this.at] ?? 0) >= 128;
    const length = this.number(7);
    if (this.at + length > this.bytes.length) throw new Undecodable();
    const bytes = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    return coded ? huffman(bytes) : Buffer.from(bytes).toString('latin1');
  }

  private resize(lines: number): void {
    const size = this.number(5);
    if (size > TABLE_SIZE || lines > 0) throw new Undecodable();
    this.maxSize = size;
    this.evict();
  }

  private kept(line: Line): Line {
    this.table.unshift(line);
    this.evict();
    return line;
  }

  private evict(): void {
    const size = () => this.table.reduce((sum, [name, value]) => sum + name.length + value.length + OVERHEAD, 0);
    while (size() > this.maxSize) this.table.pop();
  }
}

/** Bit by bit. */
function huffman(bytes: Uint8Array): string {
  let text = '';
  let code = 0;
  let length = 0;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      code = code * 2 + ((byte >> bit) & 1);
      length++;
      const symbol = SYMBOLS.get(`${length} ${code}`);
      if (symbol !== undefined) {
        text += String.fromCharCode(symbol);
        code = length = 0;
      }
    }
  }
  if (length > 7 || code !== 2 ** length - 1) throw new Undecodable();
  return text;
}
