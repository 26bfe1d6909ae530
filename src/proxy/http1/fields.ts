import { COLON, COMMA, CR, HTAB, LF, latin1, SP, spells, TOKEN, VALUE } from './chars.ts';
import * as names from './names.ts';
import { hashName, hashSpan, knownName, nameSet } from './names.ts';
import { INCOMPLETE, MALFORMED, TOO_MANY_FIELDS } from './refusal.ts';

const MAX_NOMINATED = 32;
const CLOSE = hashName('close');
const KEEP_ALIVE = hashName('keep-alive');
/** Fields that `Connection` may not take away: the message would change its meaning, or they are written by us. */
const ESSENTIAL = nameSet(
  names.HOST_FIELD,
  names.CONTENT_LENGTH,
  names.TRANSFER_ENCODING,
  names.X_FORWARDED_FOR,
  names.X_FORWARDED_PROTO,
  names.X_FORWARDED_HOST,
  names.X_REQUEST_ID,
  names.DATE,
);

/**
 * The fields of one head as offsets into the bytes they were parsed from; no string, no copy. Reused for every message,
 * so it is valid until the next `parse`, and no longer than the bytes are.
 */
export class Fields {
  count = 0;
  readonly hash: Int32Array;
  readonly known: Uint8Array;
  /** Line i is [start[i], start[i + 1]). */
  readonly start: Int32Array;
  readonly nameEnd: Int32Array;
  readonly valueStart: Int32Array;
  readonly valueEnd: Int32Array;
  /** Said by `Connection`. */
  close = false;
  keepAlive = false;
  nominatedCount = 0;
  readonly nominatedHash = new Int32Array(MAX_NOMINATED);
  readonly nominatedStart = new Int32Array(MAX_NOMINATED);
  readonly nominatedEnd = new Int32Array(MAX_NOMINATED);

  /** `capacity` is the most fields a head may have. */
  constructor(capacity: number) {
    this.hash = new Int32Array(capacity);
    this.known = new Uint8Array(capacity);
    this.start = new Int32Array(capacity + 1);
    this.nameEnd = new Int32Array(capacity);
    this.valueStart = new Int32Array(capacity);
    this.valueEnd = new Int32Array(capacity);
  }

  /** Forgets the last head. For whoever reads fields elsewhere (HPACK): `add` for each line, in order, then `end`. */
  begin(): void {
    this.count = 0;
    this.close = false;
    this.keepAlive = false;
    this.nominatedCount = 0;
  }

  /**
   * Adds the line `name: value CR LF` at `start`, which begins where the last one ended. `hash`: of the name, as `hashName`
   * makes it; `known`: its number, as `knownName` says. The name is a token in lower case and the value holds no bytes that
   * `VALUE` does not, nor spaces around it: who adds has seen to that. False: there are as many as there may be.
   */
  add(known: number, hash: number, start: number, nameEnd: number, valueStart: number, valueEnd: number): boolean {
    const i = this.count;
    if (i === this.hash.length) return false;
    this.hash[i] = hash;
    this.known[i] = known;
    this.start[i] = start;
    this.nameEnd[i] = nameEnd;
    this.valueStart[i] = valueStart;
    this.valueEnd[i] = valueEnd;
    this.count = i + 1;
    return true;
  }

  /** All were added; `at` is where the last line ended. */
  end(at: number): void {
    this.start[this.count] = at;
  }

  /** Reads field lines up to and with the empty one; the position behind it, or INCOMPLETE, MALFORMED, TOO_MANY_FIELDS. */
  parse(bytes: Uint8Array, from: number, end: number): number {
    this.begin();
    let at = from;
    for (;;) {
      if (at + 1 >= end) return at < end && bytes[at] !== CR && TOKEN[bytes[at]!] === 0 ? MALFORMED : INCOMPLETE;
      if (bytes[at] === CR) {
        this.start[this.count] = at;
        return bytes[at + 1] === LF ? at + 2 : MALFORMED;
      }
      if (this.count === this.hash.length) return TOO_MANY_FIELDS;
      at = this.#line(bytes, at, end);
      if (at < 0) return at;
    }
  }

