import type { Core } from './core.ts';
import type { HeaderEdit } from './filters/header-edit.ts';
import type { ErrorAnswer } from './http1/error-answer.ts';
import { NO_BODY } from './http1/framing.ts';
import type { MessageWriter } from './http1/message-writer.ts';
import * as names from './http1/names.ts';
import { CHUNKED_LINE, line, VIA, VIA_2 } from './http1/own-lines.ts';
import { reasonPhrase } from './http1/reason-phrase.ts';
import type { ResponseHead } from './http1/response-head.ts';
import { WEBSOCKET_LINES } from './http1/websocket.ts';

const CONNECTION_CLOSE = line('Connection: close\r\n');
const CONNECTION_KEEP_ALIVE = line('Connection: keep-alive\r\n');
const CONNECTION_UPGRADE = line('Connection: Upgrade\r\n');
const EMPTY_LINE = line('Content-Length: 0\r\n');
const OK = line('HTTP/1.1 200 OK\r\n');
const STATUS = line('HTTP/1.1 ');

const DROP = names.nameSet(...names.HOP_BY_HOP);
/** Answers that have no length: 1xx and 204 (RFC 9110 §8.6). */
const DROP_LENGTH = names.nameSet(...names.HOP_BY_HOP, names.CONTENT_LENGTH);
/** The same where the answer says what we know of it, which another gateway may have said of its part. */
const DROP_DEBUG = names.nameSet(...names.HOP_BY_HOP, names.X_SLUICE_DEBUG);
const DROP_LENGTH_DEBUG = names.nameSet(...names.HOP_BY_HOP, names.CONTENT_LENGTH, names.X_SLUICE_DEBUG);
/** Of an answer whose content becomes another. */
const DROP_CONTENT = DROP_LENGTH_DEBUG.with(names.CONTENT_TYPE, 1);
/** Of an answer that agrees to a WebSocket in HTTP/2, where nothing has to be proved (RFC 8441 §5). */
const DROP_PROOF = names.nameSet(...names.HOP_BY_HOP, names.CONTENT_LENGTH, names.SEC_WEBSOCKET_ACCEPT);
const DROP_PROOF_DEBUG = DROP_PROOF.with(names.X_SLUICE_DEBUG, 1);

/** How a response goes on to the client. */
export interface Passage {
  /** The client's: HTTP/1.0, 1.1, or 2 as 20. */
  readonly version: 10 | 11 | 20;
  readonly chunked: boolean;
  readonly keepAlive: boolean;
  /** Instead of what the backend says; there is no length then either. */
  readonly contentType?: string | undefined;
  /** What a client is told who showed the debug token. */
  readonly debugLine: string | undefined;
}

/** Appends the head that the client gets: the backend's lines without those of its connection, then ours and `line`. */
export function writeResponseHead(core: Core, passage: Passage, edit: HeaderEdit | undefined, line?: string): void {
  const { out, response: head } = core;
  const { debugLine } = passage;
  if (head.status === 200 && (head.reasonEnd - head.reasonStart === 2 || head.version === 20)) out.all(OK);
  else statusLine(out, head);
  if (passage.contentType === undefined) copyFields(out, head, edit, debugLine !== undefined);
  else {
    copyLines(out, head, edit, DROP_CONTENT);
    out.text(`Content-Type: ${passage.contentType}\r\n`);
  }
  if (head.status === 426) copyOffer(out, head);
  if (passage.chunked) out.all(CHUNKED_LINE);
  else if (head.version === 20 && passage.version !== 20 && isEmptyUnsaid(head, passage)) out.all(EMPTY_LINE);
  if (!head.hasDate) out.all(core.date.bytes());
  connectionLine(out, passage);
  out.all(head.version === 20 ? VIA_2 : VIA);
  if (debugLine !== undefined) out.text(debugLine);
  addLines(out, head, edit, line);
  out.endHead();
}

/** HTTP/1 has to be told that there is nothing. */
function isEmptyUnsaid(head: ResponseHead, { contentType }: Passage): boolean {
  return head.emptyUnsaid || (contentType !== undefined && head.framing === NO_BODY);
}

function addLines(
  out: MessageWriter,
  head: ResponseHead,
  edit: HeaderEdit | undefined,
  line: string | undefined,
): void {
  if (edit !== undefined) {
    out.all(edit.lines);
    if (edit.exposing !== undefined) expose(out, head, edit.exposing, line);
  }
  if (line !== undefined) out.text(line);
}

function expose(out: MessageWriter, { bytes, fields }: ResponseHead, beginning: Uint8Array, line = ''): void {
  out.all(beginning);
  if (line !== '') out.text(`, ${line.slice(0, line.indexOf(':'))}`);
  for (let i = 0; i < fields.count; i++) {
    if (DROP[fields.known[i]!] === 1) continue;
    out.text(', ');
    out.span(bytes, fields.start[i]!, fields.nameEnd[i]!);
  }
  out.crlf();
}

