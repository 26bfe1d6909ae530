import type { PathMatch, ValueMatch } from '../ir/index.ts';
import { matchesHostname } from './hostname.ts';
import { normalizeMatch } from './normalize-match.ts';
import { queryValue } from './query.ts';
import type { Entry, RequestLine } from './router.ts';

/** Whether the whole of `text` is what a regular expression means; false for one that RE2 refuses. */
export type TestPattern = (source: string, text: string) => boolean;

/** A condition of an entry that a request does not meet, and the value that it had instead. */
export type Miss =
  /** The listener whose host it is is another one: nobody else's routes are asked. */
  | { readonly kind: 'listener'; readonly wanted: string; readonly had: string | undefined }
  | { readonly kind: 'host'; readonly wanted: string; readonly had: string }
  | { readonly kind: 'path'; readonly wanted: PathMatch; readonly had: string }
  | { readonly kind: 'method'; readonly wanted: string; readonly had: string }
  | { readonly kind: 'header' | 'query'; readonly wanted: ValueMatch; readonly had: string | undefined };

/** What is judged of an entry. */
export type Conditions = Pick<Entry<unknown>, 'hostname' | 'match'>;

export function pathHolds(path: PathMatch, had: string, test: TestPattern): boolean {
  const { kind, value } = normalizeMatch(path);
  switch (kind) {
    case 'exact':
      return had === value;
    case 'regex':
      return test(value, had);
    case 'prefix':
      return had === value || (had.startsWith(value) && had.charCodeAt(value.length) === SLASH);
  }
}

const SLASH = 0x2f;

export function valueHolds(condition: ValueMatch, had: string | undefined, test: TestPattern): boolean {
  if (had === undefined) return false;
  return condition.kind === 'exact' ? had === condition.value : test(condition.value, had);
}

/** Whether a request meets every condition. */
export function holds({ hostname, match }: Conditions, request: RequestLine, test: TestPattern): boolean {
  return (
    matchesHostname(hostname, request.host) &&
    pathHolds(match.path, request.path, test) &&
    (match.method === undefined || match.method === request.method) &&
    match.headers.every(condition => valueHolds(condition, request.header(condition.name), test)) &&
    match.query.every(condition => valueHolds(condition, queryValue(request.query, condition.name), test))
  );
}

/** Every condition that a request does not meet, in the order in which they are asked; none exactly where it `holds`. */
export function missesOf({ hostname, match }: Conditions, request: RequestLine, test: TestPattern): readonly Miss[] {
  const { host, path, method, query } = request;
  const misses: Miss[] = [];
  if (!matchesHostname(hostname, host)) misses.push({ kind: 'host', wanted: hostname, had: host });
  if (!pathHolds(match.path, path, test)) misses.push({ kind: 'path', wanted: match.path, had: path });
  if (match.method !== undefined && match.method !== method) {
    misses.push({ kind: 'method', wanted: match.method, had: method });
  }
  for (const wanted of match.headers) {
    const had = request.header(wanted.name);
    if (!valueHolds(wanted, had, test)) misses.push({ kind: 'header', wanted, had });
  }
  for (const wanted of match.query) {
    const had = queryValue(query, wanted.name);
    if (!valueHolds(wanted, had, test)) misses.push({ kind: 'query', wanted, had });
  }
  return misses;
}
