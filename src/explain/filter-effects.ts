import type { Action, Cors, Filter, HeaderChange } from '../ir/index.ts';
import type { AnswerFacts, SeenRequest } from './explanation.ts';
import { backendWords } from './share-names.ts';

/** What became of the request, for words about effects. */
export interface Effects {
  readonly request?: SeenRequest;
  readonly answer?: AnswerFacts;
}

/** What a filter does to a request or its answer, in words. */
export function effectOf(filter: Filter, { request, answer }: Effects): string {
  switch (filter.kind) {
    case 'requestHeaders':
      return `on the request: ${changes(filter)}`;
    case 'responseHeaders':
      return `on the answer: ${changes(filter)}`;
    case 'rewrite':
      return rewriteEffect(filter, request);
    case 'mirror':
      return `copies ${filter.share === 1 ? 'every request' : `${percent(filter.share)} of the requests`} to ${backendWords(filter.backend)}`;
    case 'cors':
      return corsEffect(filter, answer);
  }
}

function changes({ set, add, remove }: HeaderChange): string {
  const all = [
    ...set.map(([name, value]) => `sets ${name}: ${value}`),
    ...add.map(([name, value]) => `adds ${name}: ${value}`),
    ...remove.map(name => `removes ${name}`),
  ];
  return all.length === 0 ? 'nothing' : all.join(', ');
}

function rewriteEffect(
  { hostname, path }: Extract<Filter, { kind: 'rewrite' }>,
  request: SeenRequest | undefined,
): string {
  const { was } = request ?? {};
  const parts = [
    ...(path ? [was?.path ? `path ${was.path} becomes ${request?.path}` : `path: ${pathChange(path)}`] : []),
    ...(hostname ? [was?.host ? `host ${was.host} becomes ${hostname}` : `host is ${hostname}`] : []),
  ];
  return parts.join(', ');
}

function pathChange(path: NonNullable<Extract<Filter, { kind: 'rewrite' }>['path']>): string {
  if (path.kind === 'full') return `whole, to ${path.value}`;
  return `prefix ${path.prefix === '' ? '/' : path.prefix}, to ${path.value === '' ? '/' : path.value}`;
}

function corsEffect({ origins }: Cors, answer: AnswerFacts | undefined): string {
  const named = (answer?.headers ?? []).filter(({ name }) => name.startsWith('access-control-'));
  if (named.length > 0) return `adds to the answer: ${named.map(({ name, value }) => `${name}: ${value}`).join(', ')}`;
  return origins === 'any'
    ? 'lets pages of every origin read the answer'
    : 'adds nothing: the request names no origin that may read the answer';
}

/** What a rule answers by itself, in words; `extension`: name of the object that says so. */
export function answerEffect(
  action: Extract<Action, { kind: 'redirect' | 'direct' }>,
  { answer }: Effects,
  extension: string | undefined,
): string {
  if (action.kind === 'direct') {
    const who = extension === undefined ? '' : ` (DirectResponse ${extension})`;
    return `answers ${action.direct.status} by itself${who}`;
  }
  const location = answer?.headers.find(({ name }) => name === 'location')?.value;
  return `answers ${action.redirect.status}${location === undefined ? '' : `, to ${location}`}`;
}

function percent(share: number): string {
  return `${Math.round(share * 10_000) / 100} %`;
}
