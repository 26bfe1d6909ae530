import type { MemoryRequest } from '../proxy/index.ts';
import type { Question } from './question.ts';

/** A request as it goes over the wire. */
export type SentRequest = Pick<MemoryRequest, 'method' | 'target' | 'headers'>;

/** `authority`: the Host header where there is none among the headers. */
export function sentRequest({ method, target, headers }: SentRequest, authority: string): SentRequest {
  if (hostHeader({ headers }) !== undefined) return { method, target, headers };
  return { method, target, headers: [['host', authority], ...headers] };
}

/** What a client says for the host: a header of its own, else what the URL has. */
export function hostHeader({ headers, authority }: Pick<Question, 'headers' | 'authority'>): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? authority;
}
