import type { ValueMatch } from '../../ir/index.ts';
import type { Acceptor } from './acceptor.ts';
import { regexAcceptor } from './regex-automaton.ts';
import type { SearchContext } from './search-context.ts';
import { type Found, findText, NONE, reads, UNKNOWN } from './text-search.ts';

/** What people can type, neither empty nor with spaces at its ends. */
const PLAIN = regexAcceptor('[!-~]([ -~]*[!-~])?')!;

/** RFC 9110 §5.5, a character for each byte: no control characters, and no spaces at the ends. */
const VISIBLE = '!-~\\x{80}-\\x{ff}';
export const HEADER_VALUES = regexAcceptor(`([${VISIBLE}]([\\t ${VISIBLE}]*[${VISIBLE}])?)?`)!;

/** The values that there can be: of a query parameter every text, for what is not in a URL is escaped. */
const POSSIBLE: Readonly<Record<ValuePart, readonly Acceptor[]>> = { headers: [HEADER_VALUES], query: [] };
export type ValuePart = 'headers' | 'query';

/** A value, of one header or query parameter, for which all of `include` hold and none of `avoid`; a plain one if it can be. */
export function findValue(
  part: ValuePart,
  include: readonly ValueMatch[],
  avoid: readonly ValueMatch[],
  context: SearchContext,
): Found<string> {
  const possible = POSSIBLE[part];
  const exact = include.find(({ kind }) => kind === 'exact');
  if (exact && !possible.every(each => reads(each, exact.value))) return NONE;
  if (exact) return onlyValue(exact.value, include, avoid, context);
  const inside = include.map(({ value }) => context.regex(value));
  const outside = avoid.filter(({ kind }) => kind === 'regex').map(({ value }) => context.regex(value));
  const words = avoid.filter(({ kind }) => kind === 'exact').map(({ value }) => context.regex(quoted(value)));
  const acceptors = { inside: inside.filter(each => !!each), outside: [...outside, ...words].filter(each => !!each) };
  if (acceptors.inside.length < inside.length || acceptors.outside.length < avoid.length) return UNKNOWN;
  const plain = findText([PLAIN, ...acceptors.inside], acceptors.outside, context.budget);
  return plain.kind === 'found'
    ? plain
    : findText([...possible, ...acceptors.inside], acceptors.outside, context.budget);
}

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function onlyValue(
  value: string,
  include: readonly ValueMatch[],
  avoid: readonly ValueMatch[],
  context: SearchContext,
): Found<string> {
  const wanted = include.map(each => valueHolds(each, value, context));
  const unwanted = avoid.map(each => valueHolds(each, value, context));
  if (wanted.includes(false) || unwanted.includes(true)) return NONE;
  return wanted.includes(undefined) || unwanted.includes(undefined) ? UNKNOWN : { kind: 'found', value };
}

function valueHolds({ kind, value }: ValueMatch, text: string, context: SearchContext): boolean | undefined {
  if (kind === 'exact') return value === text;
  const acceptor = context.regex(value);
  return acceptor && reads(acceptor, text);
}

/** Whether a value for which all of `given` hold is always one for which `condition` holds; false too where that is unknown. */
export function valueFollows(
  part: ValuePart,
  given: readonly ValueMatch[],
  condition: ValueMatch,
  context: SearchContext,
): boolean {
  if (given.length === 0) return false;
  if (given.some(({ kind, value }) => kind === condition.kind && value === condition.value)) return true;
  return findValue(part, given, [condition], context).kind === 'none';
}
