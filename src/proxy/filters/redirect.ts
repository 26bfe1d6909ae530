import type { Redirect } from '../../ir/index.ts';
import { changePath } from './rewrite-path.ts';

/** What a redirect takes from the request. */
export interface RequestPieces {
  readonly scheme: 'http' | 'https';
  /** Without port; '' when the request names none. */
  readonly host: string;
  readonly path: string;
  /** Without `?`; '' if none. */
  readonly query: string;
  /** The one that the client asked: the listener's in its manifest, whatever port the socket was mapped to. */
  readonly port: number;
}

const DEFAULT_PORT = { http: 80, https: 443 } as const;

/** The Location of a redirect (HTTPRequestRedirectFilter). Relative when neither filter nor request names a host. */
export function redirectLocation(redirect: Redirect, request: RequestPieces): string {
  const scheme = redirect.scheme ?? request.scheme;
  const host = redirect.hostname ?? request.host;
  const path = redirect.path ? changePath(redirect.path, request.path) : request.path;
  const target = visible(request.query === '' ? path : `${path}?${request.query}`);
  if (host === '') return target;
  return `${scheme}://${visible(bracketed(host))}${portSuffix(redirect, request, scheme)}${target}`;
}

/** The filter's port, else the well-known one of the filter's scheme, else that of the request; none where it goes without saying. */
function portSuffix(redirect: Redirect, request: RequestPieces, scheme: 'http' | 'https'): string {
  const port = redirect.port ?? (redirect.scheme ? DEFAULT_PORT[redirect.scheme] : request.port);
  return port === DEFAULT_PORT[scheme] ? '' : `:${port}`;
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

/** Bytes of a request are passed on, but nothing that could end the header line. */
function visible(text: string): string {
  return text.replace(/[^\x21-\x7e\x80-\uffff]/g, char => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
