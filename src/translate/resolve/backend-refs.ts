import { backendName, type Failure } from '../../ir/index.ts';
import { EXPERIMENTS_GROUP, GATEWAY_GROUP, nameKey, type ObjectRef, type ProblemCode } from '../../resources/index.ts';
import { isHostname } from '../attach/hostnames.ts';
import type { Extension } from '../extensions/extension.ts';
import type { AnyRoute } from '../routes/any-route.ts';
import type { Verdict } from '../status/condition.ts';
import { referenceConditions } from '../status/reference-conditions.ts';
import { type Absence, nearName } from './absence.ts';
import type { Traffic } from './app-protocol.ts';
import { type CrossReference, grantYaml } from './reference-grants.ts';
import type { ServicePort, ServiceView } from './services.ts';
import { variantText } from './variants.ts';
import {
  type BackendKind,
  isFault,
  policyOfPort,
  type ServiceKind,
  servicePort,
  type Way,
  type WayFault,
  type WaySources,
  wayToPort,
} from './ways.ts';
import { type XBackendView, xBackendProtocol } from './x-backends.ts';

/** What a backendRef says about its object. */
export interface BackendRef {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly port?: number;
}

/** What resolution looks at; each look is remembered by the caller. */
export interface References extends WaySources {
  permitted(reference: CrossReference): boolean;
  /** A TLSRoute of which all listeners pass TLS through. */
  readonly passed?: boolean;
  /** Of an object that is not there. */
  absence(object: ObjectRef): Absence;
  /** What the object of a key `Kind/namespace/name` does to requests; undefined if there is none. */
  extension(key: string): Extension | undefined;
}

/** The name of a backend, or why there is none. */
export type Resolution = { readonly kind: 'backend'; readonly backend: string } | Unresolved;

interface Unresolved extends Failure {
  readonly verdict: Verdict<ProblemCode>;
}

/** A reference to something that may be there and be reached. */
interface Sought {
  readonly ref: BackendRef;
  readonly object: ObjectRef & { readonly kind: BackendKind };
  /** `Service shop/cart`. */
  readonly target: string;
  readonly path: string;
  readonly route: AnyRoute;
}

/** Permission comes before existence, so that nobody learns what is in a namespace that doesn't grant it. */
export function resolveBackend(ref: BackendRef, path: string, route: AnyRoute, references: References): Resolution {
  const kind = backendKind(ref);
  if (!kind) return unresolved(referenceConditions.invalidKind(path, ref.group, ref.kind));
  const namespace = ref.namespace ?? route.metadata.namespace;
  const target = `${kind} ${namespace}/${ref.name}`;
  const crossing = crossReference(ref, route);
  if (crossing && !references.permitted(crossing)) {
    return unresolved(referenceConditions.notPermitted(path, target, namespace, grantYaml(crossing)));
  }
  const found = find({ ref, object: { kind, namespace, name: ref.name }, target, path, route }, references);
  return typeof found === 'string' ? { kind: 'backend', backend: found } : unresolved(found);
}

/** The name of the backend, or why there is none. */
function find(sought: Sought, references: References): string | Verdict<ProblemCode> {
  const { object, path, route } = sought;
  const key = nameKey(object.namespace, object.name);
  if (object.kind === 'XBackend') {
    const view = references.xBackend(key);
    return view ? toXBackend(sought, view) : whyAbsent(object, path, route, references);
  }
  const service = references.service(object.kind, key);
  return service ? toService(sought, object.kind, service, references) : whyAbsent(object, path, route, references);
}

/** What else there is in another namespace is none of the route's affairs. */
export function whyAbsent(
  object: ObjectRef,
  path: string,
  route: AnyRoute,
  references: Pick<References, 'absence'>,
): Verdict<ProblemCode> {
  const { kind, namespace, name } = object;
  const target = `${kind} ${namespace}/${name}`;
  const { unread, others } = references.absence(object);
  if (unread) return referenceConditions.unread(path, target);
  const near = namespace === route.metadata.namespace ? nearName(name, others) : undefined;
  return referenceConditions.notFound(path, target, near);
}

