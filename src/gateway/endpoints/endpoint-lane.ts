import {
  type Backend,
  type BackendPort,
  backendName,
  type Endpoint,
  endpointsName,
  parseBackendName,
} from '../../ir/index.ts';
import {
  type AnyResource,
  type EndpointSlice,
  type Endpoints,
  keyOf,
  nameKey,
  type ObjectRef,
  refKey,
  type Service,
  type ServiceImport,
} from '../../resources/index.ts';
import { isRoutable } from '../placement/routable-address.ts';
import { createBackendNames } from './backend-names.ts';
import { type AddressBook, addressesOf } from './endpoint-addresses.ts';

/** The addresses of a backend that are new; undefined when the backend has gone. */
export interface AddressChange {
  /** `Service/namespace/name/port`. */
  readonly backend: string;
  readonly endpoints: readonly Endpoint[] | undefined;
  /** An override says so, or a name is to be resolved, even if there is no address to offer. */
  readonly overridden: boolean;
}

/** The lane on which addresses travel, past translation: objects in, the changed backends' addresses out. */
export interface EndpointLane {
  /** Kinds other than Service, ServiceImport, EndpointSlice and Endpoints are none of its business. */
  upsert(resource: AnyResource): void;
  remove(ref: ObjectRef): void;
  /** Only backends that routes refer to are worth sending. All variants of one share its addresses. */
  want(backend: Pick<Backend, 'name' | 'resolve'>): void;
  unwant(backend: string): void;
  /** Replaces whatever the objects say; `undefined` gives the word back to them. */
  override(backend: string, endpoints: readonly Endpoint[] | undefined): void;
  /** The names by which wanted backends are found, each with those backends. */
  hostnames(): ReadonlyMap<string, readonly string[]>;
  /** What a name leads to. */
  resolved(hostname: string, addresses: readonly string[]): void;
  /** What changed since the last call. */
  settle(): readonly AddressChange[];
}

/** One Service or ServiceImport: the object, and everything that refers to it, whichever came first. */
interface Owner {
  object: Service | ServiceImport | undefined;
  readonly slices: Map<string, EndpointSlice>;
  legacy: Endpoints | undefined;
  /** Ports that routes refer to, by `Service/namespace/name/port`. */
  readonly wanted: Map<string, Wanted>;
}

interface Wanted {
  readonly port: BackendPort;
  /** Names of the Backends that share the addresses. */
  readonly variants: Set<string>;
  readonly resolve: Backend['resolve'];
}

const SERVICE_LABEL = 'kubernetes.io/service-name';
const IMPORT_LABEL = 'multicluster.kubernetes.io/service-name';

