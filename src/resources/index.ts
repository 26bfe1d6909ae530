/**
 * What manifests may say: one schema table per kind (fields, defaults, limits, patterns, cross-field rules, versions,
 * channel), the TypeScript types that follow from the tables, and parsing at the edge. Inside the edge a resource is
 * complete and of the newest version. Never here: files, sockets, what a resource means.
 */
export type {
  AnyResource,
  BackendTLSPolicy,
  ConfigMap,
  CustomResourceDefinition,
  DirectResponse,
  EndpointSlice,
  Endpoints,
  Gateway,
  GatewayClass,
  GRPCRoute,
  HTTPRoute,
  ListenerSet,
  Namespace,
  ReferenceGrant,
  Secret,
  Service,
  ServiceImport,
  SluiceProxy,
  TCPRoute,
  TLSRoute,
  UDPRoute,
  XBackend,
  XBackendTrafficPolicy,
  XMesh,
} from './any-resource.ts';
export { KINDS, kindNamed } from './any-resource.ts';
export { byAge } from './by-age.ts';
export { expandList } from './expand-list.ts';
export { UNREAD_HOSTNAME } from './kinds/backend-tls-policy.ts';
export type { HTTPBackendRef, HTTPRouteRule } from './kinds/http-route.ts';
export { apiVersionOf, type Kind } from './kinds/kind.ts';
export type { SluiceProxySpec } from './kinds/sluice-proxy.ts';
export { parseObject } from './parse.ts';
export { byPlace, type Location, type Problem, type Severity } from './problem.ts';
export { type CodeEntry, isProblemCode, PROBLEM_CODES, type ProblemCode } from './problem-codes.ts';
export { keyOf, nameKey, type ObjectRef, type Resource, refKey, refOf } from './resource.ts';
export * as schema from './schema/build.ts';
export { check } from './schema/check.ts';
export { didYouMean, meantWord } from './schema/did-you-mean.ts';
export { formatPath, parsePath } from './schema/field-path.ts';
export { isRecord } from './schema/plain-data.ts';
export type { Schema } from './schema/schema.ts';
export { durationMs, isDuration } from './shapes/duration.ts';
export type { HeaderModifier } from './shapes/headers.ts';
export type { HTTPFilter } from './shapes/http-filter.ts';
export type { HTTPMatch } from './shapes/http-match.ts';
export type { ListenerSpec } from './shapes/listener.ts';
export { EXPERIMENTS_GROUP, GATEWAY_GROUP, GATEWAY_GROUPS, HOSTNAME, SLUICE_GROUP } from './shapes/names.ts';
export type { PathModifier } from './shapes/path-modifier.ts';
export { isPodCommand } from './shapes/pod-commands.ts';
export type { ParentReference } from './shapes/references.ts';
export type { LabelSelector } from './shapes/selector.ts';
export type { SessionPersistence } from './shapes/session-persistence.ts';
export { yamlText } from './yaml-text.ts';
