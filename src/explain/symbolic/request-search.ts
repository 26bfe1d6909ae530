import type { Match, PathMatch, ValueMatch } from '../../ir/index.ts';
import type { ExampleRequest } from './example-request.ts';
import { findPath } from './path-search.ts';
import type { SearchContext } from './search-context.ts';
import { type Found, NONE, UNKNOWN } from './text-search.ts';
import { findValue, valueFollows } from './value-search.ts';

/** How often a request is made anew because something unwanted took it. */
const MOST_ATTEMPTS = 60;

/**
 * What is said of an example: it is `right`, something else took it (whose match is to be avoided), or no further one is
 * wanted. A match must be avoided only if it would take every request for which it and all regions hold.
 */
export type Verdict = 'right' | 'unknown' | Match;

/** What the next example must be like. */
interface Wanted {
  readonly regions: readonly Match[];
  readonly paths: PathMatch[];
  readonly headers: ValueMatch[];
  readonly query: ValueMatch[];
  /** Something was avoided that holds for only some requests of the regions: where nothing is left, nothing is proven. */
  narrowed: boolean;
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
  const wanted: Wanted = { regions, paths: [], headers: [], query: [], narrowed: false };
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const made = makeRequest(host, wanted, context);
    if (made.kind !== 'found') return wanted.narrowed ? UNKNOWN : made;
    const verdict = judge(made.value);
    if (verdict === 'right') return made;
    if (verdict === 'unknown') return UNKNOWN;
    avoid(verdict, wanted, context);
  }
  return UNKNOWN;
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
  const headers = findValues(conditionsOf(regions, 'headers'), wanted.headers, context);
  if (headers.kind === 'none') return headers;
  const query = findValues(conditionsOf(regions, 'query'), wanted.query, context);
  if (path.kind === 'unknown' || headers.kind === 'unknown' || query.kind !== 'found') {
    return query.kind === 'none' ? NONE : UNKNOWN;
  }
  return { kind: 'found', value: { method, host, path: path.value, headers: headers.value, query: query.value } };
}

function conditionsOf(regions: readonly Match[], part: 'headers' | 'query'): readonly ValueMatch[] {
  return regions.length === 1 ? regions[0]![part] : regions.flatMap(each => each[part]);
}

function findValues(
  conditions: readonly ValueMatch[],
  avoided: readonly ValueMatch[],
  context: SearchContext,
): Found<ExampleRequest['headers']> {
  const values: [string, string][] = [];
  let unknown = false;
  for (const [name, group] of Map.groupBy(conditions, each => each.name)) {
    const against = avoided.filter(each => each.name === name);
    const value = findValue(group, against, context);
    if (value.kind === 'none') return NONE;
    if (value.kind === 'found') values.push([name, value.value]);
    else unknown = true;
  }
  return unknown ? UNKNOWN : { kind: 'found', value: values };
}

/** If the match holds for every request of the regions but for its path, the path decides; else one of its values does. */
function avoid(match: Match, wanted: Wanted, context: SearchContext): void {
  const header = accidentIn('headers', match, wanted, context);
  const query = header ? undefined : accidentIn('query', match, wanted, context);
  if (header) wanted.headers.push(header);
  else if (query) wanted.query.push(query);
  else if (!isAccident(match, wanted, context)) wanted.paths.push(match.path);
  else {
    wanted.narrowed = true;
    wanted.paths.push(match.path);
  }
}

function isAccident(match: Match, { regions }: Wanted, context: SearchContext): boolean {
  return (['headers', 'query'] as const).some(part =>
    match[part].some(condition => !follows(condition, part, regions, context)),
  );
}

function follows(
  condition: ValueMatch,
  part: 'headers' | 'query',
  regions: readonly Match[],
  context: SearchContext,
): boolean {
  const given = conditionsOf(regions, part).filter(({ name }) => name === condition.name);
  return valueFollows(given, condition, context);
}

/** A condition of the match that holds by chance, and can be helped. */
function accidentIn(
  part: 'headers' | 'query',
  match: Match,
  wanted: Wanted,
  context: SearchContext,
): ValueMatch | undefined {
  const { regions } = wanted;
  return match[part].find(condition => {
    if (follows(condition, part, regions, context)) return false;
    const given = conditionsOf(regions, part).filter(({ name }) => name === condition.name);
    const avoided = wanted[part].filter(({ name }) => name === condition.name);
    return findValue(given, [...avoided, condition], context).kind === 'found';
  });
}
