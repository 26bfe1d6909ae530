import type { ClientRequest, IncomingMessage } from 'node:http';
import { printable } from '../printable.ts';

/** Names may occur more than once. */
export type Parameters = readonly (readonly [name: string, value: string])[];

/** What is said to the user where there is no answer: one line. */
export interface Unanswered {
  readonly unanswered: string;
}

/** Until an answer begins, in ms. */
const PATIENCE = 30_000;

/** The JSON of a page. */
export async function askAdmin(
  admin: string,
  path: string,
  parameters: Parameters = [],
): Promise<{ readonly value: unknown } | Unanswered> {
  const response = await request(admin, path, parameters);
  if ('unanswered' in response) return response;
  try {
    return { value: JSON.parse(await textOf(response)) };
  } catch {
    return { unanswered: `${admin}${path} broke off, or is no JSON: is this the admin endpoint of a Sluice?` };
  }
}

/** A line of a page that goes on. */
export type Said = Readonly<Record<string, unknown>>;

/**
 * Lines of a page that goes on, until `signal` or the gateway ends it: then there is nothing to say, or why it ended. `line` is the
 * text of what is `said`.
 */
export async function followAdmin(
  admin: string,
  path: string,
  parameters: Parameters,
  onLine: (said: Said, line: string) => void,
  signal: AbortSignal,
): Promise<Unanswered | undefined> {
  const response = await request(admin, path, parameters, signal);
  if (signal.aborted) return undefined;
  if ('unanswered' in response) return response;
  const end = await readLines(response, onLine);
  return signal.aborted ? undefined : { unanswered: `${admin} ${ENDS[end]}` };
}

const ENDS = {
  over: 'is gone: the gateway ended',
  broken: 'is gone: the connection broke off',
  foreign: 'says something else than lines of JSON: is this the admin endpoint of a Sluice?',
};

async function readLines(response: IncomingMessage, onLine: (said: Said, line: string) => void) {
  let rest = '';
  for await (const text of untilBroken(response)) {
    if (text === undefined) return 'broken';
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const said = line === '' ? {} : readObject(line);
      if (said === undefined) return 'foreign';
      if (line !== '') onLine(said, line);
    }
  }
  return 'over';
}

/** Undefined at the end of one that breaks off. */
async function* untilBroken(response: IncomingMessage): AsyncGenerator<string | undefined> {
  try {
    yield* response.setEncoding('utf8');
  } catch {
    yield undefined;
  }
}

function readObject(text: string): Said | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A page that answers 200. */
async function request(
  admin: string,
  path: string,
  parameters: Parameters,
  signal?: AbortSignal,
): Promise<IncomingMessage | Unanswered> {
  // Loading it costs what a small folder costs to be explained, and most questions are about files.
  const { get } = await import('node:http');
  const query = new URLSearchParams(parameters.map(([name, value]) => [name, value])).toString();
  try {
    const response = await responseTo(
      get(`${admin}${path}${query === '' ? '' : '?'}${query}`, { agent: false, ...(signal && { signal }) }),
    );
    if (response.statusCode === 200) return response;
    return { unanswered: `${admin}${path}: ${response.statusCode}: ${errorOf(await textOf(response))}` };
  } catch (error) {
    return { unanswered: reasonOf(admin, error as NodeJS.ErrnoException) };
  }
}

function responseTo(sent: ClientRequest): Promise<IncomingMessage> {
  const waiting = setTimeout(() => sent.destroy(new DOMException('', 'TimeoutError')), PATIENCE);
  const responded = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve).on('error', reject);
  });
  return responded.finally(() => clearTimeout(waiting));
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of response.setEncoding('utf8')) text += piece;
  return text;
}

/** `{"error": "…"}`, or the first line of a text. */
function errorOf(body: string): string {
  const line = printable(body.split('\n', 1)[0] ?? '').slice(0, 500);
  try {
    const { error } = JSON.parse(body);
    return typeof error === 'string' ? printable(error) : line;
  } catch {
    return line;
  }
}

function reasonOf(admin: string, { code = '', message, name }: NodeJS.ErrnoException): string {
  const { hostname } = new URL(admin);
  switch (code) {
    case 'ECONNREFUSED':
      return `nothing listens at ${admin}: 'sluice run' prints the address of its admin endpoint`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${admin}: there is no host ${printable(hostname)}`;
    case 'ECONNRESET':
      return `${admin}: the connection was closed without an answer`;
  }
  if (code.startsWith('HPE_')) return `what answers at ${admin} does not speak HTTP: is this an admin endpoint?`;
  if (name === 'TimeoutError') return `${admin} did not answer within ${PATIENCE / 1000} s`;
  return `${admin}: ${printable(message)}`;
}
