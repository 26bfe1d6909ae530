import { CR, HEX, LF } from './chars.ts';
import { BEFORE_NAME, EXTENSIONS_OVER, extensionStep } from './chunk-extension.ts';

const SIZE = 0;
const EXTENSION = 1;
const SIZE_LF = 2;
const DATA = 3;
const DATA_CR = 4;
const DATA_LF = 5;
const TRAILER = 6;
const DONE = 7;

const MAX_SIZE_DIGITS = 13;
const SEMICOLON = 59;
/** Bytes of extensions that one body may carry: they are dropped, and a stream of them would be work without a body. */
const MAX_EXTENSIONS = 16_384;
const MAX_TRAILER = 16_384;

/**
 * Takes the chunked coding off a body that comes in pieces (RFC 9112 §7.1). Strict: sizes are hexadecimal digits alone,
 * extensions keep to their grammar, lines end with CRLF, a chunk ends where it said. `step` moves through the bytes until
 * it has met one run of data.
 */
export class ChunkedDecoder {
  private state = SIZE;
  private digits = 0;
  private remaining = 0;
  private extensions = 0;
  private extension = BEFORE_NAME;
  private trailerBytes: Buffer | undefined = undefined;
  private trailerLength = 0;
  /** The run of data that the last `step` met; empty if it met none. */
  dataStart = 0;
  dataEnd = 0;

  get done(): boolean {
    return this.state === DONE;
  }

  /** The trailer section with its closing empty line, once `done`. */
  get trailer(): Uint8Array {
    return this.trailerBytes?.subarray(0, this.trailerLength) ?? new Uint8Array(0);
  }

  reset(): void {
    this.state = SIZE;
    this.digits = 0;
    this.remaining = 0;
    this.extensions = 0;
    this.trailerLength = 0;
  }

  /** The new position, or -1 when the bytes break the coding. */
  step(bytes: Uint8Array, from: number, end: number): number {
    this.dataStart = this.dataEnd = from;
    let at = from;
    while (at < end && this.state !== DONE) {
      if (this.state === DATA) return this.data(at, end);
      at = this.advance(bytes, at, end);
      if (at < 0) return -1;
    }
    return at;
  }

  private data(at: number, end: number): number {
    const length = Math.min(this.remaining, end - at);
    this.dataStart = at;
    this.dataEnd = at + length;
    this.remaining -= length;
    if (this.remaining === 0) this.state = DATA_CR;
    return at + length;
  }

  private advance(bytes: Uint8Array, at: number, end: number): number {
    const byte = bytes[at]!;
    switch (this.state) {
      case SIZE:
        return this.size(byte) ? at + 1 : -1;
      case EXTENSION:
        return this.extend(byte) ? at + 1 : -1;
      case SIZE_LF:
        if (byte !== LF) return -1;
        this.state = this.remaining === 0 ? TRAILER : DATA;
        return at + 1;
      case DATA_CR:
        this.state = DATA_LF;
        return byte === CR ? at + 1 : -1;
      case DATA_LF:
        this.state = SIZE;
        this.digits = 0;
        return byte === LF ? at + 1 : -1;
      default:
        return this.trailers(bytes, at, end);
    }
  }

  private size(byte: number): boolean {
    const digit = HEX[byte]!;
    if (digit !== 255) {
      this.remaining = this.digits === 0 ? digit : this.remaining * 16 + digit;
      return ++this.digits <= MAX_SIZE_DIGITS;
    }
    if (this.digits === 0) return false;
    this.state = byte === CR ? SIZE_LF : EXTENSION;
    this.extension = BEFORE_NAME;
    return byte === CR || byte === SEMICOLON;
  }

  private extend(byte: number): boolean {
    this.extension = extensionStep(this.extension, byte);
    if (this.extension === EXTENSIONS_OVER) this.state = SIZE_LF;
    return this.extension >= 0 && ++this.extensions <= MAX_EXTENSIONS;
  }

  /** Gathers lines until an empty one; whether they are fields is for the reader of `trailer` to say. */
  private trailers(bytes: Uint8Array, from: number, end: number): number {
    this.trailerBytes ??= Buffer.allocUnsafeSlow(64);
    let buffer = this.trailerBytes;
    for (let at = from; at < end; at++) {
      const length = this.trailerLength;
      if (length === MAX_TRAILER) return -1;
      if (length === buffer.length) buffer = this.growTrailer(buffer);
      const byte = bytes[at]!;
      buffer[length] = byte;
      this.trailerLength = length + 1;
      if (byte !== LF) continue;
      if (length === 0 || buffer[length - 1] !== CR) return -1;
      if (length === 1 || buffer[length - 2] === LF) {
        this.state = DONE;
        return at + 1;
      }
    }
    return end;
  }

  private growTrailer(buffer: Buffer): Buffer {
    const larger = Buffer.allocUnsafeSlow(buffer.length * 4);
    buffer.copy(larger);
    this.trailerBytes = larger;
    return larger;
  }
}
