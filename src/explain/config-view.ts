import type { Endpoint, Unit } from '../ir/index.ts';
import type { EndpointHealth } from '../proxy/index.ts';
import type { AnyResource, Location, ObjectRef, Problem } from '../resources/index.ts';
import type { RouteView } from '../translate/index.ts';

/** What questions are asked of: a configuration as a data plane has it, and what is known of how it came about. */
export interface ConfigView {
  /** Of every kind, in wire order. A Bind's port is that of a socket; its listeners know the port of the manifest. */
  readonly units: readonly Unit[];
  /** Every HTTPRoute, also those that no listener took, ordered by namespace and name. */
  readonly routes: readonly RouteView[];
  readonly objects: readonly AnyResource[];
  get(object: ObjectRef): AnyResource | undefined;
  /** File and line of an object or a field of it; undefined where they are not known. */
  locate(object: ObjectRef, path?: string): Location | undefined;
  /** What stands against the manifests, with places. */
  readonly problems: readonly Problem[];
  /** How an endpoint fares, of a gateway that serves; undefined where that is not known. */
  health?(endpoint: Pick<Endpoint, 'address' | 'port'>): EndpointHealth | undefined;
}
