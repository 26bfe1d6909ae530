import { VALUE } from './chars.ts';
import { Fields, parseLength } from './fields.ts';
import { CHUNKED, CODING_OK, judgeCoding, LENGTH, NO_BODY, UNTIL_CLOSE } from './framing.ts';
import { CONNECTION, CONTENT_LENGTH, DATE, TRANSFER_ENCODING } from './names.ts';
import { HEAD_TOO_LARGE, INCOMPLETE, MALFORMED } from './refusal.ts';

/** The longest head that is taken from a backend, in bytes. */
export const MAX_HEAD = 131_072;
const MAX_FIELDS = 1_024;

/** The head of one response, as offsets (RFC 9112 §4, §6.3), or what `filled-response.ts` makes of one. One object serves all responses of a thread. */
export class ResponseHead {
  bytes: Uint8Array = new Uint8Array(0);
  readonly fields = new Fields(MAX_FIELDS);
  /** Of HTTP: 1.0, 1.1, or 2 as 20. */
  version: 10 | 11 | 20 = 11;
  status = 0;
  /** The reason phrase; may be empty. */
  reasonStart = 0;
  reasonEnd = 0;
  framing = NO_BODY;
  contentLength = 0;
  /** The connection may carry another request afterwards. */
  keepAlive = true;
  hasDate = false;
  /** Of HTTP/2: it has no content, and no length that says so, which HTTP/1 needs. */
  emptyUnsaid = false;

  /** Position behind the head, INCOMPLETE, or another refusal. `toHead`: it answers a HEAD request. */
  parse(bytes: Uint8Array, start: number, end: number, toHead: boolean): number {
    this.bytes = bytes;
    const line = this.statusLine(bytes, start, end);
    const at = line < 0 ? line : this.fields.parse(bytes, line, end);
    if ((at === INCOMPLETE ? end : at) - start > MAX_HEAD) return HEAD_TOO_LARGE;
    if (at < 0) return at;
    return this.understand(bytes, toHead) ? at : MALFORMED;
  }

  private statusLine(bytes: Uint8Array, start: number, end: number): number {
    for (let i = 0; i < 7; i++) {
      if (start + i === end) return INCOMPLETE;
      if (bytes[start + i] !== 'HTTP/1.'.charCodeAt(i)) return MALFORMED;
    }
    if (start + 13 >= end) return INCOMPLETE;
    const minor = bytes[start + 7]! - 48;
    if ((minor !== 0 && minor !== 1) || bytes[start + 8] !== 32) return MALFORMED;
    this.version = minor === 0 ? 10 : 11;
    this.status = parseLength(bytes, start + 9, start + 12);
    if (this.status < 100 || this.status > 599) return MALFORMED;
    let at = start + 12;
    if (bytes[at] === 32) at++;
    else if (bytes[at] !== 13) return MALFORMED;
    this.reasonStart = at;
    while (at < end && VALUE[bytes[at]!] === 1) at++;
    this.reasonEnd = at;
    if (at + 1 >= end) return INCOMPLETE;
    return bytes[at] === 13 && bytes[at + 1] === 10 ? at + 2 : MALFORMED;
  }

  private understand(bytes: Uint8Array, toHead: boolean): boolean {
    const { known, count } = this.fields;
    this.hasDate = false;
    this.contentLength = -1;
    let chunked = false;
    for (let i = 0; i < count; i++) {
      const id = known[i]!;
      if ((id === CONTENT_LENGTH || id === TRANSFER_ENCODING) && !this.fields.isPlainlySpaced(bytes, i)) return false;
      if (id === CONTENT_LENGTH) {
        if (this.contentLength >= 0) return false;
        this.contentLength = parseLength(bytes, this.fields.valueStart[i]!, this.fields.valueEnd[i]!);
        if (this.contentLength < 0) return false;
      } else if (id === TRANSFER_ENCODING) {
        if (chunked || this.version === 10) return false;
        chunked = true;
        if (judgeCoding(bytes, this.fields.valueStart[i]!, this.fields.valueEnd[i]!) !== CODING_OK) return false;
      } else if (id === CONNECTION) {
        if (!this.fields.readConnection(bytes, i)) return false;
      } else if (id === DATE) {
        this.hasDate = true;
      }
    }
    if (chunked && this.contentLength >= 0) return false;
    this.keepAlive = !this.fields.close && (this.version === 11 || this.fields.keepAlive);
    this.framing = this.bodyFraming(chunked, toHead);
    return true;
  }

  private bodyFraming(chunked: boolean, toHead: boolean): number {
    if (toHead || this.status < 200 || this.status === 204 || this.status === 304) return NO_BODY;
    if (chunked) return CHUNKED;
    if (this.contentLength < 0) return UNTIL_CLOSE;
    return this.contentLength === 0 ? NO_BODY : LENGTH;
  }
}
