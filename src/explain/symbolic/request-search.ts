import type { Match, PathMatch, ValueMatch } from '../../ir/index.ts';
import type { ExampleRequest } from './example-request.ts';
import { findPath } from './path-search.ts';
import type { SearchContext } from './search-context.ts';
import { type Found, NONE, UNKNOWN } from './text-search.ts';
import { findValue, type ValuePart, valueFollows } from './value-search.ts';

/** How often a request is made anew because something unwanted took it. */
const MOST_ATTEMPTS = 150;

/**
 * What is said of an example: it is `right`, something else took it (whose match is to be avoided), or no further one is
 * wanted.
 */
export type Verdict = 'right' | 'unknown' | Match;

/** What the next example must be like. */
interface Wanted {
  readonly regions: readonly Match[];
  /** What its path must not match, nor its values. */
  readonly paths: readonly PathMatch[];
  readonly headers: readonly ValueMatch[];
  readonly query: readonly ValueMatch[];
}

interface Search {
  readonly host: string;
  readonly judge: (request: ExampleRequest) => Verdict;
  readonly context: SearchContext;
  attempts: number;
}

/**
 * A request to `host` for which all regions hold, and of which `judge` says that it is right. It has what the regions ask
 * for and nothing else, so that any other match that holds for it either follows from the regions or is avoided next.
 */
export function findRequest(
  host: string,
  regions: readonly Match[],
  judge: (request: ExampleRequest) => Verdict,
  context: SearchContext,
): Found<ExampleRequest> {
  const search: Search = { host, judge, context, attempts: MOST_ATTEMPTS };
  return searchOn({ regions, paths: [], headers: [], query: [] }, search);
}

function searchOn(wanted: Wanted, search: Search): Found<ExampleRequest> {
  if (--search.attempts < 0) return UNKNOWN;
  const made = makeRequest(search.host, wanted, search.context);
  if (made.kind !== 'found') return made;
  const verdict = search.judge(made.value);
  if (verdict === 'right') return made;
  if (verdict === 'unknown') return UNKNOWN;
  let left = NONE;
  for (const next of waysAround(verdict, wanted, search.context)) {
    const found = searchOn(next, search);
    if (found.kind === 'found') return found;
    if (found.kind === 'unknown') left = found;
  }
  return left;
}

/** A request avoids a match if its path does, or a value that the regions leave open: what is in none of these is in the match. */
function waysAround(match: Match, wanted: Wanted, context: SearchContext): readonly Wanted[] {
  const { headers, query, paths } = wanted;
  return [
    ...accidents('headers', match, wanted, context).map(each => ({ ...wanted, headers: [...headers, each] })),
    ...accidents('query', match, wanted, context).map(each => ({ ...wanted, query: [...query, each] })),
    { ...wanted, paths: [...paths, match.path] },
  ];
}

/** Conditions of the match that need not hold where the regions do. */
function accidents(part: ValuePart, match: Match, { regions }: Wanted, context: SearchContext): readonly ValueMatch[] {
  return match[part].filter(condition => {
    const given = conditionsOf(regions, part).filter(({ name }) => name === condition.name);
    return !valueFollows(part, given, condition, context);
  });
}

function makeRequest(host: string, wanted: Wanted, context: SearchContext): Found<ExampleRequest> {
  const { regions } = wanted;
  const methods = new Set(regions.map(({ method }) => method).filter(method => method !== undefined));
  if (methods.size > 1) return NONE;
  const [method = context.fresh.method] = methods;
  const path = findPath(
    regions.map(each => each.path),
    wanted.paths,
    context,
  );
  if (path.kind === 'none') return path;
  const headers = findValues('headers', conditionsOf(regions, 'headers'), wanted.headers, context);
  if (headers.kind === 'none') return headers;
  const query = findValues('query', conditionsOf(regions, 'query'), wanted.query, context);
  if (path.kind === 'unknown' || headers.kind === 'unknown' || query.kind !== 'found') {
    return query.kind === 'none' ? NONE : UNKNOWN;
  }
  return { kind: 'found', value: { method, host, path: path.value, headers: headers.value, query: query.value } };
}

function conditionsOf(regions: readonly Match[], part: ValuePart): readonly ValueMatch[] {
  return regions.length === 1 ? regions[0]![part] : regions.flatMap(each => each[part]);
}

function findValues(
  part: ValuePart,
  conditions: readonly ValueMatch[],
  avoided: readonly ValueMatch[],
  context: SearchContext,
): Found<ExampleRequest['headers']> {
  const values: [string, string][] = [];
  let unknown = false;
  for (const [name, group] of Map.groupBy(conditions, each => each.name)) {
    const against = avoided.filter(each => each.name === name);
    const value = findValue(part, group, against, context);
    if (value.kind === 'none') return NONE;
    if (value.kind === 'found') values.push([name, value.value]);
    else unknown = true;
  }
  return unknown ? UNKNOWN : { kind: 'found', value: values };
}
