/**
 * What a proxy must do, as frozen data. A unit is what changes alone (a listener, a route as attached to one Gateway, a
 * backend, its endpoints, a socket); units refer to one another by name, so a receiver with any subset is consistent.
 * Never here: Kubernetes objects, addresses inside a route, behaviour, line numbers.
 */
export type { Backend, BackendTls, Endpoint, Endpoints } from './backend.ts';
export { type BackendPort, backendName, endpointsName, parseBackendName, variantOf } from './backend-name.ts';
export { type Delta, type Unit, type UnitKind, type UnitName, WIRE_ORDER } from './config.ts';
export {
  type Cors,
  type DirectAnswer,
  type Filter,
  type HeaderChange,
  type Mirror,
  type OriginPattern,
  OWN_HEADERS,
  type PathChange,
  type Redirect,
  type Rewrite,
} from './filter.ts';
export { hostPort } from './host-port.ts';
export { listenPlace } from './listen-place.ts';
export type { Bind, ClientValidation, Listener, ListenerTls, TlsTermination } from './listener.ts';
export { listenerLabel } from './listener-label.ts';
export type { Match, PathMatch, ValueMatch } from './match.ts';
export type { Origin } from './origin.ts';
export { hasHostnames, type PortFamily, portFamily } from './port-family.ts';
export { redacted } from './redacted.ts';
export type {
  Action,
  Attachment,
  DirectAction,
  Failure,
  Forward,
  RedirectAction,
  Retry,
  Route,
  Rule,
  Session,
  SessionCookie,
  SessionHeader,
  Timeouts,
  WeightedBackend,
} from './route.ts';
export { objectOfRoute, routeName } from './route-name.ts';
export { seal } from './seal.ts';
export type { Authorities, KeyPair, Secret, SessionKeys } from './secret.ts';
export type { TransportRoute, TransportShare } from './transport-route.ts';
export { unitKey, unitNameOf } from './unit-key.ts';
