import assert from 'node:assert/strict';
import type { Way } from './echo-backend.ts';

/** One entry of requests.yaml: a request and what must come of it. */
export interface Check {
  readonly name?: string;
  readonly request: RequestSpec;
  readonly expect?: Expectation;
  /** How requests spread over backends. */
  readonly weights?: Weights;
}

export interface RequestSpec {
  readonly method?: string;
  /**
   * `http://host:port/path?query` or with https; the port is the listener's in the manifest. Sent as it stands, never normalised.
   * `grpc://host:port/package.Service/Method` (`grpcs`: over TLS) is a call; `tcp://`, `tls://` and `udp://` send bytes.
   */
  readonly url: string;
  /** Of HTTP; default 1. */
  readonly version?: 1 | 2;
  /** SNI, where it is not the host; '' for none. */
  readonly serverName?: string;
  /** `namespace/name` of the Secret whose certificate the client shows. */
  readonly clientCertificate?: string;
  /** What the client speaks of TLS, where it is not all that OpenSSL does. */
  readonly offers?: Offers;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** `namespace/name`; needed where several Gateways have a listener on the port. */
  readonly gateway?: string;
  /** The name of a client who sends the cookies again that earlier answers set. */
  readonly client?: string;
  /** A header of those answers that the client sends again, too; lower case. */
  readonly keeps?: string;
}

export interface Offers {
  readonly maxVersion?: 'TLSv1.1' | 'TLSv1.2';
  /** Of TLS 1.2, and how handshakes may be signed, both as OpenSSL names them, with colons between. */
  readonly ciphers?: string;
  readonly signatures?: string;
}

export interface Expectation {
  /** 0: no Gateway listens on the port, or nobody answers: a connection or its handshake is refused, a datagram is dropped. */
  readonly status: number;
  /** `namespace/name` of the route and position of its rule; absent where no rule answers. */
  readonly route?: string;
  readonly rule?: number;
  /** `namespace/service:port`, or all of those that may answer. */
  readonly backend?: string | readonly string[];
  /** Of a call. */
  readonly grpcStatus?: number;
  /** `namespace/name` of the Secret whose certificate the client was shown. */
  readonly certificate?: string;
  readonly location?: string;
  readonly backendSees?: Sight;
  /** `namespace/service:port` of each backend that gets a copy of the request. */
  readonly mirrors?: readonly string[];
  /** Headers of the response; `*` stands for the token of a session. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly absentHeaders?: readonly string[];
  readonly body?: string;
}

/** What the backend receives; only what is named is compared. */
export interface Sight {
  readonly method?: string;
  readonly path?: string;
  readonly host?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly absent?: readonly string[];
  /** How it came there; not known in memory. */
  readonly way?: Partial<Way>;
}

/** Of `times` requests, the share of each `namespace/service:port` or status; 0 means never. */
export interface Weights {
  readonly times: number;
  readonly shares: Readonly<Record<string, number>>;
}

const KEYS = {
  check: ['name', 'request', 'expect', 'weights'],
  request: [
    'method',
    'url',
    'version',
    'serverName',
    'clientCertificate',
    'offers',
    'headers',
    'body',
    'gateway',
    'client',
    'keeps',
  ],
  expect: [
    'status',
    'route',
    'rule',
    'backend',
    'grpcStatus',
    'certificate',
    'location',
    'backendSees',
    'mirrors',
    'headers',
    'absentHeaders',
    'body',
  ],
  backendSees: ['method', 'path', 'host', 'body', 'headers', 'absent', 'way'],
  way: ['version', 'serverName', 'certificate'],
  offers: ['maxVersion', 'ciphers', 'signatures'],
  weights: ['times', 'shares'],
} as const;

/** Refuses what it does not know, so that a slip of the pen can't switch a check off. */
export function readChecks(value: unknown): readonly Check[] {
  assert.ok(Array.isArray(value), 'requests.yaml is a list (an empty one, where there is nothing to ask)');
  for (const check of value) {
    onlyKeys('check', check);
    onlyKeys('request', check.request);
    assert.equal(typeof check.request.url, 'string', 'request.url');
    if (check.expect) onlyKeys('expect', check.expect);
    if (check.request.offers) onlyKeys('offers', check.request.offers);
    if (check.expect?.backendSees) onlyKeys('backendSees', check.expect.backendSees);
    if (check.expect?.backendSees?.way) onlyKeys('way', check.expect.backendSees.way);
    if (check.weights) onlyKeys('weights', check.weights);
  }
  return value;
}

function onlyKeys(what: keyof typeof KEYS, value: unknown): void {
  assert.ok(typeof value === 'object' && value !== null, `requests.yaml: ${what} is a mapping`);
  const known: readonly string[] = KEYS[what];
  for (const key of Object.keys(value)) assert.ok(known.includes(key), `requests.yaml: ${what}.${key} means nothing`);
}

const URL_PARTS = /^([a-z]+):\/\/(\[[^\]]*\]|[^/:?#]*)(?::(\d+))?(\/[^?]*|\*)?(?:\?(.*))?$/;

export type Scheme = 'http' | 'https' | 'grpc' | 'grpcs' | 'tls' | 'tcp' | 'udp';
const DEFAULT_PORTS: Readonly<Record<Scheme, number>> = {
  http: 80,
  https: 443,
  grpc: 80,
  grpcs: 443,
  tls: 443,
  tcp: 0,
  udp: 0,
};

/** The parts of a request as they go over the wire. */
export interface Target {
  readonly scheme: Scheme;
  /** As the URL names it. */
  readonly host: string;
  /** The Host header. */
  readonly authority: string;
  readonly port: number;
  readonly path: string;
  readonly query: string;
}

export function targetOf(request: RequestSpec): Target {
  const parts = URL_PARTS.exec(request.url);
  assert.ok(parts && isScheme(parts[1]!), `${request.url} is no http://host:port/path?query`);
  const [, scheme, host = '', port, path = '/', query = ''] = parts;
  const authority = request.headers?.host ?? (port === undefined ? host : `${host}:${port}`);
  const wellKnown = DEFAULT_PORTS[scheme as Scheme];
  return { scheme: scheme as Scheme, host, authority, port: Number(port ?? wellKnown), path, query };
}

function isScheme(text: string): text is Scheme {
  return Object.hasOwn(DEFAULT_PORTS, text);
}

/** HTTP/1 in plaintext: what every rig can ask. */
export function isPlain(request: RequestSpec): boolean {
  return targetOf(request).scheme === 'http' && (request.version ?? 1) === 1;
}

/** What a client sends as SNI; '' for none (an address is none, RFC 6066 §3). */
export function serverNameOf(request: RequestSpec): string {
  const { host } = targetOf(request);
  return request.serverName ?? (/^[\d.]*$|^\[/.test(host) ? '' : host.toLowerCase());
}

function isCall(request: RequestSpec): boolean {
  const { scheme } = targetOf(request);
  return scheme === 'grpc' || scheme === 'grpcs';
}

export function methodOf(request: RequestSpec): string {
  return request.method ?? (isCall(request) ? 'POST' : 'GET');
}

/** With what makes a call of a request. */
export function headersOf(request: RequestSpec): Readonly<Record<string, string>> {
  return isCall(request)
    ? { 'content-type': 'application/grpc', te: 'trailers', ...request.headers }
    : (request.headers ?? {});
}
