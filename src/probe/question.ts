import { isIP } from 'node:net';
import type { FieldList } from '../proxy/index.ts';
import {
  defaultPort,
  isCall,
  isOfBytes,
  isSecure,
  type Refused,
  readUrl,
  type Scheme,
  type UrlParts,
  withoutUser,
} from './url-parts.ts';

/** One request, as a client would send it; or a connection, or datagrams. */
export interface Question {
  /** As it stands, for it is compared with case. */
  readonly method: string;
  readonly scheme: Scheme;
  /** Of HTTP. */
  readonly version: 1 | 2;
  /** What the client sends as SNI, where that is not the host; '' for none. */
  readonly serverName?: string;
  /** `host[:port]` as the URL says it; absent where it has no host. */
  readonly authority?: string;
  /** Absent where the URL says neither scheme nor port. */
  readonly port?: number;
  /** Path and query as they stand: nothing is normalised here. */
  readonly target: string;
  /** In order; Host may be one of them, and wins over the URL's. */
  readonly headers: FieldList;
  /** IP address of the client. */
  readonly client: string;
  /** `namespace/name`, where several Gateways have the port. */
  readonly gateway?: string;
  /** What was assumed because it was not said, or looks like a slip of the pen. */
  readonly notes: readonly string[];
}

/** A question in words, as people and programs put it. */
export interface RawQuestion {
  /** Default GET, of a call POST. */
  readonly method?: string;
  /**
   * `http://host[:port]/path?query`, also with https; `grpc://host[:port]/package.Service/Method` (`grpcs`: over TLS);
   * `tls://host[:port]`, `tcp://host:port`, `udp://host:port`. Without a scheme http, without a host one that the listeners have.
   */
  readonly url: string | URL;
  readonly headers?: FieldList;
  /** Default 127.0.0.1. */
  readonly client?: string;
  readonly gateway?: string;
  /** Of HTTP; default: 2 for calls and over TLS, as clients that can do both come to agree on, else 1. */
  readonly version?: 1 | 2;
  /** SNI, where it is not the host; '' for none. */
  readonly serverName?: string;
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'];

/** What makes a call of a request. */
export const CALL: FieldList = [
  ['content-type', 'application/grpc'],
  ['te', 'trailers'],
];

export function readQuestion(raw: RawQuestion): Question | Refused {
  const { headers = [], client = '127.0.0.1', gateway, serverName } = raw;
  const url = readUrl(String(raw.url));
  if ('refused' in url) return { refused: `URL ${quote(withoutUser(String(raw.url)))} ${url.refused}` };
  const { scheme = 'http', authority, target } = url;
  const { method = isCall(scheme) ? 'POST' : 'GET' } = raw;
  const wrong = [
    wrongMethod(method),
    ...headers.map(wrongHeader),
    wrongClient(client),
    wrongGateway(gateway),
    wrongServerName(serverName, scheme),
    wrongForBytes(raw, scheme),
  ];
  const refused = wrong.find(message => message !== undefined);
  if (refused !== undefined) return { refused };
  return {
    method,
    scheme,
    version: raw.version ?? (isCall(scheme) || isSecure(scheme) ? 2 : 1),
    ...(serverName !== undefined && { serverName: serverName.toLowerCase() }),
    ...(authority !== undefined && { authority }),
    ...portOf(url),
    target,
    headers: isCall(scheme) ? [...CALL.filter(([name]) => !hasHeader(headers, name)), ...headers] : headers,
    client,
    ...(gateway !== undefined && { gateway }),
    notes: [...urlNotes(url), ...methodNotes(method), ...framingNotes(headers)],
  };
}

function hasHeader(headers: FieldList, name: string): boolean {
  return headers.some(([own]) => own.toLowerCase() === name);
}

/** What a client sends as SNI that asks for `host` (lower case, without port): an address is none (RFC 6066 §3). */
export function serverNameOf({ serverName }: { readonly serverName?: string }, host: string): string {
  if (serverName !== undefined) return serverName;
  return isIP(host) !== 0 || host.startsWith('[') ? '' : host;
}

/** Versions of HTTP as parameters name them. */
const VERSIONS: Readonly<Record<string, 1 | 2>> = { '1.1': 1, '2': 2 };

const PARAMETERS = ['method', 'url', 'header', 'client', 'gateway', 'server-name', 'http'];

/** `?method=&url=&header=name: value&client=&gateway=&server-name=&http=`, header as often as there are headers. */
export function questionOfParameters(query: URLSearchParams): Question | Refused {
  const unknown = [...query.keys()].find(name => !PARAMETERS.includes(name));
  if (unknown !== undefined) return { refused: `there is no parameter ${unknown}; there are ${PARAMETERS.join(', ')}` };
  const url = query.get('url') ?? '';
  if (url === '')
    return { refused: 'url is missing: /explain?method=GET&url=http://shop.example/cart&header=name: value' };
  const headers: (readonly [string, string])[] = [];
  for (const text of query.getAll('header')) {
    const header = readHeader(text);
    if ('refused' in header) return header;
    headers.push(header);
  }
  const serverName = query.get('server-name');
  const http = query.get('http') ?? '';
  const version = http === '' ? undefined : VERSIONS[http];
  if (http !== '' && version === undefined) return { refused: `http ${quote(http)} must be 1.1 or 2` };
  return readQuestion({
    url,
    headers,
    ...(serverName !== null && { serverName }),
    ...(version !== undefined && { version }),
    ...Object.fromEntries(['method', 'client', 'gateway'].flatMap(name => named(query, name))),
  });
}

function named(query: URLSearchParams, name: string): readonly (readonly [string, string])[] {
  const value = query.get(name) ?? '';
  return value === '' ? [] : [[name, value]];
}

/** Of `name: value`, as curl takes it. */
export function readHeader(text: string): readonly [name: string, value: string] | Refused {
  const colon = text.indexOf(':');
  if (colon <= 0) return { refused: `header ${quote(text)} must be 'name: value'` };
  const header = [text.slice(0, colon).trim(), text.slice(colon + 1).trim()] as const;
  const refused = wrongHeader(header);
  return refused === undefined ? header : { refused };
}

function portOf({ scheme, port }: UrlParts): { readonly port?: number } {
  if (port !== undefined) return { port };
  const known = scheme && defaultPort(scheme);
  return known === undefined ? {} : { port: known };
}

function urlNotes({ scheme, fragment }: UrlParts): readonly string[] {
  return [
    ...(scheme === undefined ? [`the URL names no scheme: http:// is assumed`] : []),
    ...(fragment ? ['the fragment (#…) of the URL is left out: no client sends it'] : []),
  ];
}

function wrongMethod(method: string): string | undefined {
  return TOKEN.test(method) ? undefined : `method ${quote(method)} must be a word such as GET`;
}

function methodNotes(method: string): readonly string[] {
  if (METHODS.includes(method)) return [];
  const upper = method.toUpperCase();
  return [
    METHODS.includes(upper)
      ? `method ${method} is not ${upper}: methods are compared with case`
      : `method ${method} is none of the registered ones; it is asked for as it stands`,
  ];
}

function framingNotes(headers: Question['headers']): readonly string[] {
  const framing = headers.find(([name]) => /^(?:content-length|transfer-encoding)$/i.test(name));
  return framing ? [`${framing[0]} is left out: the request is asked for without a body`] : [];
}

function wrongHeader([name, value]: readonly [string, string]): string | undefined {
  if (!TOKEN.test(name)) return `header ${quote(name)} has no valid name: it must be 'name: value'`;
  if (/[^\0-\xff]/.test(value))
    return `header ${name} has a value with more than bytes: a header holds Latin-1 at most`;
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(value) ? undefined : `header ${name} has a value with control characters`;
}

function wrongClient(client: string): string | undefined {
  return isIP(client) === 0 ? `client ${quote(client)} must be an IP address` : undefined;
}

/** RFC 6066 §3: a name of DNS, without a closing dot. */
function wrongServerName(name: string | undefined, scheme: Scheme): string | undefined {
  if (name === undefined) return undefined;
  if (!isSecure(scheme)) return `a server name is sent with TLS alone: with https, grpcs or tls, not ${scheme}`;
  if (name === '' || /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/.test(name)) return undefined;
  return `server name ${quote(name)} must be a name such as shop.example, or empty for none`;
}

function wrongForBytes({ method, headers = [] }: RawQuestion, scheme: Scheme): string | undefined {
  if (!isOfBytes(scheme) || (method === undefined && headers.length === 0)) return undefined;
  return `${scheme}:// sends bytes: it has neither method nor headers`;
}

function wrongGateway(gateway: string | undefined): string | undefined {
  if (gateway === undefined || /^[^/]+\/[^/]+$/.test(gateway)) return undefined;
  return `gateway ${quote(gateway)} must be NAMESPACE/NAME`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
