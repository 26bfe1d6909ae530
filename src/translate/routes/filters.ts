import type { DirectAction, DirectAnswer, Failure, Filter, Redirect, RedirectAction, Rewrite } from '../../ir/index.ts';
import type { HTTPFilter } from '../../resources/index.ts';
import { resolveExtension } from '../extensions/resolve-extension.ts';
import { type Fault, ruleFaults } from '../status/rule-faults.ts';
import { translateCors } from './cors.ts';
import type { FilterContext } from './filter-context.ts';
import { translateHeaderChange } from './header-changes.ts';
import { translateMirror } from './mirror.ts';
import { translatePathChange } from './path-changes.ts';
import { isPreciseHostname } from './paths.ts';

type RequestRedirect = NonNullable<HTTPFilter['requestRedirect']>;
type URLRewrite = NonNullable<HTTPFilter['urlRewrite']>;
type Report = (fault: Fault) => void;

/** The filters of a rule or of a backendRef. */
export interface Filters {
  readonly filters: readonly Filter[];
  /** What is answered in the backend's place: by a filter that answers, or because one can't be had. */
  readonly answer?: RedirectAction | DirectAction | Failure;
}

/** What one filter comes to. */
type Translated = Filter | Answering;
type Answering = Redirect | DirectAnswer | Failure;

/** Types that the API has and Sluice has not: their rule fails rather than going without them. */
const NOT_BUILT = ['ExternalAuth'];
const BUILT =
  'RequestHeaderModifier, ResponseHeaderModifier, RequestMirror, RequestRedirect, URLRewrite, CORS or ExtensionRef';
/** Types that a GRPCRoute can have. */
const OF_GRPC = ['RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestMirror', 'ExtensionRef'];
/** Types that may stand several times in a list. */
const REPEATABLE = ['RequestMirror', 'ExtensionRef', ...NOT_BUILT];

export function translateFilters(list: readonly HTTPFilter[], path: string, context: FilterContext): Filters {
  reportCombinations(list, path, context.report);
  const translated = list
    .map((filter, index) => translateFilter(filter, `${path}[${index}]`, context))
    .filter(filter => filter !== undefined);
  const answering = translated.filter(isAnswering);
  const filters = translated.filter(filter => !isAnswering(filter));
  reportAnswers(answering, filters, path, context.report);
  const first = answering.find(({ kind }) => kind === 'failure') ?? answering[0];
  return { filters, ...(first && { answer: actionOf(first) }) };
}

function isAnswering(filter: Translated): filter is Answering {
  return filter.kind === 'redirect' || filter.kind === 'direct' || filter.kind === 'failure';
}

function actionOf(answering: Answering): RedirectAction | DirectAction | Failure {
  switch (answering.kind) {
    case 'redirect':
      return { kind: 'redirect', redirect: answering };
    case 'direct':
      return { kind: 'direct', direct: answering };
    case 'failure':
      return answering;
  }
}

function reportCombinations(list: readonly HTTPFilter[], path: string, report: Report): void {
  const types = list.map(filter => filter.type);
  for (const [index, type] of types.entries()) {
    if (types.indexOf(type) !== index && !REPEATABLE.includes(type))
      report(ruleFaults.repeated(`${path}[${index}]`, type));
  }
  if (types.includes('RequestRedirect') && types.includes('URLRewrite')) report(ruleFaults.redirectAndRewrite(path));
}

/** Of what extensions came to; what types alone tell is told already. */
function reportAnswers(
  answering: readonly Answering[],
  filters: readonly Filter[],
  path: string,
  report: Report,
): void {
  const answers = answering.filter(({ kind }) => kind !== 'failure');
  if (!answers.some(({ kind }) => kind === 'direct')) return;
  if (answers.length > 1) report(ruleFaults.answersTwice(path));
  if (filters.some(({ kind }) => kind === 'rewrite')) report(ruleFaults.directAndRewrite(path));
}

