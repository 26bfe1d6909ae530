import type { PathMatch } from '../../ir/index.ts';
import { type Acceptor, exactText, textsUnder } from './acceptor.ts';
import { NORMAL_PATHS, PLAIN_PATHS } from './normal-paths.ts';
import type { SearchContext } from './search-context.ts';
import { type Found, findText, NONE, reads, UNKNOWN } from './text-search.ts';

/** A path, in normal form, that all of `include` match and none of `avoid`; else one that nothing else names. */
export function findPath(
  include: readonly PathMatch[],
  avoid: readonly PathMatch[],
  context: SearchContext,
): Found<string> {
  const exact = include.find(({ kind }) => kind === 'exact');
  if (exact) return onlyPath(exact.value, include, avoid, context);
  const prefix = longestPrefix(include);
  if (include.some(each => each.kind === 'prefix' && !isUnder(prefix!, each.value))) return NONE;
  if (prefix !== undefined && avoid.some(each => each.kind === 'prefix' && isUnder(prefix, each.value))) return NONE;
  if (prefix !== undefined && !include.some(isRegex)) {
    const below = onlyPath(`${prefix}/${context.fresh.segment}`, include, avoid, context);
    if (below.kind !== 'none') return below;
  }
  return byAutomata(include, avoid, context);
}

function longestPrefix(paths: readonly PathMatch[]): string | undefined {
  const prefixes = paths.filter(({ kind }) => kind === 'prefix').map(({ value }) => value);
  return prefixes.sort((a, b) => b.length - a.length)[0];
}

function isRegex({ kind }: PathMatch): boolean {
  return kind === 'regex';
}

function onlyPath(
  path: string,
  include: readonly PathMatch[],
  avoid: readonly PathMatch[],
  context: SearchContext,
): Found<string> {
  const wanted = include.map(each => pathHolds(each, path, context));
  if (wanted.includes(false)) return NONE;
  const unwanted = avoid.map(each => pathHolds(each, path, context));
  if (unwanted.includes(true)) return NONE;
  return wanted.includes(undefined) || unwanted.includes(undefined) ? UNKNOWN : { kind: 'found', value: path };
}

/** Undefined where nothing is known of the expression. */
export function pathHolds({ kind, value }: PathMatch, path: string, context: SearchContext): boolean | undefined {
  switch (kind) {
    case 'exact':
      return path === value;
    case 'prefix':
      return isUnder(path, value);
    case 'regex': {
      const acceptor = context.regex(value);
      return acceptor && reads(acceptor, path);
    }
  }
}

/** Whether all paths under one prefix are under another. */
function isUnder(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}

function byAutomata(include: readonly PathMatch[], avoid: readonly PathMatch[], context: SearchContext): Found<string> {
  const inside = include.map(each => acceptorOf(each, context));
  const outside = avoid.map(each => acceptorOf(each, context));
  if (!inside.every(isKnown) || !outside.every(isKnown)) return UNKNOWN;
  const plain = findText([PLAIN_PATHS, ...inside], outside, context.budget);
  return plain.kind === 'found' ? plain : findText([NORMAL_PATHS, ...inside], outside, context.budget);
}

function isKnown(acceptor: Acceptor | undefined): acceptor is Acceptor {
  return acceptor !== undefined;
}

function acceptorOf({ kind, value }: PathMatch, context: SearchContext): Acceptor | undefined {
  switch (kind) {
    case 'exact':
      return exactText(value);
    case 'prefix':
      return textsUnder(value);
    case 'regex':
      return context.regex(value);
  }
}
