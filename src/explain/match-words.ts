import type { Match, PathMatch, ValueMatch } from '../ir/index.ts';
import type { Miss, Step } from '../router/index.ts';

/** What translation puts where a header has to be there, whatever it says. */
const ANYTHING = '(?s).*';
const LONG = 200;

/** The conditions of a match in words: `path prefix /a, method GET, header x-canary: 1`. */
export function sayMatch({ path, method, headers, query }: Match): string {
  return [
    sayPath(path),
    ...(method === undefined ? [] : [`method ${method}`]),
    ...headers.map(condition => `header ${condition.name}: ${wanted(condition)}`),
    ...query.map(condition => `query ${condition.name}=${wanted(condition)}`),
  ].join(', ');
}

function sayPath({ kind, value }: PathMatch): string {
  switch (kind) {
    case 'exact':
      return `path exactly ${value}`;
    case 'regex':
      return beginning(value) === undefined ? `path like ${value}` : `path beginning with ${beginning(value)}`;
    case 'prefix':
      return `path prefix ${value === '' ? '/' : value}`;
  }
}

/** Of an expression that RE2 refuses translation leaves what all that it may have meant begins with. */
function beginning(expression: string): string | undefined {
  const start = expression.endsWith(ANYTHING) ? expression.slice(0, -ANYTHING.length) : '';
  return /^[\w/%~-]+$/.test(start) ? start : undefined;
}

function wanted({ kind, value }: ValueMatch): string {
  if (kind === 'exact') return value;
  return value === ANYTHING ? 'any value' : `like ${value}`;
}

/** Whoever sent 30 kB knows how they end; in a line they would hide the rest. */
export function shortened(text: string): string {
  return text.length <= LONG ? text : `${text.slice(0, LONG)}… (${text.length} characters)`;
}

/** What was not met, and the value that the request had: `header x-canary is 'b', wanted 'a'`. */
export function sayMiss(miss: Miss): string {
  switch (miss.kind) {
    case 'listener':
      return miss.had === undefined
        ? `it stands at listener ${miss.wanted}, which does not take the host`
        : `it stands at listener ${miss.wanted}, and the host belongs to ${miss.had}`;
    case 'host':
      return `host is ${miss.had === '' ? 'missing' : miss.had}, wanted ${miss.wanted}`;
    case 'path':
      return `path is ${shortened(miss.had)}, wanted ${sayPath(miss.wanted).slice('path '.length)}`;
    case 'method':
      return `method is ${miss.had}, wanted ${miss.wanted}`;
    case 'header':
      return `header ${miss.wanted.name} ${is(miss.had)}, wanted ${quoted(miss.wanted)}`;
    case 'query':
      return `query parameter ${miss.wanted.name} ${is(miss.had)}, wanted ${quoted(miss.wanted)}`;
  }
}

function is(value: string | undefined): string {
  return value === undefined ? 'is missing' : `is '${shortened(value)}'`;
}

function quoted({ kind, value }: ValueMatch): string {
  if (kind === 'exact') return `'${value}'`;
  return value === ANYTHING ? 'any value' : `like '${value}'`;
}

/** What would make a request meet the condition; undefined where the miss says it all. */
export function adviceOn(miss: Miss): string | undefined {
  switch (miss.kind) {
    case 'listener':
      return 'a host belongs to one listener alone: attach the route to that one too';
    case 'host':
      return hostAdvice(miss.wanted, miss.had);
    case 'path':
      return pathAdvice(miss.wanted, miss.had);
    case 'method':
      if (miss.wanted.toUpperCase() !== miss.had.toUpperCase()) return `ask with ${miss.wanted}`;
      return `methods are compared with case: ask with ${miss.wanted}`;
    case 'header':
      return headerAdvice(miss.wanted, miss.had);
    case 'query':
      return miss.wanted.kind === 'exact'
        ? `ask with ?${encodeURIComponent(miss.wanted.name)}=${encodeURIComponent(miss.wanted.value)}`
        : undefined;
  }
}

function hostAdvice(pattern: string, host: string): string | undefined {
  if (pattern.startsWith('*.') && pattern.slice(2) === host) {
    return `${pattern} means names below ${host}, not ${host} itself: add the hostname ${host}`;
  }
  if (host.endsWith(`.${pattern}`)) return `${pattern} is one name alone: for those below it, use *.${pattern}`;
  return undefined;
}

function pathAdvice({ kind, value }: PathMatch, path: string): string | undefined {
  if (kind === 'regex') return beginning(value) ? undefined : 'regular expressions are compared with the whole path';
  const wantedPath = value === '' ? '/' : value;
  const star = value.indexOf('*');
  if (star > 0 && path.startsWith(value.slice(0, star))) return 'a path has no wildcards: * stands for itself';
  if (wantedPath.toLowerCase() === path.toLowerCase()) return `paths are compared with case: ask for ${wantedPath}`;
  if (kind === 'exact') return exactAdvice(wantedPath, path);
  if (path.startsWith(wantedPath)) return `a prefix means whole segments: ${wantedPath} and ${wantedPath}/…`;
  if (path.toLowerCase().startsWith(`${wantedPath.toLowerCase()}/`)) {
    return `paths are compared with case: ${path} is not below ${wantedPath}`;
  }
  return undefined;
}

function exactAdvice(wantedPath: string, path: string): string | undefined {
  if (`${wantedPath}/` === path || wantedPath === `${path}/`) {
    return `Exact means the slash at the end too: ask for ${wantedPath}, or use PathPrefix`;
  }
  return path.startsWith(`${wantedPath}/`)
    ? 'Exact means this path alone: for those below it, use PathPrefix'
    : undefined;
}

function headerAdvice({ kind, name, value }: ValueMatch, had: string | undefined): string | undefined {
  if (kind === 'regex') return value === ANYTHING ? undefined : 'regular expressions are compared with the whole value';
  if (had !== undefined && had.toLowerCase() === value.toLowerCase()) return 'values are compared with case';
  return had === undefined ? `ask with -H '${name}: ${value.replaceAll("'", "'\\''")}'` : undefined;
}

const STEPS: Readonly<Record<Step, string>> = {
  hostname: 'the more specific hostname goes first',
  'path-kind': 'of paths, Exact goes before RegularExpression, and that before PathPrefix',
  'path-length': 'the longer path goes first',
  method: 'a match that names a method goes first',
  headers: 'more conditions on headers go first',
  query: 'more conditions on query parameters go first',
  age: 'the older route goes first',
  name: 'of routes of one age, the first by namespace and name goes first',
  'rule-order': 'the first rule of the route goes first',
  'match-order': 'the first match of the rule goes first',
};

/** Why one that held goes before another. */
export function sayStep(step: Step): string {
  return STEPS[step];
}
