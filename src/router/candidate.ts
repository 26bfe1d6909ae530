import type { ValueMatch } from '../ir/index.ts';
import { type Pattern, type Patterns, testPattern } from './patterns.ts';
import { queryValue } from './query.ts';
import type { Entry, RequestLine } from './router.ts';

/** An entry with its conditions beyond host and path made ready. */
export interface Candidate<T> extends Entry<T> {
  readonly headers: readonly Condition[];
  readonly query: readonly Condition[];
}

export interface Condition {
  readonly name: string;
  readonly value: string;
  /** Absent where the value is compared as it stands. */
  readonly pattern: Pattern | undefined;
}

const NONE: readonly Condition[] = Object.freeze([]);

export function createCandidate<T>(entry: Entry<T>, patterns: Patterns): Candidate<T> {
  const { headers, query } = entry.match;
  return { ...entry, headers: conditionsOf(headers, patterns), query: conditionsOf(query, patterns) };
}

function conditionsOf(matches: readonly ValueMatch[], patterns: Patterns): readonly Condition[] {
  if (matches.length === 0) return NONE;
  return matches.map(({ kind, name, value }) => {
    return { name, value, pattern: kind === 'regex' ? patterns.acquire(value) : undefined };
  });
}

export function releaseCandidate<T>(candidate: Candidate<T>, patterns: Patterns): void {
  for (const { pattern } of candidate.headers) if (pattern) patterns.release(pattern);
  for (const { pattern } of candidate.query) if (pattern) patterns.release(pattern);
}

/** The first of `candidates` whose method, headers and query parameters the request has. */
export function firstOf<T>(candidates: readonly Candidate<T>[], request: RequestLine): Candidate<T> | undefined {
  for (let i = 0; i < candidates.length; i++) {
    const candidate = candidates[i]!;
    if (holds(candidate, request)) return candidate;
  }
  return undefined;
}

function holds<T>(candidate: Candidate<T>, request: RequestLine): boolean {
  const { method } = candidate.match;
  if (method !== undefined && method !== request.method) return false;
  const { headers, query } = candidate;
  for (let i = 0; i < headers.length; i++) {
    const condition = headers[i]!;
    if (!accepts(condition, request.header(condition.name))) return false;
  }
  for (let i = 0; i < query.length; i++) {
    const condition = query[i]!;
    if (!accepts(condition, queryValue(request.query, condition.name))) return false;
  }
  return true;
}

function accepts(condition: Condition, value: string | undefined): boolean {
  if (value === undefined) return false;
  return condition.pattern === undefined ? value === condition.value : testPattern(condition.pattern, value);
}

/**
 * Which of two candidates whose hostnames and paths are equally specific goes first: one with a method, more headers,
 * more query parameters, the older route, its name, order in the route.
 */
export function compareCandidates<T>(a: Candidate<T>, b: Candidate<T>): number {
  return (
    Number(b.match.method !== undefined) - Number(a.match.method !== undefined) ||
    b.headers.length - a.headers.length ||
    b.query.length - a.query.length ||
    a.route.created - b.route.created ||
    compareText(a.route.route, b.route.route) ||
    a.rule.index - b.rule.index ||
    a.matchIndex - b.matchIndex ||
    compareText(a.route.name, b.route.name)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
