/**
 * One running gateway, from a source of manifests to a data plane that follows them: what is published when, which
 * socket serves which port, where addresses come from, statuses, admin endpoint. The library's entry (`createGateway`).
 * Never here: what a resource means (translate), how a request is served (proxy), flags and printing (cli).
 */
export type { Problem } from '../resources/index.ts';
export type { Source } from '../sources/index.ts';
export { createFolderSource, createMemorySource } from '../sources/index.ts';
export { DEFAULT_CONTROLLER_NAME } from '../translate/index.ts';
export type { BackendOverride } from './endpoints/override-resolver.ts';
export type {
  Action,
  ChangeEvent,
  GatewayEvent,
  ListenerEvent,
  ProblemEvent,
  ReadyEvent,
  RouteEvent,
  SolvedEvent,
} from './events.ts';
export { createGateway, type Gateway } from './library/gateway.ts';
export type { BackendHandler, BackendTable } from './library/handlers.ts';
export type { ManifestInput, ObjectChanges } from './library/manifest-input.ts';
export type { BackendRequest, GatewayAnswer, RequestOptions } from './library/request.ts';
export { createModel, type Model, type ModelOptions, readModel } from './model.ts';
export type { GatewayOptions, ServedOptions, ServingOptions } from './options.ts';
export {
  type AddressPlan,
  addressesAskedFor,
  hostnameAskedFor,
  oneAddress,
} from './placement/address-plan.ts';
export type { GatewayFacts } from './placement/claims.ts';
export type { MakePlane, Plane, PlaneContext, Published } from './plane.ts';
export { selfSignedSource } from './self-signed/self-signed-source.ts';
export { createServedGateway, type ServedGateway } from './served-gateway.ts';
export { StartError } from './start-error.ts';
export { type ItemProblem, type ItemQuery, type ObjectItem, objectItems } from './status/object-items.ts';
export { createProblemLog } from './status/problem-log.ts';
export type { StatusItem } from './status/status-items.ts';
export { createUnitStore } from './unit-store.ts';
