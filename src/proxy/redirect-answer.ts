import type { Listener, Redirect } from '../ir/index.ts';
import type { Core } from './core.ts';
import type { HeaderEdit } from './filters/header-edit.ts';
import { redirectLocation } from './filters/redirect.ts';
import { latin1 } from './http1/chars.ts';
import { type Passage, writeOwnAnswer } from './response-writer.ts';

/** Appends the answer of a rule that redirects the request in `core.request`. */
export function writeRedirect(
  core: Core,
  passage: Passage,
  redirect: Redirect,
  response: HeaderEdit | undefined,
  listener: Listener,
  toHead: boolean,
): void {
  const { host, path, query } = core.request;
  const pieces = { scheme: 'http', host, path, query, listenerPort: listener.port } as const;
  const added = response === undefined ? '' : latin1(response.lines, 0, response.lines.length);
  // A filter of the rule may say where to go, or that it is not said; two such lines would mean two things.
  const own = response === undefined || !response.drop.names.includes('location');
  const location = own ? `Location: ${redirectLocation(redirect, pieces)}\r\n` : '';
  writeOwnAnswer(core, passage, redirect.status, location + added, '', toHead);
}
