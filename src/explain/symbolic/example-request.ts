import type { RequestLine } from '../../router/index.ts';

/** A request that stands for many: it has what is asked of it, and nothing besides. */
export interface ExampleRequest {
  readonly method: string;
  readonly host: string;
  /** Normal, without the query. */
  readonly path: string;
  /** Names in lower case, each once. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Decoded, each name once. */
  readonly query: readonly (readonly [name: string, value: string])[];
}

/** As the router asks for it. */
export function requestLineOf({ method, host, path, headers, query }: ExampleRequest): RequestLine {
  return { method, host, path, query: queryTextOf(query), header: name => headers.find(each => each[0] === name)?.[1] };
}

/** The query of a URL, without `?`; '' if there is none. */
export function queryTextOf(query: ExampleRequest['query']): string {
  return query.map(pair => pair.map(text => encodeURIComponent(text.toWellFormed())).join('=')).join('&');
}
