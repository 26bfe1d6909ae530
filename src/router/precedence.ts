import type { PathMatch } from '../ir/index.ts';
import { normalizeMatch } from './normalize-match.ts';
import type { Entry } from './router.ts';

/** What may decide between two entries that both hold, in the order in which it is asked. */
export type Step =
  | 'hostname'
  | 'path-kind'
  | 'path-length'
  | 'method'
  | 'headers'
  | 'query'
  | 'age'
  | 'name'
  | 'rule-order'
  | 'match-order';

/** One match of a rule under one hostname, as far as precedence goes. */
export type Ranked = Pick<Entry<unknown>, 'hostname' | 'route' | 'rule' | 'match' | 'matchIndex'>;

const PATH_ORDER = { exact: 0, regex: 1, prefix: 2 } as const;

/** A regular expression that asks so little that prefixes go before it: a method of gRPC, whatever the service. */
export function isLate(path: PathMatch): boolean {
  return path.kind === 'regex' && path.rank !== undefined && path.rank < 1;
}

function pathOrder(path: PathMatch): number {
  return isLate(path) ? PATH_ORDER.prefix : PATH_ORDER[path.kind];
}

/** What of two paths of one kind makes one go first: its length, or the rank that stands for it. */
export function pathRank(path: PathMatch): number {
  return path.kind === 'regex' && path.rank !== undefined ? path.rank : path.value.length;
}

/**
 * HTTPRouteSpec.hostnames: most characters in a hostname without wildcard, then most characters in a hostname.
 * Listener.hostname is chosen the same way: the exact one, then the longest wildcard, then none.
 */
export function compareHostnames(a: string, b: string): number {
  return wholeLength(b) - wholeLength(a) || b.length - a.length;
}

function wholeLength(hostname: string): number {
  return hostname.startsWith('*') ? 0 : hostname.length;
}

/**
 * HTTPRouteRule.matches: exact path, (regular expression, the longer first, as the implementation may choose,) longest
 * prefix, method, number of headers, number of query parameters; then across routes the oldest, the first in
 * alphabetical order of `namespace/name`; then the first in the list of rules, and of matches.
 */
const STEPS: Readonly<Record<Step, (a: Ranked, b: Ranked) => number>> = {
  hostname: (a, b) => compareHostnames(a.hostname, b.hostname),
  'path-kind': (a, b) => pathOrder(a.match.path) - pathOrder(b.match.path),
  'path-length': (a, b) => pathLength(b) - pathLength(a),
  method: (a, b) => Number(a.match.method === undefined) - Number(b.match.method === undefined),
  headers: (a, b) => b.match.headers.length - a.match.headers.length,
  query: (a, b) => b.match.query.length - a.match.query.length,
  age: (a, b) => a.route.created - b.route.created,
  name: (a, b) => (a.route.route === b.route.route ? 0 : a.route.route < b.route.route ? -1 : 1),
  'rule-order': (a, b) => a.rule.index - b.rule.index,
  'match-order': (a, b) => a.matchIndex - b.matchIndex,
};
const ORDER = Object.keys(STEPS) as readonly Step[];

function pathLength({ match }: Ranked): number {
  return pathRank(normalizeMatch(match.path));
}

/** Negative where `a` goes before `b`. */
export function compareEntries(a: Ranked, b: Ranked): number {
  for (const step of ORDER) {
    const order = STEPS[step](a, b);
    if (order !== 0) return order;
  }
  return 0;
}

/** The step at which two entries differ first; undefined for one entry. */
export function decidingStep(a: Ranked, b: Ranked): Step | undefined {
  return ORDER.find(step => STEPS[step](a, b) !== 0);
}
