import type { Route } from '../ir/index.ts';
import { hostHeader, type Question, type SentRequest } from '../probe/index.ts';
import { normalizePath, parseHost, type RequestLine } from '../router/index.ts';

export interface HostFacts {
  readonly header: string;
  readonly notes: readonly string[];
}

/** The Host header of a question; where nothing names one, the first hostname that routes have. */
export function hostOf(question: Question, routes: Iterable<Route>): HostFacts {
  const said = hostHeader(question);
  if (said !== undefined) return { header: said, notes: [] };
  const named = [...routes].flatMap(({ attachments }) => attachments.flatMap(({ hostnames }) => hostnames));
  const header = named.find(hostname => !hostname.startsWith('*')) ?? 'localhost';
  return { header, notes: [`the URL names no host: ${header} is assumed; give one with -H 'Host: …'`] };
}

/** What routing goes by; undefined where the data plane answers 400 before. */
export function lineOf({ method, target, headers }: SentRequest): RequestLine | undefined {
  const [raw = '', ...rest] = target.split('?');
  const path = raw === '*' ? raw : normalizePath(raw);
  const host = parseHost(hostHeader({ headers }) ?? '');
  if (path === undefined || host === undefined) return undefined;
  const header = (name: string) => headers.find(([own]) => own.toLowerCase() === name)?.[1];
  return { method, host, path, query: rest.join('?'), header };
}
