import { endpointSlice } from './kinds/endpoint-slice.ts';
import { endpoints } from './kinds/endpoints.ts';
import { gateway } from './kinds/gateway.ts';
import { gatewayClass } from './kinds/gateway-class.ts';
import { httpRoute } from './kinds/http-route.ts';
import type { Kind } from './kinds/kind.ts';
import { namespace } from './kinds/namespace.ts';
import { referenceGrant } from './kinds/reference-grant.ts';
import { service } from './kinds/service.ts';
import { serviceImport } from './kinds/service-import.ts';
import type { Resource } from './resource.ts';

/** Every kind that Sluice reads. */
export const KINDS = [
  gatewayClass,
  gateway,
  httpRoute,
  referenceGrant,
  namespace,
  service,
  serviceImport,
  endpointSlice,
  endpoints,
] as const;

type ResourceOf<K> = K extends Kind<infer N, infer T> ? Resource & { readonly kind: N } & T : never;

export type GatewayClass = ResourceOf<typeof gatewayClass>;
export type Gateway = ResourceOf<typeof gateway>;
export type HTTPRoute = ResourceOf<typeof httpRoute>;
export type ReferenceGrant = ResourceOf<typeof referenceGrant>;
export type Namespace = ResourceOf<typeof namespace>;
export type Service = ResourceOf<typeof service>;
export type ServiceImport = ResourceOf<typeof serviceImport>;
export type EndpointSlice = ResourceOf<typeof endpointSlice>;
export type Endpoints = ResourceOf<typeof endpoints>;

/** Any object that left the edge, told apart by `kind`. */
export type AnyResource = ResourceOf<(typeof KINDS)[number]>;
