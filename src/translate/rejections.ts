import { objectOfRoute, type UnitName } from '../ir/index.ts';
import type { TranslatedRoute } from './routes/translated-route.ts';
import type { UnitRejection } from './status/placement.ts';
import { withRejections } from './status/rejected-route.ts';
import type { Report } from './status/report.ts';

/**
 * What proxies can't obey, as far as it is an affair of routes. Beside the collections: it is rare, and each route would have to
 * remember that it looked.
 */
export interface Rejections {
  /** All of a Gateway (`namespace/name`). */
  set(gateway: string, rejections: readonly UnitRejection[]): void;
  /** Keys of the routes of which something else is to be said since the last call. `usersOf`: the routes that need a backend. */
  touched(usersOf: (backend: string) => readonly string[]): ReadonlySet<string>;
  /** The report about a route, with what its proxies say of it. */
  reportOf(route: TranslatedRoute): Report;
}

type ByUnit = ReadonlyMap<string, readonly UnitRejection[]>;

export function createRejections(): Rejections {
  const standing = new Map<string, ByUnit>();
  let changed: UnitName[] = [];

  const at = (gateway: string, kind: string, name: string) => standing.get(gateway)?.get(`${kind} ${name}`) ?? [];

  return {
    set(gateway, rejections) {
      const before = [...(standing.get(gateway)?.values() ?? [])].flat();
      if (before.length + rejections.length === 0) return;
      changed.push(...[...before, ...rejections].map(({ unit }) => unit));
      if (rejections.length === 0) standing.delete(gateway);
      else
        standing.set(
          gateway,
          Map.groupBy(rejections, ({ unit }) => `${unit.kind} ${unit.name}`),
        );
    },
    touched(usersOf) {
      const keys = new Set(changed.flatMap(unit => routesOf(unit, usersOf)));
      changed = [];
      return keys;
    },
    reportOf(route) {
      if (standing.size === 0) return route.report;
      return withRejections(route, gateway => [
        ...ownUnits(route, gateway).flatMap(unit => at(gateway, unit.kind, unit.name)),
        ...route.backends.flatMap(backend => at(gateway, 'Backend', backend)),
      ]);
    },
  };
}

/** Gateways that share their proxies hear of each other's. */
function ownUnits({ units }: TranslatedRoute, gateway: string): TranslatedRoute['units'] {
  return units.filter(({ name }) => name.endsWith(`@${gateway}`));
}

function routesOf({ kind, name }: UnitName, usersOf: (backend: string) => readonly string[]): readonly string[] {
  if (kind === 'Backend') return usersOf(name);
  return kind === 'Route' || kind === 'TransportRoute' ? [objectOfRoute(name)] : [];
}
