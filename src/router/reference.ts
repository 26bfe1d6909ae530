import type { Listener, Match, Route, Unit, ValueMatch } from '../ir/index.ts';
import { matchesHostname } from './hostname.ts';
import { normalizeMatch } from './normalize-match.ts';
import { compilePattern } from './patterns.ts';
import { queryValue } from './query.ts';
import type { Entry, Outcome, RequestLine } from './router.ts';

/**
 * The matching rules written down plainly, without an index: what the compiled router must agree with, and the place to
 * look when the question is what is right. Takes any set of units; nothing is remembered between calls.
 */
export function matchReference(units: readonly Unit[], bind: string, request: RequestLine): Outcome<undefined> {
  const listener = listenersOf(units, bind)
    .filter(({ hostname }) => matchesHostname(hostname, request.host))
    .sort((a, b) => compareHostnames(a.hostname, b.hostname))[0];
  if (!listener) return 'no-listener';
  const routes = units.filter(unit => unit.kind === 'Route');
  const entries = routes.flatMap(route => entriesOf(route, listener));
  return entries.filter(entry => holds(entry, request)).sort(compareEntries)[0] ?? 'no-route';
}

function listenersOf(units: readonly Unit[], bind: string): Listener[] {
  const socket = units.find(unit => unit.kind === 'Bind' && unit.name === bind);
  const names = socket?.kind === 'Bind' ? socket.listeners : [];
  return names.flatMap(name => units.filter(unit => unit.kind === 'Listener').filter(unit => unit.name === name));
}

function entriesOf(route: Route, listener: Listener): Entry<undefined>[] {
  const hostnames = route.attachments.filter(each => each.listener === listener.name).flatMap(each => each.hostnames);
  return hostnames.flatMap(hostname =>
    route.rules.flatMap(rule =>
      rule.matches.map((match, matchIndex) => {
        return { listener, hostname, route, rule, match, matchIndex, action: undefined };
      }),
    ),
  );
}

function holds({ hostname, match }: Entry<undefined>, request: RequestLine): boolean {
  return (
    matchesHostname(hostname, request.host) &&
    pathHolds(match, request.path) &&
    (match.method === undefined || match.method === request.method) &&
    match.headers.every(condition => valueHolds(condition, request.header(condition.name))) &&
    match.query.every(condition => valueHolds(condition, queryValue(request.query, condition.name)))
  );
}

function pathHolds(match: Match, path: string): boolean {
  const { kind, value } = normalizeMatch(match.path);
  switch (kind) {
    case 'exact':
      return path === value;
    case 'regex':
      return compilePattern(value)?.testExact(path) ?? false;
    case 'prefix':
      return path === value || path.startsWith(`${value}/`);
  }
}

function valueHolds(condition: ValueMatch, value: string | undefined): boolean {
  if (value === undefined) return false;
  return condition.kind === 'exact'
    ? value === condition.value
    : (compilePattern(condition.value)?.testExact(value) ?? false);
}

/**
 * HTTPRouteSpec.hostnames: most characters in a hostname without wildcard, then most characters in a hostname.
 * Listener.hostname is chosen the same way: the exact one, then the longest wildcard, then none.
 */
function compareHostnames(a: string, b: string): number {
  const whole = (hostname: string) => (hostname.startsWith('*') ? 0 : hostname.length);
  return whole(b) - whole(a) || b.length - a.length;
}

const PATH_ORDER = { exact: 0, regex: 1, prefix: 2 } as const;

/**
 * HTTPRouteRule.matches: exact path, (regular expression, the longer first, as the implementation may choose,) longest
 * prefix, method, number of headers, number of query parameters; then across routes the oldest, the first in
 * alphabetical order of `namespace/name`; then the first in the list of rules, and of matches.
 */
function compareEntries(a: Entry<undefined>, b: Entry<undefined>): number {
  const left = normalizeMatch(a.match.path);
  const right = normalizeMatch(b.match.path);
  return (
    compareHostnames(a.hostname, b.hostname) ||
    PATH_ORDER[left.kind] - PATH_ORDER[right.kind] ||
    right.value.length - left.value.length ||
    Number(a.match.method === undefined) - Number(b.match.method === undefined) ||
    b.match.headers.length - a.match.headers.length ||
    b.match.query.length - a.match.query.length ||
    a.route.created - b.route.created ||
    (a.route.route === b.route.route ? 0 : a.route.route < b.route.route ? -1 : 1) ||
    a.rule.index - b.rule.index ||
    a.matchIndex - b.matchIndex
  );
}
