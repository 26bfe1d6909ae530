import { type Refused, readUrl } from '../probe/index.ts';

/** What a test's URL says; all of it is there, for nothing is assumed. */
export interface TestUrl {
  /** As in the Host header. */
  readonly authority: string;
  readonly port: number;
  /** Path and query, as they stand. */
  readonly target: string;
}

/** Reads `http://host[:port]/path?query` without normalising it; `refused` is to be put behind what names the URL. */
export function readTestUrl(url: string): TestUrl | Refused {
  const parts = readUrl(url);
  if ('refused' in parts) return parts;
  const { scheme, authority, port = 80, target, fragment } = parts;
  if (scheme === 'https') return { refused: 'must be http://host[:port]/path?query: https is not served yet' };
  if (scheme === undefined) return { refused: 'must be http://host[:port]/path?query, with its scheme' };
  if (authority === undefined) return { refused: 'must be http://host[:port]/path?query, with a host' };
  if (fragment) return { refused: 'must have no fragment (#…): no client sends it' };
  return { authority, port, target };
}
