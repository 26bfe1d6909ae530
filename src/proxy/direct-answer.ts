import type { DirectAnswer as Spec } from '../ir/index.ts';
import type { Core } from './core.ts';
import type { HeaderEdit } from './filters/header-edit.ts';
import { line } from './http1/own-lines.ts';
import { reasonPhrase } from './http1/reason-phrase.ts';
import { connectionLine, type Passage } from './response-writer.ts';

/** The answer of a rule or a share that answers by itself, as bytes made when the configuration changes. */
export interface DirectAnswer {
  readonly status: number;
  /** The status line and the fields that no filter takes away, with their CRLF. */
  readonly head: Uint8Array;
  /** A filter says what Date there is, or none. */
  readonly undated: boolean;
  readonly body: Uint8Array;
  /** `, name` for each field that is not of a filter, for a line that names them all. */
  readonly exposed: Uint8Array;
}

const utf8 = new TextEncoder();

/** `edit`: what filters do to every answer; the lines that they append may depend on who asks, and are none of this. */
export function compileDirectAnswer(spec: Spec, edit: HeaderEdit | undefined): DirectAnswer {
  const { status } = spec;
  const taken = (name: string): boolean => edit?.drop.names.includes(name) ?? false;
  const body = utf8.encode(hasContent(status) ? spec.body : '');
  const fields = spec.headers.filter(([name]) => !taken(name));
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return {
    status,
    head: line(`HTTP/1.1 ${status} ${reasonPhrase(status)}\r\n${lines}${lengthLine(status, body.length)}`),
    undated: taken('date'),
    body,
    exposed: line(fields.map(([name]) => `, ${name}`).join('')),
  };
}

/** RFC 9110 §15.3.5, §15.3.6 and §15.4.5. */
function hasContent(status: number): boolean {
  return status !== 204 && status !== 205 && status !== 304;
}

/** RFC 9110 §8.6: none with 204; with 304 it would be the length of what is not sent. */
function lengthLine(status: number, length: number): string {
  return status === 204 || status === 304 ? '' : `Content-Length: ${length}\r\n`;
}

/** Appends the whole answer. `edit`: what filters do to the answer to this request. */
export function writeDirectAnswer(
  core: Core,
  passage: Passage,
  answer: DirectAnswer,
  edit: HeaderEdit | undefined,
  toHead: boolean,
): void {
  const { out } = core;
  out.all(answer.head);
  if (!answer.undated) out.all(core.date.bytes());
  connectionLine(out, passage);
  if (passage.debugLine !== undefined) out.text(passage.debugLine);
  if (edit !== undefined) {
    out.all(edit.lines);
    if (edit.exposing !== undefined) {
      out.all(edit.exposing);
      out.all(answer.exposed);
      out.crlf();
    }
  }
  out.endHead();
  if (!toHead) out.all(answer.body);
}
