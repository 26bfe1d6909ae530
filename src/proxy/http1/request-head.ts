import { latin1, SLASH, SP, spells, TARGET, TOKEN } from './chars.ts';
import { Fields, parseLength } from './fields.ts';
import { CHUNKED, CODING_BAD, CODING_OK, judgeCoding, LENGTH, NO_BODY, UNTIL_END } from './framing.ts';
import { callKindOf, GRPC, NO_CALL } from './grpc-type.ts';
import { methodEnd, methodName } from './methods.ts';
import {
  CONNECTION,
  CONTENT_LENGTH,
  CONTENT_TYPE,
  EXPECT,
  HOST_FIELD,
  TE,
  TRANSFER_ENCODING,
  UPGRADE,
  VIA,
} from './names.ts';
import { HEAD_TOO_LARGE, INCOMPLETE, MALFORMED, TARGET_TOO_LONG, UNKNOWN_CODING, UNKNOWN_VERSION } from './refusal.ts';
import { namesWebSocket } from './websocket.ts';

/** Bounds of one head, in bytes and fields; 0 bytes means no bound. */
export interface HeadLimits {
  readonly maxHeadBytes: number;
  readonly maxTargetBytes: number;
  readonly maxHeaders: number;
}

/** Our name in `Via`, behind the version of the message (RFC 9110 §7.6.3). */
const OWN_HOP = / sluice(?![^\s,])/;
const NAMES_TRAILERS = /(?:^|,)[ \t]*trailers[ \t]*(?:,|$)/i;
const QUESTION = 63;
const AT = 64;

/**
 * The head of one request as offsets into the bytes it was parsed from (RFC 9112 §3, §5, §6.3), or those that
 * `filled-request.ts` finds it in. One object serves all
 * requests of a thread: what it says holds until the next `parse`.
 */
export class RequestHead {
  bytes: Uint8Array = new Uint8Array(0);
  readonly fields: Fields;
  method = '';
  /** The target as received. */
  targetStart = 0;
  targetEnd = 0;
  /** The path: from the first slash behind the authority to the query; empty for `*` and a bare authority. */
  pathStart = 0;
  pathEnd = 0;
  /** What stands in Host or, in absolute form, in the target: host and port. */
  hostStart = 0;
  hostEnd = 0;
  /** The target has a scheme and an authority, which count instead of Host. */
  absolute = false;
  /** Of HTTP: 1.0, 1.1, or 2 as 20. */
  version: 10 | 11 | 20 = 11;
  framing = NO_BODY;
  /** Bytes of content; negative where only its end will tell ({@link UNTIL_END}). */
  contentLength = 0;
  keepAlive = true;
  expectsContinue = false;
  /** Asks to go on as a WebSocket. Other upgrades, and those of messages with a body, are none to us (RFC 9110 §7.8 allows that). */
  webSocket = false;
  /** Of the handshake as a WebSocket, where it is ours to make (HTTP/2 has none); else ''. */
  webSocketKey = '';
  /** Whoever asked can do with trailers (RFC 9110 §10.1.4). */
  takesTrailers = false;
  /** What kind of call its content is, as `callKindOf` says. */
  call = NO_CALL;
  /** It goes on as a call of gRPC, which it is not here: with another Content-Type and no length. */
  translated = false;
  /** Fields called Cookie: HTTP/2 may cut one into many (RFC 9113 §8.2.3). */
  crumbs = 0;
  /** How often `Via` says that the request was here, or at another of our kind. */
  hops = 0;
  /** Set by whoever understands hosts and paths; `path` differs from the bytes received if `rewritten`. */
  host = '';
  path = '';
  rewritten = false;
  private readonly limits: HeadLimits;

  constructor(limits: HeadLimits) {
    this.limits = limits;
    this.fields = new Fields(limits.maxHeaders);
  }