/** Appends the head of an interim answer (1xx). */
export function writeInterimHead({ out, response }: Core): void {
  statusLine(out, response);
  copyFields(out, response, undefined, false);
  out.crlf();
}

/** Appends the head of an answer that agrees to an upgrade: 101, or in HTTP/2 200 (RFC 8441 §5). */
export function writeUpgradeHead(
  { out, response }: Core,
  { version, debugLine }: Passage,
  edit: HeaderEdit | undefined,
  line: string | undefined,
): void {
  if (version === 20) {
    out.all(OK);
    copyLines(out, response, edit, debugLine === undefined ? DROP_PROOF : DROP_PROOF_DEBUG);
  } else {
    statusLine(out, response);
    copyFields(out, response, edit, debugLine !== undefined);
    out.all(WEBSOCKET_LINES);
  }
  out.all(VIA);
  if (debugLine !== undefined) out.text(debugLine);
  addLines(out, response, edit, line);
  out.endHead();
}

function statusLine(out: MessageWriter, head: ResponseHead): void {
  out.all(STATUS);
  out.decimal(head.status);
  out.text(' ');
  if (head.version === 20) out.text(reasonPhrase(head.status));
  else out.span(head.bytes, head.reasonStart, head.reasonEnd);
  out.crlf();
}

/** Appends what the client is told of its connection, where it is not what goes without saying. */
export function connectionLine(out: MessageWriter, { keepAlive, version }: Passage): void {
  if (version === 20) return;
  if (!keepAlive) out.all(CONNECTION_CLOSE);
  else if (version === 10) out.all(CONNECTION_KEEP_ALIVE);
}

function copyFields(out: MessageWriter, head: ResponseHead, edit: HeaderEdit | undefined, debugged: boolean): void {
  const lengthless = head.status < 200 || head.status === 204;
  const drop = debugged ? (lengthless ? DROP_LENGTH_DEBUG : DROP_DEBUG) : lengthless ? DROP_LENGTH : DROP;
  copyLines(out, head, edit, drop);
}

function copyLines(out: MessageWriter, head: ResponseHead, edit: HeaderEdit | undefined, drop: Uint8Array): void {
  const { bytes, fields } = head;
  const { known, start, hash, nameEnd, count } = fields;
  const nominated = fields.nominatedCount > 0;
  let run = start[0]!;
  for (let i = 0; i < count; i++) {
    const stays =
      drop[known[i]!] === 0 &&
      !edit?.drop.has(hash[i]!, bytes, start[i]!, nameEnd[i]!) &&
      !(nominated && fields.isNominated(bytes, i));
    if (stays) continue;
    if (start[i]! > run) out.span(bytes, run, start[i]!);
    run = start[i + 1]!;
  }
  if (start[count]! > run) out.span(bytes, run, start[count]!);
}

/** What the backend wants to be asked for instead (RFC 9110 §15.5.22): of its connection, but no answer without it. */
function copyOffer(out: MessageWriter, { bytes, fields }: ResponseHead): void {
  for (let i = 0; i < fields.count; i++) {
    if (fields.known[i] !== names.UPGRADE) continue;
    out.span(bytes, fields.start[i]!, fields.start[i + 1]!);
    out.all(CONNECTION_UPGRADE);
  }
}

/** Appends a whole answer of our own: one line of text that names the status and the class of reason. `lines`: further fields. */
export function writeErrorAnswer(core: Core, passage: Passage, answer: ErrorAnswer, toHead: boolean, lines = ''): void {
  writeOwnAnswer(core, passage, answer.status, answer.lines + lines, bodyOf(answer), toHead);
}

function bodyOf({ status, reason }: ErrorAnswer): string {
  return `${status} ${reason}\n`;
}

/** Of the body of an answer of our own, in bytes. */
export function bodyLength(answer: ErrorAnswer): number {
  return bodyOf(answer).length;
}

/** Appends a whole answer of our own; `lines` are field lines with their CRLF. An empty `body` has no type. */
export function writeOwnAnswer(
  core: Core,
  passage: Passage,
  status: number,
  lines: string,
  body: string,
  toHead: boolean,
): void {
  const { out } = core;
  out.text(`HTTP/1.1 ${status} ${reasonPhrase(status)}\r\n`);
  if (body !== '') out.text('Content-Type: text/plain; charset=utf-8\r\n');
  if (status !== 204) out.text(`Content-Length: ${body.length}\r\n`);
  out.all(core.date.bytes());
  connectionLine(out, passage);
  if (passage.debugLine !== undefined) out.text(passage.debugLine);
  out.text(lines);
  out.endHead();
  if (!toHead) out.text(body);
}
