import {
  type Bind,
  type Endpoints,
  type Filter,
  type Route,
  type Rule,
  seal,
  type Unit,
  type WeightedBackend,
} from '../ir/index.ts';

/** Units for tests: they route as the given ones do, and every way that a request can go is gone in turn. */
export interface StandIn {
  readonly units: readonly Unit[];
  readonly binds: readonly Bind[];
  /** Names of Backends by the address that stands in for their endpoints. */
  readonly backends: ReadonlyMap<string, string>;
  /** As they were given, by `HTTPRoute/namespace/name`. */
  readonly routes: ReadonlyMap<string, Route>;
}

/** Each backend gets one endpoint, whether or not it has any, and nothing is left to chance. */
export function standInFor(units: readonly Unit[]): StandIn {
  const backends = new Map<string, string>();
  const routes = new Map<string, Route>();
  const stand = units.flatMap(unit => standIns(unit, backends, routes));
  return { units: stand, binds: stand.filter(unit => unit.kind === 'Bind'), backends, routes };
}

function standIns(unit: Unit, backends: Map<string, string>, routes: Map<string, Route>): readonly Unit[] {
  switch (unit.kind) {
    case 'Endpoints':
      return [];
    case 'Backend':
      return [unit, endpointOf(unit.name, backends)];
    case 'Route':
      routes.set(unit.name.slice(0, unit.name.indexOf('@')), unit);
      return [withoutChance(unit)];
    case 'Listener':
    case 'Bind':
      return [unit];
  }
}

/** Addresses for tests of networks (RFC 2544: 198.18.0.0/15); behind them the port tells backends apart. */
const PORTS = 65_535;

function endpointOf(backend: string, backends: Map<string, string>): Endpoints {
  const at = backends.size;
  const address = `198.18.0.${1 + Math.floor(at / PORTS)}`;
  const port = 1 + (at % PORTS);
  backends.set(`${address}:${port}`, backend);
  return seal({ kind: 'Endpoints', name: backend, endpoints: [{ address, port, state: 'ready' }] });
}

/** What is drawn or shared out by weights happens to every request, or in turn. */
function withoutChance(route: Route): Route {
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

/** The backends of a rule, and answers in place of one, that get requests. */
export function sharesOf(route: Route | undefined, rule: number | undefined): readonly WeightedBackend[] {
  const action = route?.rules.find(({ index }) => index === rule)?.action;
  return action?.kind === 'forward' ? action.backends.filter(({ weight }) => weight > 0) : [];
}
