import { backendName, type Failure } from '../../ir/index.ts';
import { GATEWAY_GROUP, nameKey, type ObjectRef, type ProblemCode } from '../../resources/index.ts';
import type { Extension } from '../extensions/extension.ts';
import type { AnyRoute } from '../routes/any-route.ts';
import type { Verdict } from '../status/condition.ts';
import { referenceConditions } from '../status/reference-conditions.ts';
import { type Absence, nearName } from './absence.ts';
import { type CrossReference, grantYaml } from './reference-grants.ts';
import type { ServiceView } from './services.ts';

/** What a backendRef says about its object. */
export interface BackendRef {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly port?: number;
}

/** What resolution looks at; each look is remembered by the caller. */
export interface References {
  /** The Service or ServiceImport of a key `namespace/name`. */
  service(kind: BackendKind, key: string): ServiceView | undefined;
  permitted(reference: CrossReference): boolean;
  /** Of an object that is not there. */
  absence(object: ObjectRef): Absence;
  /** What the object of a key `Kind/namespace/name` does to requests; undefined if there is none. */
  extension(key: string): Extension | undefined;
}

export type BackendKind = 'Service' | 'ServiceImport';

/** The name of a backend, or why there is none. */
export type Resolution = { readonly kind: 'backend'; readonly backend: string } | Unresolved;

interface Unresolved extends Failure {
  readonly verdict: Verdict<ProblemCode>;
}

/** appProtocols that need more than HTTP/1.1 in the clear. Others, unknown ones included, are tried with it. */
const OTHER_PROTOCOLS = ['kubernetes.io/h2c', 'kubernetes.io/wss', 'https', 'grpc'];

/** Permission comes before existence, so that nobody learns what is in a namespace that doesn't grant it. */
export function resolveBackend(ref: BackendRef, path: string, route: AnyRoute, references: References): Resolution {
  const kind = backendKind(ref);
  if (!kind) return unresolved(referenceConditions.invalidKind(path, ref.group, ref.kind));
  const namespace = ref.namespace ?? route.metadata.namespace;
  const target = `${kind} ${namespace}/${ref.name}`;
  const crossing = crossReference(ref, namespace, route);
  if (crossing && !references.permitted(crossing)) {
    return unresolved(referenceConditions.notPermitted(path, target, namespace, grantYaml(crossing)));
  }
  const service = references.service(kind, nameKey(namespace, ref.name));
  const found = service
    ? resolvePort(service, ref, path, target)
    : whyAbsent({ kind, namespace, name: ref.name }, path, route, references);
  if (typeof found !== 'number') return unresolved(found);
  return { kind: 'backend', backend: backendName({ kind, namespace, name: ref.name, port: found }) };
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
  return group === 'multicluster.x-k8s.io' && kind === 'ServiceImport' ? 'ServiceImport' : undefined;
}

function crossReference(ref: BackendRef, namespace: string, route: AnyRoute): CrossReference | undefined {
  if (namespace === route.metadata.namespace) return undefined;
  return {
    from: { group: GATEWAY_GROUP, kind: route.kind, namespace: route.metadata.namespace },
    to: { group: ref.group, kind: ref.kind, namespace, name: ref.name },
  };
}

/** The port to send to, or why there is none. */
function resolvePort(
  service: ServiceView,
  ref: BackendRef,
  path: string,
  target: string,
): number | Verdict<ProblemCode> {
  if (service.external) return referenceConditions.externalName(path, target);
  const ports = service.ports.map(({ port }) => port);
  if (ref.port === undefined) return referenceConditions.portMissing(path, target, ports);
  const port = service.ports.find(one => one.port === ref.port);
  if (!port) return referenceConditions.portNotFound(path, target, ref.port, ports);
  if (service.encrypted) return referenceConditions.tlsDemanded(path, target);
  return port.appProtocol !== undefined && OTHER_PROTOCOLS.includes(port.appProtocol)
    ? referenceConditions.appProtocol(path, target, port.port, port.appProtocol)
    : port.port;
}

function unresolved(verdict: Verdict<ProblemCode>): Unresolved {
  return { kind: 'failure', status: 500, reason: verdict.reason, verdict };
}
