import { SLASH, TARGET, TOKEN } from '../../http1/chars.ts';
import type { Fields } from '../../http1/fields.ts';
import { hashName } from '../../http1/names.ts';
import * as traits from './name-traits.ts';
import { AUTHORITY, knownAs, METHOD, PATH, PROTOCOL, PSEUDO_COUNT, SCHEME, STATUS } from './name-traits.ts';

/** What a block of header fields belongs to. */
export const REQUEST = 0;
export const RESPONSE = 1;
export const TRAILERS = 2;

/** Pseudo-header fields that each may have, as bits. */
const ALLOWED = [
  (1 << METHOD) | (1 << SCHEME) | (1 << AUTHORITY) | (1 << PATH) | (1 << PROTOCOL),
  1 << STATUS,
  0,
] as const;
const EMPTY = Buffer.alloc(0);
const COOKIE_NAME = 'cookie: ';
const COOKIE_HASH = hashName('cookie');
const COOKIE_KNOWN = knownAs('cookie');
const STAR = 42;

/**
 * The fields of one message or its trailers, as HPACK told them: lines `name: value\r\n` of HTTP/1, one behind the other, with
 * their offsets in `fields`, and the pseudo-header fields apart (RFC 9113 §8.2, §8.3). Scratch of a thread: it holds
 * one section until the next is decoded.
 */
export class FieldSection {
  bytes: Buffer = EMPTY;
  /** Of all that is in `bytes`. */
  length = 0;
  readonly fields: Fields;
  /** Where the value of a pseudo-header field is, by its id (`METHOD` …); the start is -1 if there is none. */
  readonly pseudoStart = new Int32Array(PSEUDO_COUNT);
  readonly pseudoEnd = new Int32Array(PSEUDO_COUNT);
  /** What makes the message malformed, which resets its stream; '' if nothing does (§8.1.1). */
  fault = '';
  /** As SETTINGS_MAX_HEADER_LIST_SIZE counts (§6.5.2); 32 for each field on top of its name and value. */
  size = 0;
  /** It is more than the limit, in size or number of fields: what was too much is not here. */
  tooLarge = false;
  /** Of a response. */
  status = 0;
  /** Bytes that a section may come to; as `size` counts. */
  private readonly maxSize: number;
  private role = REQUEST;
  private regular = false;
  private crumbs: Buffer = EMPTY;
  private crumbsLength = 0;

  /** `fields` is filled with each section. */
  constructor(fields: Fields, maxSize: number) {
    this.fields = fields;
    this.maxSize = maxSize;
  }

  begin(role: number): void {
    this.role = role;
    this.length = 0;
    this.pseudoStart.fill(-1);
    this.pseudoEnd.fill(-1);
    this.fault = '';
    this.size = 0;
    this.tooLarge = false;
    this.status = 0;
    this.regular = false;
    this.crumbsLength = 0;
    const { fields } = this;
    fields.count = 0;
    fields.close = false;
    fields.keepAlive = false;
    fields.nominatedCount = 0;
    fields.start[0] = 0;
  }

  /** Sees to it that `count` further bytes can be written. */
  room(count: number): void {
    if (this.length + count > this.bytes.length) this.bytes = grown(this.bytes, this.length, count);
  }

  /** Takes the line at `start`, which is the last in `bytes`, or drops it. */
  take(start: number, nameLength: number, valueLength: number, hash: number, known: number, trait: number): void {
    this.size += nameLength + valueLength + 32;
    if (this.size > this.maxSize) this.tooLarge = true;
    if (this.tooLarge || this.fault !== '') this.length = start;
    else if (trait === traits.PLAIN) this.add(start, nameLength, valueLength, hash, known);
    else if (trait < PSEUDO_COUNT) this.pseudo(trait, start + nameLength + 2, valueLength);
    else this.special(start, nameLength, valueLength, hash, known, trait);
  }

  /** A value that HTTP has no room for, whatever it belongs to. */
  refuseValue(): void {
    this.refuse('a field value with bytes that none may have');
  }

  private refuse(fault: string): void {
    if (this.fault === '') this.fault = fault;
  }

  private add(start: number, nameLength: number, valueLength: number, hash: number, known: number): void {
    const { fields } = this;
    const i = fields.count;
    if (i === fields.hash.length) {
      this.tooLarge = true;
      this.length = start;
      return;
    }
    this.regular = true;
    const valueStart = start + nameLength + 2;
    fields.hash[i] = hash;
    fields.known[i] = known;
    fields.start[i] = start;
    fields.nameEnd[i] = start + nameLength;
    fields.valueStart[i] = valueStart;
    fields.valueEnd[i] = valueStart + valueLength;
    fields.start[i + 1] = this.length;
    fields.count = i + 1;
  }

  private pseudo(id: number, start: number, length: number): void {
    if (this.regular) this.refuse('a pseudo-header field behind others');
    else if (((ALLOWED[this.role] ?? 0) & (1 << id)) === 0) this.refuse(`${traits.PSEUDO_NAMES[id]} out of place`);
    else if (this.pseudoStart[id] !== -1) this.refuse(`${traits.PSEUDO_NAMES[id]} twice`);
    this.pseudoStart[id] = start;
    this.pseudoEnd[id] = start + length;
    this.fields.start[0] = this.length;
  }

