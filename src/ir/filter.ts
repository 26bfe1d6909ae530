/** Headers that frame a message or concern one connection: they are the data plane's own, and no {@link HeaderChange} names them. */
export const OWN_HEADERS: readonly string[] = [
  'connection',
  'content-length',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** Names in lower case; applied as set, then add, then remove (they name different headers, so order cannot matter). */
export interface HeaderChange {
  readonly set: readonly (readonly [name: string, value: string])[];
  readonly add: readonly (readonly [name: string, value: string])[];
  readonly remove: readonly string[];
}

/** HTTPPathModifier: the whole path, or the part that the rule's PathPrefix matched (no trailing slash; root is ''). */
export type PathChange =
  | { readonly kind: 'full'; readonly value: string }
  | { readonly kind: 'prefix'; readonly prefix: string; readonly value: string };

export interface RequestHeaders extends HeaderChange {
  readonly kind: 'requestHeaders';
}
export interface ResponseHeaders extends HeaderChange {
  readonly kind: 'responseHeaders';
}
export interface Rewrite {
  readonly kind: 'rewrite';
  readonly hostname?: string;
  readonly path?: PathChange;
}

/** HTTPRequestRedirectFilter: what is absent is taken from the request (scheme, host, path) or the listener (port). */
export interface Redirect {
  readonly kind: 'redirect';
  readonly status: 301 | 302 | 303 | 307 | 308;
  readonly scheme?: 'http' | 'https';
  readonly hostname?: string;
  readonly port?: number;
  readonly path?: PathChange;
}

/** An answer in a backend's place, the same to every request. */
export interface DirectAnswer {
  readonly kind: 'direct';
  /** 200 to 599. */
  readonly status: number;
  /** Names in lower case, each once; none of {@link OWN_HEADERS}. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Sent as UTF-8; not sent with a status that has no content (204, 205, 304). */
  readonly body: string;
}

/** A copy of the request, as the backend of the rule gets it, whose answer is thrown away (HTTPRequestMirrorFilter). */
export interface Mirror {
  readonly kind: 'mirror';
  /** Name of a Backend. */
  readonly backend: string;
  /** Of the requests, 0 to 1; each is drawn by itself. */
  readonly share: number;
}

/** Origins (RFC 6454) that may read answers: one, or all below a domain. Lower case. */
export interface OriginPattern {
  readonly scheme: 'http' | 'https';
  /** Behind one or more further labels if `below`; with `below`, '' is any host. */
  readonly host: string;
  readonly below: boolean;
  readonly port: number;
}

/** HTTPCORSFilter. `any` stands for `*`: every origin, method or header name. */
export interface Cors {
  readonly kind: 'cors';
  readonly origins: 'any' | readonly OriginPattern[];
  readonly credentials: boolean;
  /** Upper case as in the manifest; empty: none are named to the client. */
  readonly methods: 'any' | readonly string[];
  readonly headers: 'any' | readonly string[];
  readonly expose: 'any' | readonly string[];
  /** Seconds for which a client may remember the answer to a preflight. */
  readonly maxAge: number;
}

/** What happens to a request or its response on the way; the kinds of a rule stand in the order of the manifest. */
export type Filter = RequestHeaders | ResponseHeaders | Rewrite | Mirror | Cors;
