/** The parts of a URL, as they go over the wire. */
export interface UrlParts {
  /** As in the Host header. */
  readonly authority: string;
  readonly port: number;
  /** Path and query, as they stand. */
  readonly target: string;
}

const PARTS = /^http:\/\/(\[[^\]]*\]|[^/:?#[\]@]+)(?::(\d{1,5}))?(\/[^#]*|\?[^#]*)?$/;

/** Reads `http://host[:port]/path?query` without normalising it; `refused`: what is wrong, to be put after its name. */
export function readUrl(url: string): UrlParts | { readonly refused: string } {
  if (!/^[!-~]+$/.test(url)) return { refused: 'must be printable ASCII without blanks: percent-encode the rest' };
  const parts = PARTS.exec(url);
  if (!parts) return { refused: `must be http://host[:port]/path?query${reason(url)}` };
  const [, host = '', port, rest = '/'] = parts;
  const number = Number(port ?? 80);
  if (number < 1 || number > 65_535) return { refused: `has port ${port}, which is not between 1 and 65535` };
  return {
    authority: port === undefined ? host : `${host}:${port}`,
    port: number,
    target: rest.startsWith('?') ? `/${rest}` : rest,
  };
}

function reason(url: string): string {
  if (url.startsWith('https://')) return ': https is not served yet';
  if (!url.includes('://')) return ', with its scheme';
  if (url.includes('#')) return ', without a fragment (#…): no client sends it';
  return url.includes('@') ? ', without a user: no client sends it' : '';
}