function backendKind({ group, kind }: BackendRef): BackendKind | undefined {
  if (group === '' && kind === 'Service') return 'Service';
  if (group === EXPERIMENTS_GROUP && kind === 'XBackend') return 'XBackend';
  return group === 'multicluster.x-k8s.io' && kind === 'ServiceImport' ? 'ServiceImport' : undefined;
}

/** What must be granted; nothing, where the object is in the route's own namespace. */
export function crossReference(ref: BackendRef, route: AnyRoute): CrossReference | undefined {
  const namespace = ref.namespace ?? route.metadata.namespace;
  if (namespace === route.metadata.namespace) return undefined;
  return {
    from: { group: GATEWAY_GROUP, kind: route.kind, namespace: route.metadata.namespace },
    to: { group: ref.group, kind: ref.kind, namespace, name: ref.name },
  };
}

function toService(
  sought: Sought,
  kind: ServiceKind,
  service: ServiceView,
  references: References,
): string | Verdict<ProblemCode> {
  const { ref, object, target, path, route } = sought;
  const transport = route.kind === 'UDPRoute' ? 'udp' : undefined;
  const ports = service.ports.filter(each => each.transport === transport).map(({ port }) => port);
  if (service.external !== undefined && !isHostname(service.external))
    return referenceConditions.externalName(path, target);
  if (ref.port === undefined) return referenceConditions.portMissing(path, target, ports);
  const port = servicePort(service, ref.port, transport);
  if (!port) return referenceConditions.portNotFound(path, target, ref.port, ports, transport?.toUpperCase());
  const policy = policyOfPort(kind, nameKey(object.namespace, object.name), port, references);
  const way = (traffic: Traffic) => wayToPort(service, port, policy, traffic);
  const traffic = references.passed ? 'passed' : trafficOf(route);
  const found = way(traffic);
  if (isFault(found)) return whyNoWay(found, sought, port);
  const text = variant(traffic, found, way(USUAL[traffic]));
  return backendName({ ...object, port: port.port, ...(transport && { transport }) }, text);
}

/** Its one port need not be named. */
function toXBackend({ ref, object, target, path, route }: Sought, view: XBackendView): string | Verdict<ProblemCode> {
  const { port } = view;
  const traffic = trafficOf(route);
  const transport = route.kind === 'UDPRoute' ? 'UDP' : undefined;
  if (transport || (ref.port !== undefined && ref.port !== port))
    return referenceConditions.portNotFound(path, target, ref.port ?? port, transport ? [] : [port], transport);
  if (view.refused) return referenceConditions.xBackendRefused(path, target);
  const protocol = xBackendProtocol(view, traffic);
  if (!protocol) return referenceConditions.xBackendProtocol(path, target, view.protocol, route.kind);
  const usual = traffic === 'grpc' ? xBackendProtocol(view, 'http') : protocol;
  return backendName({ ...object, port }, variant(traffic, { protocol }, usual && { protocol: usual }));
}

function trafficOf({ kind }: AnyRoute): Traffic {
  if (kind === 'HTTPRoute') return 'http';
  return kind === 'GRPCRoute' ? 'grpc' : 'bytes';
}

/** What goes the usual way to a backend, for each that may go another. */
const USUAL: Readonly<Record<Traffic, Traffic>> = { http: 'http', grpc: 'http', bytes: 'bytes', passed: 'bytes' };

/** Calls of gRPC go the usual way where that is HTTP/2 anyway, and what is passed through where there is one. */
function variant(traffic: Traffic, { protocol }: Way, usual: Way | WayFault | undefined): string {
  const same = usual !== undefined && !isFault(usual) && usual.protocol === protocol;
  return same ? '' : variantText({ traffic });
}

function whyNoWay(fault: WayFault, { target, path, route }: Sought, { port }: ServicePort): Verdict<ProblemCode> {
  if (fault.kind === 'policy') return referenceConditions.tlsImpossible(path, target, fault.policy);
  return fault.why === 'needs-tls'
    ? referenceConditions.needsTls(path, target, port, fault.appProtocol)
    : referenceConditions.appProtocol(path, target, port, fault.appProtocol, route.kind);
}

function unresolved(verdict: Verdict<ProblemCode>): Unresolved {
  return { kind: 'failure', status: 500, reason: verdict.reason, verdict };
}
