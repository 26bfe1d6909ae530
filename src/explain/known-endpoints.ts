import type { Unit } from '../ir/index.ts';
import type { AnyResource } from '../resources/index.ts';

/** Whether the objects tell of endpoints at all. Manifests in a repository do not, for a cluster makes them. */
export function tellOfEndpoints(objects: readonly Pick<AnyResource, 'kind'>[]): boolean {
  return objects.some(({ kind }) => kind === 'EndpointSlice' || kind === 'Endpoints');
}

/** Names of the backends that have some. */
export function backendsWithEndpoints(units: readonly Unit[]): ReadonlySet<string> {
  return new Set(units.flatMap(unit => (unit.kind === 'Endpoints' && unit.endpoints.length > 0 ? [unit.name] : [])));
}
