import {
  BAD_HOST,
  BAD_PATH,
  HEAD_TOO_LARGE,
  TARGET_TOO_LONG,
  TOO_MANY_FIELDS,
  UNKNOWN_CODING,
  UNKNOWN_PROTOCOL,
  UNKNOWN_VERSION,
} from './refusal.ts';

/** An answer of our own: its status and the class of reason that its body names; never objects, addresses or causes. */
export interface ErrorAnswer {
  readonly status: number;
  readonly reason: string;
  /** Further field lines, each with its CRLF. */
  readonly lines: string;
}

function answer(status: number, reason: string, lines = ''): ErrorAnswer {
  return { status, reason, lines };
}

/** The methods that are forwarded. */
const ALLOW = 'Allow: GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS, TRACE\r\n';

export const MALFORMED_REQUEST = answer(400, 'malformed request');
/** TLS where none is spoken, and the reverse: in plaintext, since that is what many clients can show. */
export const TLS_UNWANTED = answer(400, 'this port speaks HTTP, not HTTPS');
export const TLS_WANTED = answer(400, 'this port speaks HTTPS, not HTTP');
export const CONNECT_REFUSED = answer(405, 'method not allowed', ALLOW);
/** `OPTIONS *` asks about the server, not a resource of any route (RFC 9110 §9.3.7). */
export const SERVER_OPTIONS = answer(200, 'OK', ALLOW);
export const REQUEST_TIMEOUT = answer(408, 'request timeout');
export const BODY_TOO_LARGE = answer(413, 'request body too large');
export const NO_LISTENER = answer(404, 'no listener for this host');
export const NO_ROUTE = answer(404, 'no route matched');
/** Of a connection that another listener's server name chose (GEP-3567); the client may come by a new one. */
export const MISDIRECTED = answer(421, 'misdirected request');
export const TOO_COSTLY = answer(431, 'request too long to be matched');
export const LOOP = answer(508, 'the request goes round in a circle');
export const UNKNOWN_BACKEND = answer(500, 'BackendNotFound');
/** Nothing of the request has reached a backend: it may be sent again, which 503 says and 502 does not. */
export const BACKEND_UNREACHABLE = answer(503, 'backend connection failed');
/** The endpoint is there, but not the one that it must be, or without TLS. */
export const BACKEND_TLS = answer(503, 'backend TLS failed');
export const BACKEND_BROKEN = answer(502, 'invalid backend response');
export const BACKEND_CLOSED = answer(502, 'backend closed the connection');
export const NO_ENDPOINTS = answer(503, 'no backend endpoints');
export const OVERFLOW = answer(503, 'too many requests for the backend');
export const CONNECT_TIMEOUT = answer(504, 'backend connection timeout');
export const TIMEOUT = answer(504, 'backend request timeout');

const REFUSALS: ReadonlyMap<number, ErrorAnswer> = new Map([
  [TOO_MANY_FIELDS, answer(431, 'too many header fields')],
  [HEAD_TOO_LARGE, answer(431, 'request head too large')],
  [TARGET_TOO_LONG, answer(414, 'request target too long')],
  [UNKNOWN_CODING, answer(501, 'unknown transfer coding')],
  [UNKNOWN_VERSION, answer(505, 'HTTP version not supported')],
  [UNKNOWN_PROTOCOL, answer(501, 'unknown protocol')],
  [BAD_HOST, answer(400, 'invalid host')],
  [BAD_PATH, answer(400, 'invalid path')],
]);

/** What a client is told whose request the parser refused. */
export function refusalAnswer(refusal: number): ErrorAnswer {
  return REFUSALS.get(refusal) ?? MALFORMED_REQUEST;
}

/** A rule or the share of a backend that the configuration answers with an error. */
export function failureAnswer(status: number, reason: string): ErrorAnswer {
  return answer(status, reason);
}
