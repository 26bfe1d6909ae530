import type { Core } from './core.ts';
import { changePath } from './filters/rewrite-path.ts';
import type { MessageWriter } from './http1/message-writer.ts';
import * as names from './http1/names.ts';
import { hashName } from './http1/names.ts';
import { CHUNKED_LINE, line, VIA, VIA_2 } from './http1/own-lines.ts';
import type { RequestHead } from './http1/request-head.ts';
import { WEBSOCKET_LINES } from './http1/websocket.ts';
import type { Peer } from './peer.ts';
import type { Target } from './plan.ts';

const VERSION = line(' HTTP/1.1\r\n');
const HOST = line('Host: ');
const REQUEST_ID = line('X-Request-Id: ');
const FORWARDED_FOR = line('X-Forwarded-For: ');
const FORWARDED_PROTO = line('X-Forwarded-Proto: http\r\n');
const FORWARDED_PROTO_TLS = line('X-Forwarded-Proto: https\r\n');
const FORWARDED_HOST = line('X-Forwarded-Host: ');
/** The one thing of TE that holds behind us too: trailers are passed on. */
const TRAILERS_LINES = line('Connection: TE\r\nTE: trailers\r\n');
const VIAS = { 10: line('Via: 1.0 sluice\r\n'), 11: VIA, 20: VIA_2 } as const;

/** Of a call that another made of gRPC; its trailers are passed on. */
const CALL_LINES = line('Connection: TE\r\nTE: trailers\r\nContent-Type: application/grpc+proto\r\n');
const OF_CONTENT = names.nameSet(names.CONTENT_TYPE, names.CONTENT_LENGTH);
/** Of a client in HTTP/2 it means nothing (RFC 8441 §5); the backend gets ours. */
const WEBSOCKET_KEY = hashName('sec-websocket-key');

/** From everybody: what is meant for this hop, what we write ourselves, and what could be taken for it. */
const NEVER_FORWARDED = [
  ...names.HOP_BY_HOP,
  names.HTTP2_SETTINGS,
  names.PROXY_AUTHENTICATE,
  names.PROXY_AUTHORIZATION,
  names.X_FORWARDED_FOR,
  ...names.LOOK_ALIKES,
];
const DROP_TRUSTED = names.nameSet(...NEVER_FORWARDED);
/** What a stranger says about where a request came from is not believed. */
const DROP = names.nameSet(
  ...NEVER_FORWARDED,
  names.X_FORWARDED_PROTO,
  names.X_FORWARDED_HOST,
  names.FORWARDED,
  names.X_REQUEST_ID,
);
/** The same where a token of ours may be among the fields. */
const DROP_TRUSTED_DEBUG = DROP_TRUSTED.with(names.X_SLUICE_DEBUG, 1);
const DROP_DEBUG = DROP.with(names.X_SLUICE_DEBUG, 1);

/** Which fields of trust a trusted peer sent; they stay as they are. */
interface Kept {
  proto: boolean;
  host: boolean;
  requestId: boolean;
}
const kept: Kept = { proto: false, host: false, requestId: false };

/** Appends the head that goes to the backend: the client's lines without those of its connection, then ours. */
export function writeRequestHead(core: Core, peer: Peer, target: Target): void {
  const { out, request: head } = core;
  requestLine(out, head, target);
  const ownHost = hostLine(out, head, target);
  copyFields(out, head, target, dropped(core, peer), ownHost);
  if (isCrumbled(head)) cookieLine(out, head, target);
  if (head.chunked) out.all(CHUNKED_LINE);
  if (head.translated) out.all(CALL_LINES);
  else if (head.webSocket) webSocketLines(out, head);
  else if (head.takesTrailers) out.all(TRAILERS_LINES);
  forwardedLines(core, peer, target);
  // A filter that removed these would let a request go round for ever.
  if (target.overridden.via) for (let hop = 0; hop < head.hops; hop++) out.all(VIA);
  out.all(VIAS[head.version]);
  if (target.program.request !== undefined) out.all(target.program.request.lines);
  out.crlf();
}

function webSocketLines(out: MessageWriter, { webSocketKey }: RequestHead): void {
  out.all(WEBSOCKET_LINES);
  if (webSocketKey !== '') out.text(`Sec-WebSocket-Key: ${webSocketKey}\r\n`);
}

function dropped({ debug }: Core, { trusted }: Peer): Uint8Array {
  if (debug === undefined) return trusted ? DROP_TRUSTED : DROP;
  return trusted ? DROP_TRUSTED_DEBUG : DROP_DEBUG;
}

function requestLine(out: MessageWriter, head: RequestHead, target: Target): void {
  const { rewritePath } = target.program;
  out.text(head.method);
  out.text(' ');
  if (rewritePath !== undefined) out.text(changePath(rewritePath, head.path));
  else if (head.rewritten) out.text(head.path);
  else out.span(head.bytes, head.pathStart, head.pathEnd);
  out.span(head.bytes, head.pathEnd, head.targetEnd);
  out.all(VERSION);
}

