import type { Match, PathMatch, ValueMatch } from '../../ir/index.ts';
import type { HTTPMatch } from '../../resources/index.ts';
import { type Fault, ruleFaults } from '../status/rule-faults.ts';
import { asPrefix, canonicalEscapes, isNormalPath } from './paths.ts';
import { literalStart, regexFault } from './regex.ts';

type Report = (fault: Fault) => void;

/** What a rule without matches gets. */
export const DEFAULT_MATCH: Match = { path: { kind: 'prefix', value: '' }, headers: [], query: [] };
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];
const ANYTHING = '(?s).*';

/**
 * The matches of a rule. A part that can't be understood is reported, and stands for every request that it might have
 * meant (any value of the header, the paths below the pattern's literal start), so that those are answered with the
 * rule's failure and not by another rule; a path of which nothing is known matches nothing.
 */
export function translateMatches(matches: readonly HTTPMatch[], path: string, report: Report): readonly Match[] {
  if (matches.length === 0) return [DEFAULT_MATCH];
  return matches
    .map((match, index) => translateMatch(match, `${path}[${index}]`, report))
    .filter(match => match !== undefined);
}

function translateMatch(match: HTTPMatch, at: string, report: Report): Match | undefined {
  const path = translatePath(match.path, `${at}.path`, report);
  const headers = headerMatches(match.headers ?? [], `${at}.headers`, report);
  const query = valueMatches(match.queryParams ?? [], `${at}.queryParams`, report, name => name);
  const { method } = match;
  if (method !== undefined && !METHODS.includes(method)) {
    report(ruleFaults.unknownValue(`${at}.method`, method, METHODS.join(', ')));
  }
  return path && { path, ...(method !== undefined && { method }), headers, query };
}

function translatePath({ type, value }: HTTPMatch['path'], at: string, report: Report): PathMatch | undefined {
  if (type === 'RegularExpression') return regexPath(value, at, report);
  if (type !== 'Exact' && type !== 'PathPrefix') {
    report(ruleFaults.unknownValue(`${at}.type`, type, 'Exact, PathPrefix or RegularExpression'));
    return undefined;
  }
  if (!isNormalPath(value)) {
    report(ruleFaults.impossiblePath(`${at}.value`, value));
    return undefined;
  }
  const normal = canonicalEscapes(value);
  return type === 'Exact' ? { kind: 'exact', value: normal } : { kind: 'prefix', value: asPrefix(normal) };
}

function regexPath(pattern: string, at: string, report: Report): PathMatch | undefined {
  const why = regexFault(pattern);
  if (why === undefined) return { kind: 'regex', value: pattern };
  report(ruleFaults.regexRefused(`${at}.value`, pattern, why));
  const start = literalStart(pattern);
  return start.length > 1 ? { kind: 'regex', value: start + ANYTHING } : undefined;
}

interface ValueMatchSpec {
  readonly type: string;
  readonly name: string;
  readonly value: string;
}

export function headerMatches(specs: readonly ValueMatchSpec[], at: string, report: Report): readonly ValueMatch[] {
  return valueMatches(specs, at, report, name => name.toLowerCase());
}

/** Of several for one name the first counts (HTTPHeaderMatch, HTTPQueryParamMatch: the rest are ignored). */
function valueMatches(
  specs: readonly ValueMatchSpec[],
  at: string,
  report: Report,
  nameOf: (name: string) => string,
): readonly ValueMatch[] {
  const named = specs.map((spec, index) => ({ ...spec, name: nameOf(spec.name), at: `${at}[${index}]` }));
  const first = named.filter((spec, i) => named.findIndex(other => other.name === spec.name) === i);
  return first.map(({ type, name, value, at: field }) => {
    const usable = usableValue(type, value, field, report);
    return { kind: usable && type === 'Exact' ? 'exact' : 'regex', name, value: usable ? value : ANYTHING };
  });
}

function usableValue(type: string, value: string, at: string, report: Report): boolean {
  if (type === 'Exact') return true;
  if (type !== 'RegularExpression') {
    report(ruleFaults.unknownValue(`${at}.type`, type, 'Exact or RegularExpression'));
    return false;
  }
  const why = regexFault(value);
  if (why !== undefined) report(ruleFaults.regexRefused(`${at}.value`, value, why));
  return why === undefined;
}
