import { Collection, type Graph } from '../collections/index.ts';
import {
  type AnyResource,
  type BackendTLSPolicy,
  type ConfigMap,
  type CustomResourceDefinition,
  type Gateway,
  type GatewayClass,
  keyOf,
  type ListenerSet,
  type Namespace,
  nameKey,
  type ObjectRef,
  type ReferenceGrant,
  refKey,
  refOf,
  type Secret,
  type Service,
  type ServiceImport,
  type SluiceProxy,
  type XBackend,
  type XBackendTrafficPolicy,
} from '../resources/index.ts';
import { isExtension } from './extensions/extensions.ts';
import { definesGatewayAPI } from './resolve/bundle-versions.ts';
import type { AnyRoute } from './routes/any-route.ts';
import type { Placement } from './status/placement.ts';

/** What comes in, by `namespace/name` (`/name` for what has no namespace). */
export interface Inputs {
  readonly classes: Collection<GatewayClass>;
  readonly gateways: Collection<Gateway>;
  readonly listenerSets: Collection<ListenerSet>;
  /** Of every kind, by `Kind/namespace/name`. */
  readonly routes: Collection<AnyRoute>;
  readonly grants: Collection<ReferenceGrant>;
  readonly namespaces: Collection<Namespace>;
  readonly services: Collection<Service>;
  readonly serviceImports: Collection<ServiceImport>;
  readonly backendTLSPolicies: Collection<BackendTLSPolicy>;
  readonly xBackends: Collection<XBackend>;
  readonly secrets: Collection<Secret>;
  readonly configMaps: Collection<ConfigMap>;
  /** Those of Gateway API only. */
  readonly definitions: Collection<CustomResourceDefinition>;
  /** Objects of every kind that filters of type ExtensionRef may refer to, by `Kind/namespace/name`. */
  readonly extensions: Collection<AnyResource>;
  readonly trafficPolicies: Collection<XBackendTrafficPolicy>;
  readonly proxies: Collection<SluiceProxy>;
  /** Kinds that are read and not acted on, by `Kind/namespace/name`. */
  readonly others: Collection<AnyResource>;
  /** Objects of the manifests that could not be read, by `Kind/namespace/name`. */
  readonly unread: Collection<true>;
  /** By `namespace/name` of the Gateway. */
  readonly placements: Collection<Placement>;
}

/** Kinds that have no part in translation and of which there is nothing to say: endpoints have a lane of their own. */
const SILENT: readonly string[] = ['EndpointSlice', 'Endpoints'];

export function createInputs(graph: Graph): Inputs {
  return {
    classes: new Collection(graph),
    gateways: new Collection(graph),
    listenerSets: new Collection(graph),
    routes: new Collection(graph),
    grants: new Collection(graph),
    namespaces: new Collection(graph),
    services: new Collection(graph),
    serviceImports: new Collection(graph),
    backendTLSPolicies: new Collection(graph),
    xBackends: new Collection(graph),
    secrets: new Collection(graph),
    configMaps: new Collection(graph),
    definitions: new Collection(graph),
    extensions: new Collection(graph),
    trafficPolicies: new Collection(graph),
    proxies: new Collection(graph),
    others: new Collection(graph),
    unread: new Collection(graph),
    placements: new Collection(graph),
  };
}

export function upsert(inputs: Inputs, resource: AnyResource): void {
  const key = keyOf(resource);
  switch (resource.kind) {
    case 'GatewayClass':
      inputs.classes.set(key, resource);
      break;
    case 'Gateway':
      inputs.gateways.set(key, resource);
      break;
    case 'ListenerSet':
      inputs.listenerSets.set(key, resource);
      break;
    case 'HTTPRoute':
    case 'GRPCRoute':
    case 'TLSRoute':
    case 'TCPRoute':
    case 'UDPRoute':
      inputs.routes.set(refKey(refOf(resource)), resource);
      break;
    case 'ReferenceGrant':
      inputs.grants.set(key, resource);
      break;
    case 'Namespace':
      inputs.namespaces.set(key, resource);
      break;
    case 'Service':
      inputs.services.set(key, resource);
      break;
    case 'ServiceImport':
      inputs.serviceImports.set(key, resource);
      break;
    case 'BackendTLSPolicy':
      inputs.backendTLSPolicies.set(key, resource);
      break;
    case 'XBackend':
      inputs.xBackends.set(key, resource);
      break;
    case 'Secret':
      inputs.secrets.set(key, resource);
      break;
    case 'ConfigMap':
      inputs.configMaps.set(key, resource);
      break;
    case 'XBackendTrafficPolicy':
      inputs.trafficPolicies.set(key, resource);
      break;
    case 'SluiceProxy':
      inputs.proxies.set(key, resource);
      break;
    case 'CustomResourceDefinition':
      if (definesGatewayAPI(resource)) inputs.definitions.set(key, resource);
      break;
    default:
      if (isExtension(resource.kind)) inputs.extensions.set(refKey(refOf(resource)), resource);
      else if (!SILENT.includes(resource.kind)) inputs.others.set(refKey(refOf(resource)), resource);
  }
}

/** All that could not be read, in the place of those before. */
export function setUnread({ unread }: Inputs, objects: readonly ObjectRef[]): void {
  const keys = new Set(objects.map(refKey));
  for (const key of [...unread.keys()]) if (!keys.has(key)) unread.delete(key);
  for (const key of keys) if (unread.get(key) === undefined) unread.set(key, true);
}

export function remove(inputs: Inputs, object: ObjectRef): void {
  const key = nameKey(object.namespace, object.name);
  switch (object.kind) {
    case 'GatewayClass':
      inputs.classes.delete(key);
      break;
    case 'Gateway':
      inputs.gateways.delete(key);
      break;
    case 'ListenerSet':
      inputs.listenerSets.delete(key);
      break;
    case 'HTTPRoute':
    case 'GRPCRoute':
    case 'TLSRoute':
    case 'TCPRoute':
    case 'UDPRoute':
      inputs.routes.delete(refKey(object));
      break;
    case 'ReferenceGrant':
      inputs.grants.delete(key);
      break;
    case 'Namespace':
      inputs.namespaces.delete(key);
      break;
    case 'Service':
      inputs.services.delete(key);
      break;
    case 'ServiceImport':
      inputs.serviceImports.delete(key);
      break;
    case 'BackendTLSPolicy':
      inputs.backendTLSPolicies.delete(key);
      break;
    case 'XBackend':
      inputs.xBackends.delete(key);
      break;
    case 'Secret':
      inputs.secrets.delete(key);
      break;
    case 'ConfigMap':
      inputs.configMaps.delete(key);
      break;
    case 'XBackendTrafficPolicy':
      inputs.trafficPolicies.delete(key);
      break;
    case 'SluiceProxy':
      inputs.proxies.delete(key);
      break;
    case 'CustomResourceDefinition':
      inputs.definitions.delete(key);
      break;
    default:
      inputs.extensions.delete(refKey(object));
      inputs.others.delete(refKey(object));
  }
}
