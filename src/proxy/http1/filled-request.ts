import { latin1, SLASH, spells, TARGET } from './chars.ts';
import { parseLength } from './fields.ts';
import { NO_BODY, UNTIL_END } from './framing.ts';
import { callKindOf, NO_CALL } from './grpc-type.ts';
import { methodEnd, methodName } from './methods.ts';
import * as names from './names.ts';
import { MALFORMED, TARGET_TOO_LONG, UNKNOWN_PROTOCOL } from './refusal.ts';
import { hopsIn, type RequestHead } from './request-head.ts';
import { newWebSocketKey } from './websocket.ts';

/** The pseudo-header fields of a request in HTTP/2 as spans; one that was not sent is empty. */
export interface PseudoFields {
  methodStart: number;
  methodEnd: number;
  /** Of `:path`. */
  targetStart: number;
  targetEnd: number;
  authorityStart: number;
  authorityEnd: number;
  /** RFC 8441. */
  protocolStart: number;
  protocolEnd: number;
}

const ASTERISK = 42;
const QUESTION = 63;
/** RFC 9113 §8.2.2: what is said of the connection has no place in a stream. */
const FORBIDDEN = names.nameSet(
  names.CONNECTION,
  names.KEEP_ALIVE,
  names.PROXY_CONNECTION,
  names.TRANSFER_ENCODING,
  names.UPGRADE,
);

/**
 * Makes of `head` what HTTP/2 said in another form. `bytes` holds the pseudo-fields and the lines that were added to
 * `head.fields`; they stay as they are for as long as the head is looked at. `ended`: no body follows. 0, or why the request
 * is refused: a malformed one is an error of its stream (RFC 9113 §8.1.1), else the client can be told.
 */
export function fillRequest(head: RequestHead, bytes: Uint8Array, pseudo: PseudoFields, ended: boolean): number {
  head.bytes = bytes;
  head.version = 20;
  head.keepAlive = true;
  head.webSocket = false;
  head.webSocketKey = '';
  head.absolute = pseudo.authorityEnd > pseudo.authorityStart;
  head.hostStart = pseudo.authorityStart;
  head.hostEnd = pseudo.authorityEnd;
  const refused = readTarget(head, bytes, pseudo) || readFields(head, bytes);
  if (refused < 0) return refused;
  head.framing = ended || head.webSocket ? NO_BODY : UNTIL_END;
  // A length that the end denies; or that of a tunnel, which the backend would wait for where it agrees to none.
  if ((ended || head.webSocket) && head.contentLength > 0) return MALFORMED;
  if (ended) head.contentLength = 0;
  return 0;
}

function readTarget(head: RequestHead, bytes: Uint8Array, pseudo: PseudoFields): number {
  const { methodStart, methodEnd: end, targetStart, targetEnd, protocolStart, protocolEnd } = pseudo;
  if (end === methodStart || methodEnd(bytes, methodStart, end) !== end) return MALFORMED;
  head.method = methodName(bytes, methodStart, end);
  head.targetStart = head.pathStart = head.pathEnd = targetStart;
  head.targetEnd = targetEnd;
  if (head.method === 'CONNECT') {
    // What is refused needs no target.
    if (protocolEnd === protocolStart) return targetEnd === targetStart ? 0 : MALFORMED;
    if (!spells(bytes, protocolStart, protocolEnd, 'websocket')) return UNKNOWN_PROTOCOL;
    head.method = 'GET';
    head.webSocket = true;
    head.webSocketKey = newWebSocketKey();
  } else if (protocolEnd > protocolStart) return MALFORMED;
  return readPath(head, bytes);
}

function readPath(head: RequestHead, bytes: Uint8Array): number {
  const { targetStart, targetEnd } = head;
  let at = targetStart;
  while (at < targetEnd && TARGET[bytes[at]!] === 1) at++;
  if (at < targetEnd || at === targetStart) return MALFORMED;
  if (head.tooLong(targetEnd - targetStart)) return TARGET_TOO_LONG;
  if (bytes[targetStart] !== SLASH) {
    const asterisk = bytes[targetStart] === ASTERISK && targetEnd === targetStart + 1;
    return asterisk && head.method === 'OPTIONS' ? 0 : MALFORMED;
  }
  at = targetStart;
  while (at < targetEnd && bytes[at] !== QUESTION) at++;
  head.pathEnd = at;
  return 0;
}

function readFields(head: RequestHead, bytes: Uint8Array): number {
  const { fields } = head;
  const { known, valueStart, valueEnd, count } = fields;
  let hosts = 0;
  head.contentLength = -1;
  head.expectsContinue = head.takesTrailers = head.translated = false;
  head.call = NO_CALL;
  head.hops = head.crumbs = 0;
  for (let i = 0; i < count; i++) {
    const id = known[i]!;
    if (id === 0) continue;
    if (FORBIDDEN[id] === 1) return MALFORMED;
    const start = valueStart[i]!;
    const end = valueEnd[i]!;
    if (id === names.HOST_FIELD) {
      if (hosts++ > 0 || !agrees(head, bytes, start, end)) return MALFORMED;
    } else if (id === names.CONTENT_LENGTH) {
      if (head.contentLength >= 0) return MALFORMED;
      head.contentLength = parseLength(bytes, start, end);
      if (head.contentLength < 0) return MALFORMED;
    } else if (id === names.TE) {
      if (!spells(bytes, start, end, 'trailers')) return MALFORMED;
      head.takesTrailers = true;
    } else if (id === names.EXPECT) {
      head.expectsContinue = true;
    } else if (id === names.VIA) {
      head.hops += hopsIn(fields.value(bytes, i));
    } else if (id === names.COOKIE) {
      head.crumbs++;
    } else if (id === names.CONTENT_TYPE) {
      head.call = callKindOf(bytes, start, end);
    }
  }
  return 0;
}

/** Host is `:authority` in another place: the one of the two that is there, or both say the same (RFC 9113 §8.3.1). */
function agrees(head: RequestHead, bytes: Uint8Array, start: number, end: number): boolean {
  if (!head.absolute) {
    head.hostStart = start;
    head.hostEnd = end;
    return true;
  }
  return latin1(bytes, start, end).toLowerCase() === latin1(bytes, head.hostStart, head.hostEnd).toLowerCase();
}
