import { backendTLSPolicy } from './kinds/backend-tls-policy.ts';
import { configMap } from './kinds/config-map.ts';
import { customResourceDefinition } from './kinds/custom-resource-definition.ts';
import { directResponse } from './kinds/direct-response.ts';
import { endpointSlice } from './kinds/endpoint-slice.ts';
import { endpoints } from './kinds/endpoints.ts';
import { gateway } from './kinds/gateway.ts';
import { gatewayClass } from './kinds/gateway-class.ts';
import { grpcRoute } from './kinds/grpc-route.ts';
import { httpRoute } from './kinds/http-route.ts';
import type { Kind } from './kinds/kind.ts';
import { tcpRoute, udpRoute } from './kinds/l4-routes.ts';
import { listenerSet } from './kinds/listener-set.ts';
import { namespace } from './kinds/namespace.ts';
import { referenceGrant } from './kinds/reference-grant.ts';
import { secret } from './kinds/secret.ts';
import { service } from './kinds/service.ts';
import { serviceImport } from './kinds/service-import.ts';
import { sluiceProxy } from './kinds/sluice-proxy.ts';
import { tlsRoute } from './kinds/tls-route.ts';
import { xBackend } from './kinds/x-backend.ts';
import { xBackendTrafficPolicy } from './kinds/x-backend-traffic-policy.ts';
import { xMesh } from './kinds/x-mesh.ts';
import type { Resource } from './resource.ts';

/** Every kind that Sluice reads. */
export const KINDS = [
  gatewayClass,
  gateway,
  listenerSet,
  httpRoute,
  grpcRoute,
  tlsRoute,
  tcpRoute,
  udpRoute,
  referenceGrant,
  backendTLSPolicy,
  xBackendTrafficPolicy,
  xBackend,
  xMesh,
  directResponse,
  sluiceProxy,
  namespace,
  service,
  serviceImport,
  endpointSlice,
  endpoints,
  configMap,
  secret,
  customResourceDefinition,
] as const;

export function kindNamed(name: string): Kind | undefined {
  return KINDS.find((kind: Kind) => kind.kind === name);
}

type ResourceOf<K> = K extends Kind<infer N, infer T> ? Resource & { readonly kind: N } & T : never;

export type GatewayClass = ResourceOf<typeof gatewayClass>;
export type Gateway = ResourceOf<typeof gateway>;
export type ListenerSet = ResourceOf<typeof listenerSet>;
export type HTTPRoute = ResourceOf<typeof httpRoute>;
export type GRPCRoute = ResourceOf<typeof grpcRoute>;
export type TLSRoute = ResourceOf<typeof tlsRoute>;
export type TCPRoute = ResourceOf<typeof tcpRoute>;
export type UDPRoute = ResourceOf<typeof udpRoute>;
export type ReferenceGrant = ResourceOf<typeof referenceGrant>;
export type BackendTLSPolicy = ResourceOf<typeof backendTLSPolicy>;
export type XBackendTrafficPolicy = ResourceOf<typeof xBackendTrafficPolicy>;
export type XBackend = ResourceOf<typeof xBackend>;
export type XMesh = ResourceOf<typeof xMesh>;
export type DirectResponse = ResourceOf<typeof directResponse>;
export type SluiceProxy = ResourceOf<typeof sluiceProxy>;
export type Namespace = ResourceOf<typeof namespace>;
export type Service = ResourceOf<typeof service>;
export type ServiceImport = ResourceOf<typeof serviceImport>;
export type EndpointSlice = ResourceOf<typeof endpointSlice>;
export type Endpoints = ResourceOf<typeof endpoints>;
export type ConfigMap = ResourceOf<typeof configMap>;
export type Secret = ResourceOf<typeof secret>;
export type CustomResourceDefinition = ResourceOf<typeof customResourceDefinition>;

/** Any object that left the edge, told apart by `kind`. */
export type AnyResource = ResourceOf<(typeof KINDS)[number]>;
