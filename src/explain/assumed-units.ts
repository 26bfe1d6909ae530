import { type Route, type Rule, seal, type Unit, type WeightedBackend } from '../ir/index.ts';

/** Of a network for documentation (RFC 5737): nobody takes it for an endpoint. Behind it the port tells backends apart. */
const NOWHERE = '192.0.2.';
const PORTS = 65_535;

/** Makes the units that questions are put to; what was made of a unit is kept for as long as the unit is. */
export interface Assuming {
  /**
   * As given, but that the backends of a rule take turns, so that each is seen once. `echo`: backends without endpoints get one.
   */
  units(units: readonly Unit[], echo: boolean): readonly Unit[];
}

export function createAssuming(): Assuming {
  const even = new WeakMap<Route, Route>();
  const madeUp = new Map<string, Unit>();

  function evenly(route: Route): Route {
    const known = even.get(route) ?? evenWeights(route);
    even.set(route, known);
    return known;
  }

  function endpointsOf(name: string): Unit {
    const at = madeUp.size;
    const made = madeUp.get(name) ?? seal({ kind: 'Endpoints', name, endpoints: [nowhere(at)] });
    madeUp.set(name, made);
    return made;
  }

  return {
    units(units, echo) {
      const reachable = new Set(units.flatMap(unit => (hasEndpoints(unit) ? [unit.name] : [])));
      return units.flatMap(unit => {
        if (unit.kind === 'Route') return [evenly(unit)];
        if (unit.kind === 'Endpoints') return hasEndpoints(unit) ? [unit] : [];
        return unit.kind === 'Backend' && echo && !reachable.has(unit.name) ? [unit, endpointsOf(unit.name)] : [unit];
      });
    },
  };
}

function hasEndpoints(unit: Unit): boolean {
  return unit.kind === 'Endpoints' && unit.endpoints.length > 0;
}

function nowhere(at: number) {
  return { address: `${NOWHERE}${1 + Math.floor(at / PORTS)}`, port: 1 + (at % PORTS), state: 'ready' } as const;
}

function evenWeights(route: Route): Route {
  if (!route.rules.some(isShared)) return route;
  const { hash: _, ...rest } = route;
  return seal({ ...rest, rules: route.rules.map(evenRule) });
}

function isShared({ action }: Rule): boolean {
  return action.kind === 'forward' && action.backends.length > 1;
}

function evenRule(rule: Rule): Rule {
  const { action } = rule;
  if (action.kind !== 'forward') return rule;
  return { ...rule, action: { ...action, backends: action.backends.map(evenShare) } };
}

function evenShare(share: WeightedBackend): WeightedBackend {
  return { ...share, weight: Math.min(share.weight, 1) };
}