  /** Position behind the head, or a refusal (a negative number); INCOMPLETE when the bytes end within it. */
  parse(bytes: Uint8Array, start: number, end: number): number {
    this.bytes = bytes;
    const line = this.requestLine(bytes, start, end);
    if (line < 0) return line === INCOMPLETE ? this.incomplete(end - start) : line;
    const at = this.fields.parse(bytes, line, end);
    if (at === INCOMPLETE) return this.incomplete(end - start);
    if (at < 0) return at;
    if (this.limits.maxHeadBytes > 0 && at - start > this.limits.maxHeadBytes) return HEAD_TOO_LARGE;
    const refused = this.understand(bytes);
    return refused < 0 ? refused : at;
  }

  private incomplete(length: number): number {
    return this.limits.maxHeadBytes > 0 && length > this.limits.maxHeadBytes ? HEAD_TOO_LARGE : INCOMPLETE;
  }

  private requestLine(bytes: Uint8Array, start: number, end: number): number {
    let at = methodEnd(bytes, start, end);
    if (at === end) return INCOMPLETE;
    if (at === start || bytes[at] !== SP) return MALFORMED;
    this.method = methodName(bytes, start, at);
    const target = ++at;
    while (at < end && TARGET[bytes[at]!] === 1) at++;
    if (this.tooLong(at - target)) return TARGET_TOO_LONG;
    if (at === end) return INCOMPLETE;
    if (at === target || bytes[at] !== SP) return MALFORMED;
    this.targetStart = target;
    this.targetEnd = at;
    return this.readVersion(bytes, at + 1, end);
  }

  private readVersion(bytes: Uint8Array, at: number, end: number): number {
    for (let i = 0; i < 5; i++) {
      if (at + i === end) return INCOMPLETE;
      if (bytes[at + i] !== 'HTTP/'.charCodeAt(i)) return MALFORMED;
    }
    if (at + 10 > end) return INCOMPLETE;
    const major = bytes[at + 5]! - 48;
    const minor = bytes[at + 7]! - 48;
    if (bytes[at + 6] !== 46 || bytes[at + 8] !== 13 || bytes[at + 9] !== 10) return MALFORMED;
    if (major < 0 || major > 9 || minor < 0 || minor > 9) return MALFORMED;
    if (major !== 1 || minor > 1) return UNKNOWN_VERSION;
    this.version = minor === 0 ? 10 : 11;
    return at + 10;
  }

  /** What the fields and the target mean together; 0 or a refusal. */
  private understand(bytes: Uint8Array): number {
    this.framing = NO_BODY;
    this.contentLength = 0;
    this.expectsContinue = false;
    this.webSocket = false;
    this.webSocketKey = '';
    this.takesTrailers = false;
    this.hops = 0;
    this.call = NO_CALL;
    this.translated = false;
    this.crumbs = 0;
    this.absolute = false;
    this.hostStart = -1;
    const refused = this.knownFields(bytes);
    if (refused < 0) return refused;
    if (this.hostStart < 0) {
      if (this.version === 11) return MALFORMED;
      this.hostStart = 0;
      this.hostEnd = 0;
    }
    if (this.webSocket) this.webSocket = this.mayUpgrade() && namesWebSocket(bytes, this.fields);
    this.keepAlive = this.version === 11 ? !this.fields.close : this.fields.keepAlive && !this.fields.close;
    return this.target(bytes) ? 0 : MALFORMED;
  }

  private knownFields(bytes: Uint8Array): number {
    const { known, count } = this.fields;
    let lengths = 0;
    let codings = 0;
    for (let i = 0; i < count; i++) {
      const id = known[i]!;
      if (id === 0) continue;
      if (id === HOST_FIELD) {
        if (this.hostStart >= 0) return MALFORMED;
        this.hostStart = this.fields.valueStart[i]!;
        this.hostEnd = this.fields.valueEnd[i]!;
      } else if (id === CONTENT_LENGTH) {
        if (lengths++ > 0 || !this.length(bytes, i)) return MALFORMED;
      } else if (id === TRANSFER_ENCODING) {
        if (codings++ > 0) return MALFORMED;
        const refused = this.coding(bytes, i);
        if (refused < 0) return refused;
      } else if (id === CONNECTION) {
        if (!this.fields.readConnection(bytes, i)) return MALFORMED;
      } else if (id === EXPECT) {
        this.expectsContinue = this.version === 11;
      } else if (id === UPGRADE) {
        this.webSocket = true;
      } else if (id === TE) {
        this.takesTrailers ||= this.version === 11 && NAMES_TRAILERS.test(this.value(i));
      } else if (id === VIA) {
        this.hops += hopsIn(this.value(i));
      } else if (id === CONTENT_TYPE) {
        this.call = callKindOf(bytes, this.fields.valueStart[i]!, this.fields.valueEnd[i]!);
      }
    }
    return lengths > 0 && codings > 0 ? MALFORMED : 0;
  }

