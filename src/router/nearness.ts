import type { Listener, PathMatch, ValueMatch } from '../ir/index.ts';
import { pathHolds, type TestPattern, valueHolds } from './conditions.ts';
import { matchesHostname } from './hostname.ts';
import { queryValue } from './query.ts';
import type { Entry, RequestLine } from './router.ts';

/** A condition costs about 1; less where it was nearly met. A host or a path that is altogether another costs more. */
const OTHER = 1;
const ALMOST = 0.5;
const FAR = 3;
const AWAY = 2;

/** How far a request is from an entry; 0 where it holds. Only good for saying which of two is nearer. */
export function nearness(
  { listener, hostname, match }: Entry<unknown>,
  request: RequestLine,
  owner: Listener | undefined,
  test: TestPattern,
): number {
  let distance = listener === owner ? 0 : ALMOST;
  if (!matchesHostname(hostname, request.host)) distance += 1 + FAR * (1 - likeness(hostname, request.host, fromEnd));
  distance += valuesDistance(match.headers, name => request.header(name), test);
  distance += valuesDistance(match.query, name => queryValue(request.query, name), test);
  if (match.method !== undefined && match.method !== request.method) distance += OTHER;
  // Expressions cost most, and of what is far away anyway nobody wants to know. No less than where one was asked and failed: of
  // two hostnames of one match, the nearer must stay the nearer.
  if (match.path.kind === 'regex' && distance >= AWAY) return distance + FAR;
  return distance + pathDistance(match.path, request.path, test);
}

function valuesDistance(
  conditions: readonly ValueMatch[],
  read: (name: string) => string | undefined,
  test: TestPattern,
): number {
  let distance = 0;
  for (const condition of conditions) if (!valueHolds(condition, read(condition.name), test)) distance += OTHER;
  return distance;
}

function pathDistance(path: PathMatch, had: string, test: TestPattern): number {
  if (pathHolds(path, had, test)) return 0;
  if (path.kind === 'regex') return FAR;
  const wanted = path.value === '' ? '/' : path.value;
  if (wanted.length === had.length && wanted.toLowerCase() === had.toLowerCase()) return ALMOST;
  return OTHER + FAR * (1 - likeness(wanted, had, fromStart));
}

/** How much of two texts is alike from one of their ends, 0 to 1. */
function likeness(a: string, b: string, charAt: (text: string, at: number) => number): number {
  const longest = Math.max(a.length, b.length);
  const shortest = Math.min(a.length, b.length);
  let same = 0;
  while (same < shortest && charAt(a, same) === charAt(b, same)) same++;
  return longest === 0 ? 1 : same / longest;
}

function fromStart(text: string, at: number): number {
  return text.charCodeAt(at);
}

function fromEnd(text: string, at: number): number {
  return text.charCodeAt(text.length - 1 - at);
}
