import { type Filter, parseBackendName, type Rule } from '../ir/index.ts';
import { type HTTPFilter, nameKey, type ObjectRef } from '../resources/index.ts';
import type { ConfigView } from './config-view.ts';
import type { FilterFacts } from './explanation.ts';
import { answerEffect, type Effects, effectOf } from './filter-effects.ts';
import { placeOf } from './place.ts';
import { shareName } from './share-names.ts';
import { type WrittenRule, writtenRoute } from './written-route.ts';

const TYPES: Readonly<Record<Filter['kind'], HTTPFilter['type']>> = {
  requestHeaders: 'RequestHeaderModifier',
  responseHeaders: 'ResponseHeaderModifier',
  rewrite: 'URLRewrite',
  mirror: 'RequestMirror',
  cors: 'CORS',
};

/** A list of filters in a manifest. */
interface Written {
  readonly object: ObjectRef;
  readonly path: string;
  readonly filters: readonly HTTPFilter[];
}

interface Placed {
  readonly type: string;
  readonly effect: string;
  /** Position in the manifest; -1 where it can't be told. */
  readonly at: number;
}

/** What a rule does to a request on its way, in the order of the manifest; then what its backends do. */
export function describeFilters(
  view: ConfigView,
  object: ObjectRef,
  rule: Rule,
  effects: Effects,
): readonly FilterFacts[] {
  const spec = writtenRoute(view, object)?.spec.rules?.[rule.index];
  const written = { object, path: `spec.rules[${rule.index}]`, filters: spec?.filters ?? [] };
  const own = [...placedFilters(rule.filters, written, effects), ...placedAnswer(rule, written, effects)];
  const inOrder = own.toSorted((a, b) => a.at - b.at).map(each => located(view, written, each));
  return [...inOrder, ...ofBackends(view, written, spec, rule)];
}

function ofBackends(
  view: ConfigView,
  { object, path }: Written,
  spec: WrittenRule | undefined,
  { action }: Rule,
): readonly FilterFacts[] {
  if (action.kind !== 'forward') return [];
  return action.backends.flatMap((share, index) => {
    const filters = spec?.backendRefs?.[index]?.filters ?? [];
    const written = { object, path: `${path}.backendRefs[${index}]`, filters };
    const backend = shareName(share);
    return placedFilters(share.filters, written, {}).map(each => ({ ...located(view, written, each), backend }));
  });
}

function placedFilters(filters: readonly Filter[], written: Written, effects: Effects): readonly Placed[] {
  return filters.map(filter => {
    const type = TYPES[filter.kind];
    const at = written.filters.findIndex(each => each.type === type && isSame(each, filter));
    return { type, effect: effectOf(filter, effects), at };
  });
}

/** Only mirrors stand more than once in a list. */
function isSame({ requestMirror }: HTTPFilter, filter: Filter): boolean {
  if (filter.kind !== 'mirror') return true;
  const ref = requestMirror?.backendRef;
  const { name, port } = parseBackendName(filter.backend);
  return ref !== undefined && ref.name === name && (ref.port ?? port) === port;
}

function placedAnswer({ action }: Rule, { object, filters }: Written, effects: Effects): readonly Placed[] {
  if (action.kind !== 'redirect' && action.kind !== 'direct') return [];
  const type = action.kind === 'redirect' ? 'RequestRedirect' : 'ExtensionRef';
  const at = filters.findIndex(each => each.type === type);
  const extension = filters[at]?.extensionRef?.name;
  const named = extension === undefined ? undefined : nameKey(object.namespace, extension);
  return [{ type, effect: answerEffect(action, effects, named), at }];
}

function located(view: ConfigView, { object, path }: Written, { type, effect, at }: Placed): FilterFacts {
  return { type, effect, ...placeOf(view, object, at < 0 ? path : `${path}.filters[${at}]`) };
}
