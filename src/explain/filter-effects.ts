import type { Cors, Filter, HeaderChange, Rule, WeightedBackend } from '../ir/index.ts';
import { type HTTPFilter, type HTTPRoute, nameKey, type ObjectRef } from '../resources/index.ts';
import type { ConfigView } from './config-view.ts';
import type { AnswerFacts, FilterFacts, SeenRequest } from './explanation.ts';
import { placeOf } from './place.ts';

/** What became of the request, for words about effects. */
export interface Effects {
  readonly request?: SeenRequest;
  readonly answer?: AnswerFacts;
}

const TYPES: Readonly<Record<Filter['kind'], HTTPFilter['type']>> = {
  requestHeaders: 'RequestHeaderModifier',
  responseHeaders: 'ResponseHeaderModifier',
  rewrite: 'URLRewrite',
  mirror: 'RequestMirror',
  cors: 'CORS',
};

/** What a rule does to a request on its way, in the order of the manifest; then what its backends do. */
export function describeFilters(
  view: ConfigView,
  object: ObjectRef,
  rule: Rule,
  effects: Effects,
): readonly FilterFacts[] {
  const found = view.get(object);
  const spec = found?.kind === 'HTTPRoute' ? (found as HTTPRoute).spec.rules[rule.index] : undefined;
  const path = `spec.rules[${rule.index}]`;
  const own = listEffects(rule.filters, spec?.filters ?? [], effects).map(
    ({ at, ...facts }): FilterFacts => ({
      ...facts,
      ...placeOf(view, object, at === undefined ? path : `${path}.filters[${at}]`),
    }),
  );
  return [...own, ...answering(rule, spec?.filters ?? [], view, object, effects), ...ofBackends()];

  function ofBackends(): readonly FilterFacts[] {
    if (rule.action.kind !== 'forward') return [];
    return rule.action.backends.flatMap((share, index) => {
      const ref = `${path}.backendRefs[${index}]`;
      return listEffects(share.filters, spec?.backendRefs?.[index]?.filters ?? [], {}).map(
        ({ at, ...facts }): FilterFacts => {
          const place = at === undefined ? ref : `${ref}.filters[${at}]`;
          return { ...facts, backend: shareName(share), ...placeOf(view, object, place) };
        },
      );
    });
  }
}

export function shareName({ target }: Pick<WeightedBackend, 'target'>): string {
  switch (target.kind) {
    case 'backend':
      return backendRef(target.backend);
    case 'redirect':
      return `redirect ${target.redirect.status}`;
    case 'direct':
      return `answer ${target.direct.status}`;
    case 'failure':
      return `answer ${target.status} (${target.reason})`;
  }
}

/** `Service/namespace/name:port` of `Service/namespace/name/port`. */
export function backendRef(name: string): string {
  const slash = name.lastIndexOf('/');
  return `${name.slice(0, slash)}:${name.slice(slash + 1)}`;
}

interface Placed {
  readonly type: string;
  readonly effect: string;
  /** Position in the manifest. */
  readonly at: number | undefined;
}

function listEffects(filters: readonly Filter[], spec: readonly HTTPFilter[], effects: Effects): readonly Placed[] {
  return filters.map(filter => {
    const type = TYPES[filter.kind];
    const at = spec.findIndex(
      each => each.type === type && (filter.kind !== 'mirror' || mirrors(each, filter.backend)),
    );
    return { type, effect: effectOf(filter, effects), at: at < 0 ? undefined : at };
  });
}

function mirrors({ requestMirror }: HTTPFilter, backend: string): boolean {
  const ref = requestMirror?.backendRef;
  return ref !== undefined && backend.endsWith(`/${ref.name}/${ref.port}`);
}

function effectOf(filter: Filter, { request, answer }: Effects): string {
  switch (filter.kind) {
    case 'requestHeaders':
      return `on the request: ${changes(filter)}`;
    case 'responseHeaders':
      return `on the answer: ${changes(filter)}`;
    case 'rewrite':
      return rewriteEffect(filter, request);
    case 'mirror':
      return `copies ${filter.share === 1 ? 'every request' : `${percent(filter.share)} of the requests`} to ${backendRef(filter.backend)}`;
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

function answering(
  { action, index }: Rule,
  spec: readonly HTTPFilter[],
  view: ConfigView,
  object: ObjectRef,
  { answer }: Effects,
): readonly FilterFacts[] {
  if (action.kind !== 'redirect' && action.kind !== 'direct') return [];
  const type = action.kind === 'redirect' ? 'RequestRedirect' : 'ExtensionRef';
  const at = spec.findIndex(each => each.type === type);
  const place = placeOf(view, object, at < 0 ? `spec.rules[${index}]` : `spec.rules[${index}].filters[${at}]`);
  if (action.kind === 'redirect') {
    const location = answer?.headers.find(({ name }) => name === 'location')?.value;
    return [
      {
        type,
        effect: `answers ${action.redirect.status}${location === undefined ? '' : `, to ${location}`}`,
        ...place,
      },
    ];
  }
  const { name } = spec[at]?.extensionRef ?? {};
  const who = name === undefined ? '' : ` (DirectResponse ${nameKey(object.namespace, name)})`;
  return [{ type, effect: `answers ${action.direct.status} by itself${who}`, ...place }];
}

function percent(share: number): string {
  return `${Math.round(share * 10_000) / 100} %`;
}
