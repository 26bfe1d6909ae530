import { backendName, type Filter, parseBackendName, type Rule, type WeightedBackend } from '../../ir/index.ts';
import { variantIn, variantText } from '../resolve/variants.ts';
import type { RouteRules } from './route-rules.ts';

/**
 * The rules as one Gateway follows them: backends that `shown` picks get to see its certificate, the Secret unit `client`
 * (GEP-3155). Two Gateways with one certificate have one way to a backend.
 */
export function personalRules(rules: RouteRules, client: string, shown: (backend: string) => boolean): RouteRules {
  const named = (backend: string) => (shown(backend) ? withClient(backend, client) : backend);
  if (rules.kind === 'transport') return { ...rules, backends: rules.backends.map(share => retarget(share, named)) };
  return { ...rules, rules: rules.rules.map(rule => personalRule(rule, named)) };
}

type Naming = (backend: string) => string;

function personalRule(rule: Rule, named: Naming): Rule {
  const filters = rule.filters.map(filter => personalFilter(filter, named));
  const { action } = rule;
  if (action.kind !== 'forward') return { ...rule, filters };
  const backends = action.backends.map((share): WeightedBackend => {
    const own = share.filters.map(filter => personalFilter(filter, named));
    return retarget({ ...share, filters: own }, named);
  });
  return { ...rule, filters, action: { ...action, backends } };
}

function personalFilter(filter: Filter, named: Naming): Filter {
  return filter.kind === 'mirror' ? { ...filter, backend: named(filter.backend) } : filter;
}

function retarget<S extends { readonly target: WeightedBackend['target'] }>(share: S, named: Naming): S {
  const { target } = share;
  return target.kind === 'backend' ? { ...share, target: { ...target, backend: named(target.backend) } } : share;
}

function withClient(backend: string, client: string): string {
  return backendName(parseBackendName(backend), variantText({ ...variantIn(backend), client }));
}