  #line(bytes: Uint8Array, from: number, end: number): number {
    let at = from;
    let hash = 0;
    for (; at < end; at++) {
      const byte = TOKEN[bytes[at]!]!;
      if (byte === 0) break;
      hash = (Math.imul(hash, 31) + byte) | 0;
    }
    if (at === end) return INCOMPLETE;
    // A space before the colon and a folded line (it has no name) both end here.
    if (bytes[at] !== COLON || at === from) return MALFORMED;
    const nameEnd = at++;
    while (at < end && (bytes[at] === SP || bytes[at] === HTAB)) at++;
    const valueStart = at;
    while (at < end && VALUE[bytes[at]!] === 1) at++;
    if (at === end) return INCOMPLETE;
    if (bytes[at] !== CR) return MALFORMED;
    if (at + 1 === end) return INCOMPLETE;
    if (bytes[at + 1] !== LF) return MALFORMED;
    this.#add(bytes, hash, from, nameEnd, valueStart, at);
    return at + 2;
  }

  #add(bytes: Uint8Array, hash: number, start: number, nameEnd: number, valueStart: number, lineEnd: number): void {
    let valueEnd = lineEnd;
    while (valueEnd > valueStart && (bytes[valueEnd - 1] === SP || bytes[valueEnd - 1] === HTAB)) valueEnd--;
    const i = this.count++;
    this.hash[i] = hash;
    this.known[i] = knownName(hash, bytes, start, nameEnd);
    this.start[i] = start;
    this.nameEnd[i] = nameEnd;
    this.valueStart[i] = valueStart;
    this.valueEnd[i] = valueEnd;
  }

  /** Reads the options of a `Connection` field; false if it breaks the grammar or names more than anybody needs. */
  readConnection(bytes: Uint8Array, field: number): boolean {
    const end = this.valueEnd[field]!;
    let at = this.valueStart[field]!;
    while (at < end) {
      while (at < end && (bytes[at] === SP || bytes[at] === HTAB || bytes[at] === COMMA)) at++;
      const start = at;
      while (at < end && TOKEN[bytes[at]!] !== 0) at++;
      if (at > start && !this.#option(bytes, start, at)) return false;
      while (at < end && (bytes[at] === SP || bytes[at] === HTAB)) at++;
      if (at < end && bytes[at] !== COMMA) return false;
    }
    return true;
  }

  #option(bytes: Uint8Array, start: number, end: number): boolean {
    const hash = hashSpan(bytes, start, end);
    if (hash === CLOSE && spells(bytes, start, end, 'close')) {
      this.close = true;
      return true;
    }
    if (hash === KEEP_ALIVE && spells(bytes, start, end, 'keep-alive')) {
      this.keepAlive = true;
      return true;
    }
    if (ESSENTIAL[knownName(hash, bytes, start, end)] === 1) return true;
    if (this.nominatedCount === MAX_NOMINATED) return false;
    this.nominatedHash[this.nominatedCount] = hash;
    this.nominatedStart[this.nominatedCount] = start;
    this.nominatedEnd[this.nominatedCount++] = end;
    return true;
  }

  /** Whether `Connection` names this field: it is meant for us alone. */
  isNominated(bytes: Uint8Array, field: number): boolean {
    for (let n = 0; n < this.nominatedCount; n++) {
      if (this.nominatedHash[n] === this.hash[field] && this.#sameName(bytes, field, n)) return true;
    }
    return false;
  }

  #sameName(bytes: Uint8Array, field: number, nominated: number): boolean {
    const start = this.start[field]!;
    const other = this.nominatedStart[nominated]!;
    const length = this.nameEnd[field]! - start;
    if (length !== this.nominatedEnd[nominated]! - other) return false;
    for (let i = 0; i < length; i++) if (TOKEN[bytes[start + i]!] !== TOKEN[bytes[other + i]!]) return false;
    return true;
  }

  /** Whether only spaces stand around the value. Some parsers take a tab for part of it, and so miss what it says. */
  isPlainlySpaced(bytes: Uint8Array, field: number): boolean {
    const lineEnd = this.start[field + 1]! - 2;
    for (let at = this.nameEnd[field]!; at < this.valueStart[field]!; at++) if (bytes[at] === HTAB) return false;
    for (let at = this.valueEnd[field]!; at < lineEnd; at++) if (bytes[at] === HTAB) return false;
    return true;
  }

  value(bytes: Uint8Array, field: number): string {
    return latin1(bytes, this.valueStart[field]!, this.valueEnd[field]!);
  }

  /** Index of the first field of this name (lower case), or -1. */
  find(bytes: Uint8Array, lower: string): number {
    const hash = hashName(lower);
    for (let i = 0; i < this.count; i++) {
      if (this.hash[i] === hash && spells(bytes, this.start[i]!, this.nameEnd[i]!, lower)) return i;
    }
    return -1;
  }
}

/** A length in decimal digits alone, at most 15 of them; -1 for anything else. */
export function parseLength(bytes: Uint8Array, start: number, end: number): number {
  if (end === start || end - start > 15) return -1;
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = bytes[i]! - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
