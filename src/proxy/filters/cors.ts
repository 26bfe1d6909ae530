import type { Cors, HeaderChange } from '../../ir/index.ts';
import type { RequestHead } from '../http1/request-head.ts';
import type { HeaderEdit } from './header-edit.ts';
import { isAllowedOrigin } from './origins.ts';

/** What an allowed origin gets. */
export interface CorsGrant {
  /** For answers of backends: header filters and CORS in one. */
  readonly edit: HeaderEdit;
  /** Field lines for our own answers, with CRLF. */
  readonly lines: string;
}

const ALLOW_ORIGIN = 'access-control-allow-origin';
const ALLOW_CREDENTIALS = 'access-control-allow-credentials';
const ALLOW_METHODS = 'access-control-allow-methods';
const ALLOW_HEADERS = 'access-control-allow-headers';
const EXPOSE_HEADERS = 'access-control-expose-headers';
const MAX_AGE = 'access-control-max-age';
const REQUEST_METHOD = 'access-control-request-method';
const REQUEST_HEADERS = 'access-control-request-headers';
/** What a backend says of these is replaced: the filter decides, also where it says no. */
const DECIDED = [ALLOW_ORIGIN, ALLOW_CREDENTIALS, ALLOW_METHODS, ALLOW_HEADERS, EXPOSE_HEADERS, MAX_AGE];

const VARY_ORIGIN = 'vary: Origin\r\n';
const VARY_ASKED = 'vary: Access-Control-Request-Method, Access-Control-Request-Headers\r\n';
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const TOKENS = /^[!#$%&'*+\-.^_`|~0-9A-Za-z, ]+$/;
/** Origins whose grant is remembered, and their length in characters; strangers choose them. */
const MAX_KNOWN = 256;
const MAX_KNOWN_LENGTH = 256;

/** Every origin gets the same answer, which need not name it. */
function isOpen({ origins, credentials }: Cors): boolean {
  return origins === 'any' && !credentials;
}

/** What happens to every answer of a rule with CORS, whoever asks: a cache may give it to somebody else. */
export function corsChange(cors: Cors): HeaderChange {
  const lines = isOpen(cors) ? grantFields(cors, '*') : [['vary', 'Origin'] as const];
  return { set: [], add: lines, remove: DECIDED.filter(name => !lines.some(([own]) => own === name)) };
}

function grantFields({ credentials, expose }: Cors, origin: string): (readonly [name: string, value: string])[] {
  const exposed = expose === 'any' ? (credentials ? '' : '*') : expose.join(', ');
  return [
    [ALLOW_ORIGIN, origin],
    ...(credentials ? [[ALLOW_CREDENTIALS, 'true'] as const] : []),
    ...(exposed === '' ? [] : [[EXPOSE_HEADERS, exposed] as const]),
  ];
}

function fieldLines(fields: readonly (readonly [name: string, value: string])[]): string {
  return fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
}

/** One CORS filter (HTTPCORSFilter, Fetch standard §3.2), made when the configuration changes. */
export class CorsProgram {
  private readonly cors: Cors;
  /** The answers' edit when nobody is allowed anything. */
  private readonly base: HeaderEdit;
  private readonly open: CorsGrant | undefined;
  private readonly known = new Map<string, CorsGrant | undefined>();
  /** Of a preflight's answer, what does not depend on what it asks. */
  private readonly fixed: string;

  constructor(cors: Cors, base: HeaderEdit) {
    this.cors = cors;
    this.base = base;
    this.open = isOpen(cors) ? { edit: base, lines: fieldLines(grantFields(cors, '*')) } : undefined;
    this.fixed = fieldLines([
      ...listField(ALLOW_METHODS, cors.methods),
      ...listField(ALLOW_HEADERS, cors.headers),
      [MAX_AGE, String(cors.maxAge)],
    ]);
  }

  /** What the sender of an Origin field gets; undefined if it is not allowed. */
  grantOf(origin: string): CorsGrant | undefined {
    if (this.open !== undefined) return this.open;
    if (this.known.has(origin)) return this.known.get(origin);
    const grant = isAllowedOrigin(origin, this.cors.origins) ? this.newGrant(origin) : undefined;
    if (origin.length > MAX_KNOWN_LENGTH) return grant;
    if (this.known.size === MAX_KNOWN) this.known.clear();
    this.known.set(origin, grant);
    return grant;
  }

  private newGrant(origin: string): CorsGrant {
    const { cors, base } = this;
    const text = fieldLines(grantFields(cors, origin));
    const lines = Buffer.concat([base.lines, Buffer.from(text, 'latin1')]);
    const exposing = cors.expose === 'any' ? namesIn(base.lines) : undefined;
    return { edit: { ...base, lines, exposing }, lines: VARY_ORIGIN + text };
  }

  /** The fields of the answer to a preflight: 204 in any case; who is not allowed finds nothing in it. */
  preflightLines(grant: CorsGrant | undefined, head: RequestHead): string {
    if (grant === undefined) return VARY_ORIGIN + VARY_ASKED;
    return grant.lines + VARY_ASKED + this.fixed + this.echo(head);
  }

  /** `*` is no wildcard where credentials are allowed, and never covers Authorization: what is asked for is named instead. */
  private echo(head: RequestHead): string {
    const method = this.cors.methods === 'any' ? head.header(REQUEST_METHOD) : undefined;
    const headers = this.cors.headers === 'any' ? head.header(REQUEST_HEADERS) : undefined;
    return fieldLines([
      ...(method !== undefined && TOKEN.test(method) ? [[ALLOW_METHODS, method] as const] : []),
      ...(headers !== undefined && TOKENS.test(headers) ? [[ALLOW_HEADERS, headers] as const] : []),
    ]);
  }
}

function listField(name: string, list: 'any' | readonly string[]): (readonly [name: string, value: string])[] {
  return list === 'any' || list.length === 0 ? [] : [[name, list.join(', ')]];
}

/** Beginning of a line that exposes every field of an answer: those that we add ourselves. */
function namesIn(lines: Uint8Array): Uint8Array {
  const own = Buffer.from(lines).toString('latin1').split('\r\n').filter(Boolean);
  const names = ['date', 'via', ...own.map(line => line.slice(0, line.indexOf(':')))];
  return Buffer.from(`${EXPOSE_HEADERS}: ${[...new Set(names)].join(', ')}`, 'latin1');
}

/** A browser asks before it sends a request that a page may not send by itself. */
export function isPreflight(head: RequestHead): boolean {
  return head.method === 'OPTIONS' && head.header(REQUEST_METHOD) !== undefined;
}
