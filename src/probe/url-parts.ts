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

const PARTS = /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?(\[[0-9A-Fa-f:.]*\]|[^/:?#[\]@*]*)(?::(\d{1,6}))?([/?*][^#]*)?$/;

/** Reads `[http://][host][:port][/path][?query]`; `refused` is to be put behind what names the URL. */
export function readUrl(url: string): UrlParts | Refused {
  const bare = url.split('#', 1)[0] ?? '';
  const parts = PARTS.exec(bare);
  if (!parts || bare === '') return { refused: 'must be http://host[:port]/path?query' };
  if (!/^[\x21-\x7e]*$/.test(bare))
    return { refused: 'must be printable ASCII without blanks: percent-encode the rest' };
  const [, scheme, host = '', portText, rest = '/'] = parts;
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
