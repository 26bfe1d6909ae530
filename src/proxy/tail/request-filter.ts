/** Which requests somebody wants to see; what is absent admits all. Plain data: it goes to other threads. */
export interface RequestFilter {
  /** `namespace/name`. */
  readonly route?: string;
  /** In lower case; `*.example.com`: every name below. */
  readonly host?: string;
  /** In upper case. */
  readonly method?: string;
  /** Beginning of the path. */
  readonly path?: string;
  /** One of these has the status. */
  readonly statuses?: readonly StatusRange[];
}

export interface StatusRange {
  readonly from: number;
  readonly to: number;
}

/** Parameters of a question that make a filter. */
export const FILTER_PARAMETERS = ['route', 'host', 'method', 'path', 'status'] as const;
export type FilterParameter = (typeof FILTER_PARAMETERS)[number];

/** The parameters that are given; `refused`: one of them is none, with what would be right. */
export function readFilter(
  given: Readonly<Partial<Record<FilterParameter, string>>>,
): RequestFilter | { readonly refused: string; readonly parameter: FilterParameter } {
  let filter: RequestFilter = {};
  for (const parameter of FILTER_PARAMETERS) {
    const text = given[parameter];
    if (text === undefined) continue;
    const read = READERS[parameter](text);
    if (typeof read === 'string') return { refused: read, parameter };
    filter = { ...filter, ...read };
  }
  return filter;
}

/** Each gives its part of the filter, or what would be right. */
const READERS: Readonly<Record<FilterParameter, (text: string) => RequestFilter | string>> = {
  route(text) {
    // As it is printed: KIND/NAMESPACE/NAME.
    const parts = text.split('/').slice(-2);
    const fits = text.split('/').length <= 3 && parts.every(part => /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(part));
    if (!fits) return 'must be NAMESPACE/NAME, for example shop/cart';
    return { route: parts.length === 1 ? `default/${text}` : parts.join('/') };
  },
  host(text) {
    const host = text.toLowerCase();
    return /^(\*\.)?[a-z0-9._-]+$|^\[[0-9a-f:.]+\]$/.test(host)
      ? { host }
      : 'must be a host name without port, for example shop.example or *.example';
  },
  method: text =>
    /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text) ? { method: text.toUpperCase() } : 'must be a method, for example GET',
  path: text => (text.startsWith('/') ? { path: text } : 'must begin with /, for example /api'),
  status(text) {
    const ranges = text.split(',').map(readRange);
    const statuses = ranges.filter(range => range !== undefined);
    return statuses.length === ranges.length
      ? { statuses }
      : 'must be statuses or classes of them, for example 404 or 404,5xx';
  },
};

function readRange(text: string): StatusRange | undefined {
  if (/^[1-5]xx$/i.test(text)) return { from: Number(text[0]) * 100, to: Number(text[0]) * 100 + 99 };
  return /^[1-5]\d\d$/.test(text) ? { from: Number(text), to: Number(text) } : undefined;
}

/** What the head says must hold when the request begins: `host` and `target` as received, path first. */
export function admitsHead({ host, method, path }: RequestFilter, request: HeadFacts): boolean {
  if (method !== undefined && method !== request.method) return false;
  if (path !== undefined && !request.target.startsWith(path)) return false;
  return host === undefined || matchesHost(host, request.host);
}

export interface HeadFacts {
  readonly method: string;
  readonly host: string;
  readonly target: string;
}

function matchesHost(wanted: string, authority: string): boolean {
  const host = authority.replace(/:\d*$/, '').toLowerCase();
  return wanted.startsWith('*.') ? host.endsWith(wanted.slice(1)) && host.length >= wanted.length : host === wanted;
}

/** The rest, at the end of the request; `route` is '' for none. */
export function admitsEnd({ route, statuses }: RequestFilter, taken: string, status: number): boolean {
  if (route !== undefined && route !== taken) return false;
  return statuses === undefined || statuses.some(({ from, to }) => status >= from && status <= to);
}

/** A connection without HTTP: it has a server name (or '') in the place of a host. */
export function admitsConnection(filter: RequestFilter, serverName: string, taken: string): boolean {
  const { method, path, statuses, host, route } = filter;
  if (method !== undefined || path !== undefined || statuses !== undefined) return false;
  return (host === undefined || matchesHost(host, serverName)) && (route === undefined || route === taken);
}

/** Whether it can admit bytes that were no request: nothing of a head is asked. */
export function admitsRefused({ host, method, path, route }: RequestFilter): boolean {
  return host === undefined && method === undefined && path === undefined && route === undefined;
}
