import { type Filter, type Route, type Rule, seal, type TransportRoute, type WeightedBackend } from '../ir/index.ts';

/** The route without chance: backends of a rule take turns, and what is mirrored in part is mirrored always. */
export function certainRoute(route: Route): Route {
  if (!route.rules.some(isByChance)) return route;
  const { hash: _, ...rest } = route;
  return seal({ ...rest, rules: route.rules.map(rule => (isByChance(rule) ? certainRule(rule) : rule)) });
}

function isByChance({ action, filters }: Rule): boolean {
  const shares = action.kind === 'forward' ? action.backends : [];
  return shares.length > 1 || [...filters, ...shares.flatMap(share => share.filters)].some(isDrawn);
}

function isDrawn(filter: Filter): boolean {
  return filter.kind === 'mirror' && filter.share > 0 && filter.share < 1;
}

function certainRule(rule: Rule): Rule {
  const { action } = rule;
  const filters = rule.filters.map(certainFilter);
  if (action.kind !== 'forward') return { ...rule, filters };
  return { ...rule, filters, action: { ...action, backends: action.backends.map(certainShare) } };
}

function certainShare(share: WeightedBackend): WeightedBackend {
  return { ...share, weight: Math.min(share.weight, 1), filters: share.filters.map(certainFilter) };
}

function certainFilter(filter: Filter): Filter {
  return filter.kind === 'mirror' && filter.share > 0 ? { ...filter, share: 1 } : filter;
}

/** The same of a route of bytes. */
export function certainTransport(route: TransportRoute): TransportRoute {
  if (route.backends.length < 2) return route;
  const { hash: _, ...rest } = route;
  const backends = route.backends.map(share => ({ ...share, weight: Math.min(share.weight, 1) }));
  return seal({ ...rest, backends });
}
