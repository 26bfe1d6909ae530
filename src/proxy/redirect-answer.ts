import type { Listener, Redirect } from '../ir/index.ts';
import type { Core } from './core.ts';
import type { HeaderEdit } from './filters/header-edit.ts';
import { redirectLocation } from './filters/redirect.ts';
import { latin1 } from './http1/chars.ts';
import { type Passage, writeOwnAnswer } from './response-writer.ts';

/** Where TLS ended, or began, in front of us: the listener's port is none that the client knows. */
const ELSEWHERE = { https: { scheme: 'https', port: 443 }, http: { scheme: 'http', port: 80 } } as const;

/** Appends the answer of a rule that redirects the request in `core.request`; `secure`: its client spoke TLS. */
export function writeRedirect(
  core: Core,
  passage: Passage,
  redirect: Redirect,
  response: HeaderEdit | undefined,
  listener: Listener,
  secure: boolean,
  toHead: boolean,
): void {
  const { host, path, query } = core.request;
  const scheme = secure ? 'https' : 'http';
  const ours = secure === (listener.protocol === 'HTTPS');
  const from = ours ? ({ scheme, port: listener.port } as const) : ELSEWHERE[scheme];
  const pieces = { ...from, host, path, query };
  const added = response === undefined ? '' : latin1(response.lines, 0, response.lines.length);
  // A filter of the rule may say where to go, or that it is not said; two such lines would mean two things.
  const own = response === undefined || !response.drop.names.includes('location');
  const location = own ? `Location: ${redirectLocation(redirect, pieces)}\r\n` : '';
  writeOwnAnswer(core, passage, redirect.status, location + added, '', toHead);
}
