import { domainToASCII } from 'node:url';

export interface Refused {
  /** What is wrong, and what would be right. */
  readonly refused: string;
}

/** The parts of a URL, as they go over the wire: nothing is normalised. */
export interface UrlParts {
  /** In lower case; absent where there is none. */
  readonly scheme?: 'http' | 'https';
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

/** Reads `[http://][host][:port][/path][?query]`; `refused` is to be put behind what names the URL. */
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
  if (known !== undefined && known !== 'http' && known !== 'https') {
    return { refused: `has scheme ${scheme}, must be http or https` };
  }
  const port = portText === undefined ? undefined : Number(portText);
  if (port !== undefined && (port < 1 || port > 65_535)) return { refused: `has port ${portText}, must be 1 to 65535` };
  return {
    ...(known !== undefined && { scheme: known }),
    ...(host !== '' && { authority: portText === undefined ? host : `${host}:${portText}` }),
    ...(port !== undefined && { port }),
    target: rest.startsWith('?') ? `/${rest}` : rest,
    fragment: bare !== url,
  };
}

function hostInAscii(host: string): string {
  const ascii = domainToASCII(host);
  return ascii === '' ? '' : `, as clients send it: ${ascii}`;
}
