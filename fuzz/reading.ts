import { printable } from './printable.ts';

/** A message as a parser understood it. */
export interface Message {
  /** Of a request; empty for a response. */
  method: string;
  target: string;
  /** Of a response; 0 for a request. */
  status: number;
  minor: number;
  /** `name: value` as received, without blanks around the value. */
  fields: readonly string[];
  /** One character per byte; of a message that is not whole, what came of it. */
  body: string;
  /** As `fields`; only from llhttp. */
  readonly trailers: string[];
  whole: boolean;
}

/** Between messages; within one; what follows can't be read; nothing more is read (closed, or another protocol). */
export type End = 'idle' | 'waiting' | 'refused' | 'over';

export interface Reading {
  readonly messages: readonly Message[];
  readonly end: End;
  /** Why it was refused. */
  readonly reason: string;
}

/** Values of a field, by lower-case name. */
export function valuesOf(message: Message, name: string): readonly string[] {
  const lines = message.fields.filter(line => line.toLowerCase().startsWith(`${name}: `));
  return lines.map(line => line.slice(name.length + 2));
}

export function describeMessage(message: Message): string {
  const start = message.status > 0 ? `${message.status}` : `${message.method} ${message.target}`;
  const body = `${message.body.length} bytes "${message.body.slice(0, 80)}"`;
  return printable(`${start} 1.${message.minor} [${message.fields.join(' | ')}] ${body}${message.whole ? '' : ' …'}`);
}

/** Lines for a report. */
export function describeReading(who: string, { messages, end, reason }: Reading): string[] {
  return [...messages.map(message => `${who}: ${describeMessage(message)}`), `${who}: ${end} ${reason}`.trimEnd()];
}