  /** RFC 6455 §4.1. */
  private mayUpgrade(): boolean {
    return this.version === 11 && this.method === 'GET' && this.framing === NO_BODY;
  }

  private length(bytes: Uint8Array, field: number): boolean {
    if (!this.fields.isPlainlySpaced(bytes, field)) return false;
    const length = parseLength(bytes, this.fields.valueStart[field]!, this.fields.valueEnd[field]!);
    if (length < 0) return false;
    this.contentLength = length;
    if (length > 0) this.framing = LENGTH;
    return true;
  }

  /** HTTP/1.0 knows no codings: there it is faulty framing (RFC 9112 §6.1). */
  private coding(bytes: Uint8Array, field: number): number {
    if (this.version === 10 || !this.fields.isPlainlySpaced(bytes, field)) return MALFORMED;
    const verdict = judgeCoding(bytes, this.fields.valueStart[field]!, this.fields.valueEnd[field]!);
    if (verdict !== CODING_OK) return verdict === CODING_BAD ? MALFORMED : UNKNOWN_CODING;
    this.framing = CHUNKED;
    return 0;
  }

  /** Finds the path; false if the target has none of the four forms. */
  private target(bytes: Uint8Array): boolean {
    let at = this.targetStart;
    if (bytes[at] !== SLASH && this.method !== 'CONNECT') {
      if (bytes[at] === 42 && this.targetEnd === at + 1) {
        this.pathStart = at;
        this.pathEnd = at;
        return this.method === 'OPTIONS';
      }
      at = this.authority(bytes);
      if (at < 0) return false;
    }
    this.pathStart = at;
    while (at < this.targetEnd && bytes[at] !== QUESTION) at++;
    this.pathEnd = at;
    return true;
  }

  /** `http://host:port` at the head of the target; the position behind it, or -1. Userinfo is refused. */
  private authority(bytes: Uint8Array): number {
    const start = this.targetStart;
    let at = start;
    while (at < this.targetEnd && TOKEN[bytes[at]!] !== 0) at++;
    if (!spells(bytes, start, at, 'http') && !spells(bytes, start, at, 'https')) return -1;
    if (latin1(bytes, at, Math.min(at + 3, this.targetEnd)) !== '://') return -1;
    const host = at + 3;
    at = host;
    while (at < this.targetEnd && bytes[at] !== SLASH && bytes[at] !== QUESTION) {
      if (bytes[at] === AT) return -1;
      at++;
    }
    if (at === host) return -1;
    this.hostStart = host;
    this.hostEnd = at;
    this.absolute = true;
    return at;
  }

  /** As received, without `?`. */
  get query(): string {
    return this.pathEnd < this.targetEnd ? latin1(this.bytes, this.pathEnd + 1, this.targetEnd) : '';
  }

  /** Towards HTTP/1.1 the body needs the chunked coding. */
  get chunked(): boolean {
    if (this.translated) return this.framing !== NO_BODY;
    return this.framing === CHUNKED || (this.framing === UNTIL_END && this.contentLength < 0);
  }

  get grpc(): boolean {
    return this.call === GRPC;
  }

  /** First value of a field, by lower-case name. */
  header(name: string): string | undefined {
    const field = this.fields.find(this.bytes, name);
    return field < 0 ? undefined : this.value(field);
  }

  private value(field: number): string {
    return this.fields.value(this.bytes, field);
  }

  /** Of a target; bytes. */
  tooLong(length: number): boolean {
    return this.limits.maxTargetBytes > 0 && length > this.limits.maxTargetBytes;
  }
}

/** How often a value of `Via` names one of our kind. */
export function hopsIn(via: string): number {
  return via.split(OWN_HOP).length - 1;
}
