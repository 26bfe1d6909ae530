import { domainToASCII } from 'node:url';

export interface Refused {
  /** What is wrong, and what would be right. */
  readonly refused: string;
}

/**
 * How a question arrives. `grpc` and `grpcs` are calls of gRPC, in plaintext and over TLS; `tls`, `tcp` and `udp` connections of
 * bytes, and datagrams.
 */
export type Scheme = 'http' | 'https' | 'grpc' | 'grpcs' | 'tls' | 'tcp' | 'udp';

/** With the port where the URL names none. */
const SCHEMES: Readonly<Record<Scheme, number | undefined>> = {
  http: 80,
  https: 443,
  grpc: 80,
  grpcs: 443,
  tls: 443,
  tcp: undefined,
  udp: undefined,
};

/** Nothing of HTTP is asked there. */
export function isOfBytes(scheme: Scheme): boolean {
  return scheme === 'tls' || scheme === 'tcp' || scheme === 'udp';
}

export function isCall(scheme: Scheme): boolean {
  return scheme === 'grpc' || scheme === 'grpcs';
}

/** The connection begins with a handshake of TLS. */
export function isSecure(scheme: Scheme): boolean {
  return scheme === 'https' || scheme === 'grpcs' || scheme === 'tls';
}

export function defaultPort(scheme: Scheme): number | undefined {
  return SCHEMES[scheme];
}

function isScheme(text: string): text is Scheme {
  return Object.hasOwn(SCHEMES, text);
}

/** The parts of a URL, as they go over the wire: nothing is normalised. */
export interface UrlParts {
  /** In lower case; absent where there is none. */
  readonly scheme?: Scheme;
  /** `host[:port]`; absent where there is no host. */
  readonly authority?: string;
  readonly port?: number;
  /** Path and query. */
  readonly target: string;
  /** There is a fragment, which is left out. */
  readonly fragment: boolean;
}

const PARTS = /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?(\[[0-9A-Fa-f:.]*\]|[^/:?#[\]@*]*)(?::(\d{0,6}))?([/?][^#]*|\*)?$/;

const USER = /^(?:[A-Za-z][A-Za-z0-9+.-]*:\/\/)?[^/?#]*@/;
const ASCII = /^[\x21-\x7e]*$/;

/** The URL without what may be a password, for messages. */
export function withoutUser(url: string): string {
  return url.replace(/^([A-Za-z][A-Za-z0-9+.-]*:\/\/)?[^/?#]*@/, '$1…@');
}

/** Reads `[scheme://][host][:port][/path][?query]`; `refused` is to be put behind what names the URL. */
export function readUrl(url: string): UrlParts | Refused {
  const bare = url.split('#', 1)[0] ?? '';
  if (USER.test(bare)) return { refused: 'must have no user: clients send it in Authorization' };
  const parts = PARTS.exec(bare);
  if (!parts || bare === '') return { refused: 'must be http://host[:port]/path?query' };
  const [, scheme, host = '', digits, rest = '/'] = parts;
  // `http:/shop.example` is a slip of the pen, and no host `http`.
  if (scheme === undefined && digits === '') return { refused: 'must be http://host[:port]/path?query' };
  if (/[^\0-\x7f]/.test(host)) return { refused: `must have its host in ASCII${hostInAscii(host)}` };
  if (!ASCII.test(bare)) return { refused: 'must be printable ASCII without blanks: percent-encode the rest' };
  // RFC 3986 §3.2.3: a colon without a port is the same as none.
  const portText = digits === '' ? undefined : digits;
  const known = scheme?.toLowerCase();
  if (known !== undefined && !isScheme(known)) {
    return { refused: `has scheme ${scheme}, must be http, https, grpc, grpcs, tls, tcp or udp` };
  }
  const port = portText === undefined ? undefined : Number(portText);
  if (port !== undefined && (port < 1 || port > 65_535)) return { refused: `has port ${portText}, must be 1 to 65535` };
  const refused = known && wrongFor(known, port, rest);
  if (refused !== undefined) return { refused };
  return {
    ...(known !== undefined && { scheme: known }),
    ...(host !== '' && { authority: portText === undefined ? host : `${host}:${portText}` }),
    ...(port !== undefined && { port }),
    target: rest.startsWith('?') ? `/${rest}` : rest,
    fragment: bare !== url,
  };
}

/** A call names a service and a method; bytes have neither path nor a port that everybody knows. */
function wrongFor(scheme: Scheme, port: number | undefined, rest: string): string | undefined {
  if (isCall(scheme) && !/^\/[^/?]+\/[^/?]+$/.test(rest))
    return `must be ${scheme}://host[:port]/package.Service/Method`;
  if (!isOfBytes(scheme)) return undefined;
  if (rest !== '/') return `must be ${scheme}://host:port, without a path: what is sent there are bytes`;
  if (port === undefined && defaultPort(scheme) === undefined) return `must name a port: ${scheme}://host:9000`;
  return undefined;
}

function hostInAscii(host: string): string {
  const ascii = domainToASCII(host);
  return ascii === '' ? '' : `, as clients send it: ${ascii}`;
}