/** `routable`: see `ServingOptions.routableEndpoints`. */
export function createEndpointLane({ routable = false }: { readonly routable?: boolean } = {}): EndpointLane {
  const owners = new Map<string, Owner>();
  const dirty = new Set<string>();
  const ownersOfSlice = new Map<string, readonly string[]>();
  const overrides = new Map<string, readonly Endpoint[]>();
  const sent = new Map<string, string>();
  const gone = new Set<string>();
  const names = createBackendNames();

  function touch(key: string): Owner {
    const owner = owners.get(key) ?? { object: undefined, slices: new Map(), legacy: undefined, wanted: new Map() };
    owners.set(key, owner);
    dirty.add(key);
    return owner;
  }

  function moveSlice(key: string, slice: EndpointSlice | undefined): void {
    for (const owner of ownersOfSlice.get(key) ?? []) touch(owner).slices.delete(key);
    const next = slice ? slicesOwners(slice) : [];
    for (const owner of next) if (slice) touch(owner).slices.set(key, slice);
    if (slice) ownersOfSlice.set(key, next);
    else ownersOfSlice.delete(key);
  }

  function reachable(endpoints: readonly Endpoint[]): readonly Endpoint[] {
    return routable ? endpoints.filter(({ address }) => isRoutable(address)) : endpoints;
  }

  /** Whoever stands in for a backend, then its name, then the objects. */
  function standing({ port, resolve }: Wanted, owner: Owner): readonly Endpoint[] {
    if (resolve) return reachable(names.endpointsOf(resolve));
    return owner.object ? reachable(addressesOf(bookOf(owner, owner.object), port)) : [];
  }

  function changesOf(owner: Owner): AddressChange[] {
    const changes: AddressChange[] = [];
    for (const [backend, wanted] of owner.wanted) {
      const override = overrides.get(backend) ?? overrides.get(withoutTransport(wanted.port));
      const endpoints = override ?? standing(wanted, owner);
      const text = JSON.stringify(endpoints);
      if (sent.get(backend) === text) continue;
      sent.set(backend, text);
      changes.push({ backend, endpoints, overridden: override !== undefined || wanted.resolve !== undefined });
    }
    return changes;
  }

  return {
    upsert(resource) {
      const key = keyOf(resource);
      if (resource.kind === 'Service' || resource.kind === 'ServiceImport') {
        touch(`${resource.kind}/${key}`).object = resource;
      } else if (resource.kind === 'EndpointSlice') moveSlice(key, resource);
      else if (resource.kind === 'Endpoints') touch(`Service/${key}`).legacy = resource;
    },
    remove(ref) {
      const key = nameKey(ref.namespace, ref.name);
      if (ref.kind === 'Service' || ref.kind === 'ServiceImport') touch(`${ref.kind}/${key}`).object = undefined;
      else if (ref.kind === 'EndpointSlice') moveSlice(key, undefined);
      else if (ref.kind === 'Endpoints') touch(`Service/${key}`).legacy = undefined;
    },
    want({ name, resolve }) {
      const backend = endpointsName(name);
      const port = parseBackendName(name);
      const { wanted } = touch(refKey(port));
      const variants = wanted.get(backend)?.variants ?? new Set();
      wanted.set(backend, { port, variants: variants.add(name), resolve });
      names.set(backend, resolve?.hostname);
      gone.delete(backend);
    },
    unwant(name) {
      const backend = endpointsName(name);
      const { wanted } = touch(refKey(parseBackendName(name)));
      const variants = wanted.get(backend)?.variants;
      variants?.delete(name);
      if (variants && variants.size > 0) return;
      wanted.delete(backend);
      names.set(backend, undefined);
      if (sent.has(backend)) gone.add(backend);
    },
    override(backend, endpoints) {
      if (endpoints) overrides.set(backend, endpoints);
      else overrides.delete(backend);
      touch(refKey(parseBackendName(backend)));
    },
    hostnames: names.all,
    resolved(hostname, addresses) {
      for (const backend of names.lead(hostname, addresses)) touch(refKey(parseBackendName(backend)));
    },
    settle() {
      const changes: AddressChange[] = [...gone].map(backend => ({ backend, endpoints: undefined, overridden: false }));
      for (const backend of gone) sent.delete(backend);
      gone.clear();
      for (const key of dirty) {
        const owner = owners.get(key);
        if (owner) changes.push(...changesOf(owner));
        if (owner && isEmpty(owner)) owners.delete(key);
      }
      dirty.clear();
      return changes;
    },
  };
}

/** Who overrides a port gives its number alone. */
function withoutTransport({ kind, namespace, name, port }: BackendPort): string {
  return backendName({ kind, namespace, name, port });
}

function slicesOwners(slice: EndpointSlice): string[] {
  const { namespace, labels } = slice.metadata;
  const service = labels[SERVICE_LABEL];
  const imported = labels[IMPORT_LABEL];
  return [
    ...(service === undefined ? [] : [`Service/${nameKey(namespace, service)}`]),
    ...(imported === undefined ? [] : [`ServiceImport/${nameKey(namespace, imported)}`]),
  ];
}

function bookOf(owner: Owner, object: Service | ServiceImport): AddressBook {
  const slices = [...owner.slices].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, slice]) => slice);
  return { owner: object, slices, legacy: owner.legacy };
}

function isEmpty(owner: Owner): boolean {
  return !owner.object && owner.slices.size === 0 && !owner.legacy && owner.wanted.size === 0;
}
