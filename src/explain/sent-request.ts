import type { Route } from '../ir/index.ts';
import { normalizePath, parseHost, type RequestLine } from '../router/index.ts';
import type { Question } from './question.ts';
import type { WireRequest } from './seen-request.ts';

/** A question as it goes over the wire to a host. */
export function wireOf({ method, target, headers }: Question, host: string): WireRequest {
  const others = headers.filter(([name]) => name.toLowerCase() !== 'host');
  return { method, target, headers: [['host', host], ...others] };
}

export interface HostFacts {
  readonly header: string;
  readonly notes: readonly string[];
}

/** The Host header of a question; where nothing names one, the first hostname that routes have. */
export function hostOf({ headers, authority }: Question, routes: Iterable<Route>): HostFacts {
  const own = headers.find(([name]) => name.toLowerCase() === 'host');
  if (own) return { header: own[1], notes: [] };
  if (authority !== undefined) return { header: authority, notes: [] };
  const named = [...routes].flatMap(({ attachments }) => attachments.flatMap(({ hostnames }) => hostnames));
  const header = named.find(hostname => !hostname.startsWith('*')) ?? 'localhost';
  return { header, notes: [`the URL names no host: ${header} is assumed; give one with -H 'Host: …'`] };
}

/** What routing goes by; undefined where the data plane answers 400 before. */
export function lineOf({ method, target, headers }: WireRequest): RequestLine | undefined {
  const [raw = '', ...rest] = target.split('?');
  const path = raw === '*' ? raw : normalizePath(raw);
  const host = parseHost(headers[0]?.[1] ?? '');
  if (path === undefined || host === undefined) return undefined;
  const header = (name: string) => headers.find(([own]) => own.toLowerCase() === name)?.[1];
  return { method, host, path, query: rest.join('?'), header };
}