/** Writes Host where the client's own line doesn't say it; whether it did. */
function hostLine(out: MessageWriter, head: RequestHead, target: Target): boolean {
  const { rewriteHost } = target.program;
  if (rewriteHost === undefined && !head.absolute && head.hostEnd > head.hostStart) return false;
  out.all(HOST);
  if (rewriteHost !== undefined) out.text(rewriteHost);
  else if (head.hostEnd > head.hostStart) out.span(head.bytes, head.hostStart, head.hostEnd);
  // An HTTP/1.0 request may have no host, HTTP/1.1 must, and many servers refuse an empty one.
  else out.text('localhost');
  out.crlf();
  return true;
}

/** Copies runs of lines that stay. */
function copyFields(out: MessageWriter, head: RequestHead, target: Target, drop: Uint8Array, ownHost: boolean): void {
  const { bytes, fields } = head;
  const { known, start, hash, nameEnd, count } = fields;
  const edit = target.program.request;
  const nominated = fields.nominatedCount > 0;
  const rewritten = head.translated || isCrumbled(head) || head.webSocketKey !== '';
  kept.proto = kept.host = kept.requestId = false;
  let run = start[0]!;
  for (let i = 0; i < count; i++) {
    const id = known[i]!;
    const stays =
      drop[id] === 0 &&
      !(id === names.HOST_FIELD && ownHost) &&
      !(id === names.EXPECT && head.version === 10) &&
      !(rewritten && isRewritten(head, id, hash[i]!)) &&
      !edit?.drop.has(hash[i]!, bytes, start[i]!, nameEnd[i]!) &&
      !(nominated && fields.isNominated(bytes, i));
    if (stays) {
      if (id >= names.X_FORWARDED_PROTO) note(id);
      continue;
    }
    if (start[i]! > run) out.span(bytes, run, start[i]!);
    run = start[i + 1]!;
  }
  if (start[count]! > run) out.span(bytes, run, start[count]!);
}

/** HTTP/2 may cut Cookie into many fields, which HTTP/1 must not have (RFC 9113 §8.2.3). */
function isCrumbled({ version, crumbs }: RequestHead): boolean {
  return version === 20 && crumbs > 1;
}

/** Whether a field is written anew. */
function isRewritten(head: RequestHead, id: number, hash: number): boolean {
  if (hash === WEBSOCKET_KEY) return head.webSocketKey !== '';
  return id === names.COOKIE ? isCrumbled(head) : head.translated && OF_CONTENT[id] === 1;
}

function cookieLine(out: MessageWriter, { bytes, fields }: RequestHead, target: Target): void {
  const edit = target.program.request;
  const { known, hash, start, nameEnd, valueStart, valueEnd, count } = fields;
  let begun = false;
  for (let i = 0; i < count; i++) {
    if (known[i] !== names.COOKIE || edit?.drop.has(hash[i]!, bytes, start[i]!, nameEnd[i]!)) continue;
    out.text(begun ? '; ' : 'Cookie: ');
    out.span(bytes, valueStart[i]!, valueEnd[i]!);
    begun = true;
  }
  if (begun) out.crlf();
}

function note(id: number): void {
  if (id === names.X_FORWARDED_PROTO) kept.proto = true;
  else if (id === names.X_FORWARDED_HOST) kept.host = true;
  else if (id === names.X_REQUEST_ID) kept.requestId = true;
}

function forwardedLines(core: Core, peer: Peer, target: Target): void {
  const { out, request: head } = core;
  const { overridden } = target;
  if (!overridden.forwardedFor) forwardedFor(out, head, peer);
  if (!kept.proto && !overridden.forwardedProto) out.all(peer.secure ? FORWARDED_PROTO_TLS : FORWARDED_PROTO);
  if (!kept.host && !overridden.forwardedHost && head.hostEnd > head.hostStart) {
    out.all(FORWARDED_HOST);
    out.span(head.bytes, head.hostStart, head.hostEnd);
    out.crlf();
  }
  if (kept.requestId || overridden.requestId) return;
  out.all(REQUEST_ID);
  core.requestIds.append(out);
  out.crlf();
}

/** One line: what trusted peers said so far, then the peer itself. */
function forwardedFor(out: MessageWriter, head: RequestHead, peer: Peer): void {
  const { bytes, fields } = head;
  out.all(FORWARDED_FOR);
  if (peer.trusted) {
    for (let i = 0; i < fields.count; i++) {
      if (fields.known[i] !== names.X_FORWARDED_FOR || fields.valueEnd[i] === fields.valueStart[i]) continue;
      out.span(bytes, fields.valueStart[i]!, fields.valueEnd[i]!);
      out.text(', ');
    }
  }
  out.text(peer.address);
  out.crlf();
}
