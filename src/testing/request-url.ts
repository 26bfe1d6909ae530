import { defaultPort, isOfBytes, type Refused, readUrl, type Scheme } from '../probe/index.ts';

/** What a test's URL says; all of it is there, for nothing is assumed. */
export interface TestUrl {
  readonly scheme: Scheme;
  /** As in the Host header. */
  readonly authority: string;
  readonly port: number;
  /** Path and query, as they stand. */
  readonly target: string;
}

/** Reads `http://host[:port]/path?query` (or https, grpc, grpcs) without normalising it; `refused` is to be put behind what names the URL. */
export function readTestUrl(url: string): TestUrl | Refused {
  const parts = readUrl(url);
  if ('refused' in parts) return parts;
  const { scheme, authority, target, fragment } = parts;
  if (scheme !== undefined && isOfBytes(scheme)) {
    return { refused: `must be of requests (http, https, grpc, grpcs): ask sluice explain where ${scheme}:// leads` };
  }
  if (scheme === undefined) return { refused: 'must be http://host[:port]/path?query, with its scheme' };
  if (authority === undefined) return { refused: 'must be http://host[:port]/path?query, with a host' };
  if (fragment) return { refused: 'must have no fragment (#…): no client sends it' };
  return { scheme, authority, port: parts.port ?? defaultPort(scheme) ?? 80, target };
}
