import type { Cors, Filter, HeaderChange, OriginPattern, PathChange, Rewrite } from '../../ir/index.ts';
import { backendWords } from '../share-names.ts';
import { sayPathChange } from './path-words.ts';

const NAMES: Readonly<Record<Filter['kind'], string>> = {
  requestHeaders: 'request headers',
  responseHeaders: 'response headers',
  rewrite: 'rewrite',
  mirror: 'mirror',
  cors: 'CORS',
};

/** What filters do, by their kind; equal texts for equal work, whatever the order of filters of different kinds. */
export function sayFilters(filters: readonly Filter[]): Readonly<Record<string, string>> {
  const said = Map.groupBy(filters.filter(isFelt), ({ kind }) => kind);
  return Object.fromEntries([...said].map(([kind, group]) => [NAMES[kind], sayGroup(kind, group.map(sayFilter))]));
}

/** Whether it makes a difference to any request. */
function isFelt(filter: Filter): boolean {
  switch (filter.kind) {
    case 'requestHeaders':
    case 'responseHeaders':
      return filter.set.length + filter.add.length + filter.remove.length > 0;
    case 'rewrite':
      return filter.hostname !== undefined || (filter.path !== undefined && !keepsPath(filter.path));
    case 'mirror':
      return filter.share > 0;
    case 'cors':
      return true;
  }
}

function keepsPath(change: PathChange): boolean {
  return change.kind === 'prefix' && change.prefix === change.value;
}

/** Copies go out side by side; of the others each works on what the one before has left. */
function sayGroup(kind: Filter['kind'], texts: readonly string[]): string {
  return kind === 'mirror' ? texts.toSorted().join(', ') : texts.join('; then ');
}

function sayFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'requestHeaders':
    case 'responseHeaders':
      return sayHeaders(filter);
    case 'rewrite':
      return sayRewrite(filter);
    case 'mirror':
      return `${filter.share * 100}% to ${backendWords(filter.backend)}`;
    case 'cors':
      return sayCors(filter);
  }
}

function sayHeaders({ set, add, remove }: HeaderChange): string {
  const parts = [
    ...set.map(([name, value]) => `set ${name}: ${value}`).sort(),
    ...add.map(([name, value]) => `add ${name}: ${value}`),
    ...remove.map(name => `remove ${name}`).sort(),
  ];
  return parts.join(', ');
}

function sayRewrite({ hostname, path }: Rewrite): string {
  const parts = [
    hostname === undefined ? [] : [`host ${hostname}`],
    path && !keepsPath(path) ? [sayPathChange(path)] : [],
  ];
  return parts.flat().join(', ');
}

function sayCors({ origins, credentials, methods, headers, expose, maxAge }: Cors): string {
  const listed = origins === 'any' ? origins : origins.map(sayOrigin);
  return [
    `origins ${sayList(listed)}`,
    `methods ${sayList(methods)}`,
    `headers ${sayList(namesOf(headers))}`,
    `expose ${sayList(namesOf(expose))}`,
    credentials ? 'credentials' : 'no credentials',
    `for ${maxAge}s`,
  ].join(', ');
}

/** Of headers: case means nothing. */
function namesOf(headers: Cors['headers']): Cors['headers'] {
  return headers === 'any' ? headers : headers.map(name => name.toLowerCase());
}

function sayList(values: 'any' | readonly string[]): string {
  if (values === 'any') return '*';
  return values.length === 0 ? 'none' : [...values].sort().join(' ');
}

function sayOrigin({ scheme, host, below, port }: OriginPattern): string {
  return `${scheme}://${below ? '*.' : ''}${host}:${port}`;
}