  private special(start: number, nameLength: number, valueLength: number, hash: number, known: number, trait: number) {
    const valueStart = start + nameLength + 2;
    if (trait === traits.COOKIE) {
      this.regular = true;
      this.crumb(valueStart, valueLength);
      this.length = start;
    } else if (trait === traits.TE && this.spelled(valueStart, valueLength, 'trailers')) {
      this.add(start, nameLength, valueLength, hash, known);
    } else if (trait === traits.TE) this.refuse('te that says other than trailers');
    else if (trait === traits.OF_CONNECTION) this.refuse('a field about one connection of HTTP/1.1');
    else this.refuse('a field name that is none');
  }

  private spelled(start: number, length: number, text: string): boolean {
    if (length !== text.length) return false;
    for (let i = 0; i < length; i++) if ((this.bytes[start + i]! | 32) !== text.charCodeAt(i)) return false;
    return true;
  }

  /** A cookie may come in as many fields as it has parts; HTTP/1 knows one (RFC 9113 §8.2.3). */
  private crumb(start: number, length: number): void {
    if (this.crumbsLength + length + 2 > this.crumbs.length) {
      this.crumbs = grown(this.crumbs, this.crumbsLength, length + 2);
    }
    const { crumbs } = this;
    if (this.crumbsLength > 0) {
      crumbs[this.crumbsLength++] = 59;
      crumbs[this.crumbsLength++] = 32;
    }
    this.bytes.copy(crumbs, this.crumbsLength, start, start + length);
    this.crumbsLength += length;
  }

  /** All of it was decoded: what it says as a whole is looked at. */
  end(): void {
    if (this.tooLarge || this.fault !== '') return;
    if (this.crumbsLength > 0) this.joinCrumbs();
    if (this.role === REQUEST) this.endRequest();
    else if (this.role === RESPONSE) this.endResponse();
  }

  private joinCrumbs(): void {
    const start = this.length;
    this.room(COOKIE_NAME.length + this.crumbsLength + 2);
    const { bytes } = this;
    const valueStart = start + bytes.write(COOKIE_NAME, start, 'latin1');
    this.crumbs.copy(bytes, valueStart, 0, this.crumbsLength);
    bytes[valueStart + this.crumbsLength] = 13;
    bytes[valueStart + this.crumbsLength + 1] = 10;
    this.length = valueStart + this.crumbsLength + 2;
    this.add(start, COOKIE_NAME.length - 2, this.crumbsLength, COOKIE_HASH, COOKIE_KNOWN);
  }

  private has(id: number): boolean {
    return this.pseudoEnd[id]! > this.pseudoStart[id]!;
  }

  private endRequest(): void {
    const { pseudoStart, pseudoEnd } = this;
    if (!this.has(METHOD) || !this.only(TOKEN, METHOD)) this.refuse('no :method, or none that is a token');
    else if (this.says(METHOD, 'CONNECT') && pseudoStart[PROTOCOL] === -1) this.endConnect();
    else if (!this.has(SCHEME) || !this.only(TOKEN, SCHEME)) this.refuse('no :scheme');
    else if (!this.has(PATH) || !this.only(TARGET, PATH)) this.refuse('no :path, or bytes in it that none may have');
    else if (this.bytes[pseudoStart[PATH]!] !== SLASH && !this.asksServer()) this.refuse('a :path without its slash');
    else if (pseudoStart[PROTOCOL] !== -1 && (!this.says(METHOD, 'CONNECT') || !this.has(AUTHORITY))) {
      this.refuse(':protocol without CONNECT and :authority');
    } else if (pseudoStart[AUTHORITY] !== -1 && pseudoEnd[AUTHORITY] === pseudoStart[AUTHORITY]) {
      this.refuse('an empty :authority');
    }
  }

  /** RFC 9113 §8.5. */
  private endConnect(): void {
    if (this.pseudoStart[SCHEME] !== -1 || this.pseudoStart[PATH] !== -1) this.refuse('CONNECT with :scheme or :path');
    else if (!this.has(AUTHORITY)) this.refuse('CONNECT without :authority');
  }

  /** `OPTIONS *`. */
  private asksServer(): boolean {
    const start = this.pseudoStart[PATH]!;
    return this.bytes[start] === STAR && this.pseudoEnd[PATH] === start + 1 && this.says(METHOD, 'OPTIONS');
  }

  private only(table: Uint8Array, id: number): boolean {
    for (let i = this.pseudoStart[id]!; i < this.pseudoEnd[id]!; i++) if (table[this.bytes[i]!] === 0) return false;
    return true;
  }

  private says(id: number, text: string): boolean {
    const start = this.pseudoStart[id]!;
    if (this.pseudoEnd[id]! - start !== text.length) return false;
    for (let i = 0; i < text.length; i++) if (this.bytes[start + i] !== text.charCodeAt(i)) return false;
    return true;
  }

  private endResponse(): void {
    const start = this.pseudoStart[STATUS]!;
    const three = start >= 0 && this.pseudoEnd[STATUS] === start + 3;
    let status = 0;
    for (let i = start; three && i < start + 3; i++) {
      const digit = this.bytes[i]! - 48;
      status = digit >= 0 && digit <= 9 ? status * 10 + digit : -1_000;
    }
    // 101 is an answer of HTTP/1.1 alone (RFC 9113 §8.6).
    if (status < 100 || status > 599 || status === 101) this.refuse('no :status, or none of HTTP/2');
    else this.status = status;
  }
}

function grown(bytes: Buffer, length: number, count: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(Math.max(4096, length + count, bytes.length * 2));
  bytes.copy(larger, 0, 0, length);
  return larger;
}