function translateFilter(filter: HTTPFilter, path: string, context: FilterContext): Translated | undefined {
  const { prefix, report, route } = context;
  if (route.kind === 'GRPCRoute' && !OF_GRPC.includes(filter.type)) {
    report(ruleFaults.unknownValue(`${path}.type`, filter.type, OF_GRPC.join(', ')));
    return undefined;
  }
  switch (filter.type) {
    case 'RequestHeaderModifier':
      if (!filter.requestHeaderModifier) return missing(filter, path, 'requestHeaderModifier', report);
      return {
        kind: 'requestHeaders',
        ...translateHeaderChange(filter.requestHeaderModifier, `${path}.requestHeaderModifier`, report),
      };
    case 'ResponseHeaderModifier':
      if (!filter.responseHeaderModifier) return missing(filter, path, 'responseHeaderModifier', report);
      return {
        kind: 'responseHeaders',
        ...translateHeaderChange(filter.responseHeaderModifier, `${path}.responseHeaderModifier`, report),
      };
    case 'RequestRedirect':
      if (!filter.requestRedirect) return missing(filter, path, 'requestRedirect', report);
      return translateRedirect(filter.requestRedirect, `${path}.requestRedirect`, prefix, report);
    case 'URLRewrite':
      if (!filter.urlRewrite) return missing(filter, path, 'urlRewrite', report);
      return translateRewrite(filter.urlRewrite, `${path}.urlRewrite`, prefix, report);
    case 'RequestMirror':
      if (!filter.requestMirror) return missing(filter, path, 'requestMirror', report);
      return translateMirror(filter.requestMirror, `${path}.requestMirror`, context);
    case 'CORS':
      if (!filter.cors) return missing(filter, path, 'cors', report);
      return translateCors(filter.cors, `${path}.cors`, report);
    case 'ExtensionRef':
      if (!filter.extensionRef) return missing(filter, path, 'extensionRef', report);
      return resolveExtension(filter.extensionRef, `${path}.extensionRef`, context);
    default:
      report(
        NOT_BUILT.includes(filter.type)
          ? ruleFaults.notBuilt(path, `filters of type ${filter.type}`)
          : ruleFaults.unknownValue(`${path}.type`, filter.type, BUILT),
      );
      return undefined;
  }
}

function missing(filter: HTTPFilter, path: string, member: string, report: Report): undefined {
  report(ruleFaults.memberMissing(path, filter.type, member));
}

function translateRedirect(
  spec: RequestRedirect,
  path: string,
  prefix: string | undefined,
  report: Report,
): Redirect | undefined {
  const { scheme, port, statusCode } = spec;
  if (!isRedirectStatus(statusCode)) report(ruleFaults.statusCode(`${path}.statusCode`, statusCode));
  if (!isScheme(scheme)) report(ruleFaults.unknownValue(`${path}.scheme`, scheme, 'http or https'));
  if (port !== undefined && (port < 1 || port > 65535)) report(ruleFaults.port(`${path}.port`, port));
  if (!isRedirectStatus(statusCode) || !isScheme(scheme)) return undefined;
  return {
    kind: 'redirect',
    status: statusCode,
    ...(scheme !== undefined && { scheme }),
    ...(port !== undefined && { port }),
    ...hostAndPath(spec, path, prefix, report),
  };
}

function translateRewrite(spec: URLRewrite, path: string, prefix: string | undefined, report: Report): Rewrite {
  return { kind: 'rewrite', ...hostAndPath(spec, path, prefix, report) };
}

/** What a redirect and a rewrite have in common. */
function hostAndPath(
  spec: Pick<URLRewrite, 'hostname' | 'path'>,
  path: string,
  prefix: string | undefined,
  report: Report,
): Pick<Rewrite, 'hostname' | 'path'> {
  const hostname = spec.hostname?.toLowerCase();
  if (hostname !== undefined && !isPreciseHostname(hostname)) report(ruleFaults.hostname(`${path}.hostname`, hostname));
  const change = spec.path && translatePathChange(spec.path, `${path}.path`, prefix, report);
  return { ...(hostname !== undefined && { hostname }), ...(change && { path: change }) };
}

function isRedirectStatus(code: number): code is Redirect['status'] {
  return [301, 302, 303, 307, 308].includes(code);
}

function isScheme(scheme: string | undefined): scheme is 'http' | 'https' | undefined {
  return scheme === undefined || scheme === 'http' || scheme === 'https';
}
