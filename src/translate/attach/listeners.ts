import { GATEWAY_GROUP, type Gateway, type ListenerSpec, type ProblemCode } from '../../resources/index.ts';
import { type CertificateSources, certificateFaults } from '../resolve/certificate-refs.ts';
import type { Verdict } from '../status/condition.ts';
import { type ConflictReason, listenerConditions } from '../status/listener-conditions.ts';
import { type AllowedNamespaces, allowedNamespaces } from './allowed-routes.ts';
import { conflicts, type Distinction } from './conflicts.ts';
import { isHostname } from './hostnames.ts';

/** A listener, understood: what routes must know to attach, and its conditions before a data plane had its say. */
export interface ListenerView extends Distinction {
  /** `namespace/gateway/section`, its name in the IR. */
  readonly name: string;
  readonly namespaces: AllowedNamespaces;
  /** Kinds of routes that it takes, of group gateway.networking.k8s.io. */
  readonly kinds: readonly string[];
  readonly accepted: Verdict;
  readonly conflicted?: Verdict<ConflictReason>;
  /** Why references are not resolved, one for each. */
  readonly unresolved: readonly Verdict<ProblemCode>[];
  /** Why no data plane serves it though it may be accepted (Programmed); absent: one is to. */
  readonly unserved?: Verdict;
}

/** Whether data planes get it, as long as its Gateway isn't refused. */
export function isServed({ accepted, unserved }: ListenerView): boolean {
  return accepted.status === 'True' && unserved === undefined;
}

/** The protocols whose listeners take routes. HTTPS is not served yet: its listeners are judged, and nothing listens. */
const ROUTE_KINDS: Readonly<Record<string, readonly string[]>> = { HTTP: ['HTTPRoute'], HTTPS: ['HTTPRoute'] };
const NOT_BUILT = ['TLS', 'TCP', 'UDP'];
/** The protocols to which certificates belong. */
const ENCRYPTED = ['HTTPS', 'TLS'];

/** The listeners of a Gateway, the first of each name (a list keyed by name has each once). */
export function viewListeners(gateway: Gateway, sources: CertificateSources): readonly ListenerView[] {
  const drafts = gateway.spec.listeners.map((listener, index) => ({
    listener,
    distinction: distinguish(listener, index),
  }));
  const first = drafts.filter(
    ({ listener }, i) => drafts.findIndex(other => other.listener.name === listener.name) === i,
  );
  const conflicting = conflicts(first.map(draft => draft.distinction));
  return first.map(({ listener, distinction }) =>
    view(gateway, listener, distinction, conflicting.get(distinction.section), sources),
  );
}

function distinguish(listener: ListenerSpec, index: number): Distinction {
  const { name, port, protocol, hostname } = listener;
  return {
    section: name,
    path: `spec.listeners[${index}]`,
    port,
    protocol,
    hostname: hostname ? hostname.toLowerCase() : '*',
  };
}

function view(
  gateway: Gateway,
  listener: ListenerSpec,
  distinction: Distinction,
  conflicted: Verdict<ConflictReason> | undefined,
  sources: CertificateSources,
): ListenerView {
  const { path, protocol } = distinction;
  const { namespace, name } = gateway.metadata;
  const { namespaces, fault } = allowedNamespaces(listener.allowedRoutes.namespaces, namespace);
  const { kinds, fault: kindsFault } = routeKinds(listener, distinction);
  const certificates = ENCRYPTED.includes(protocol) ? certificateFaults(listener, path, namespace, sources) : [];
  const unserved = whyUnserved(listener, distinction, certificates);
  return {
    ...distinction,
    name: `${namespace}/${name}/${distinction.section}`,
    namespaces,
    kinds,
    accepted: acceptance(listener, distinction, fault, conflicted),
    ...(conflicted && { conflicted }),
    unresolved: [...(kindsFault ? [kindsFault] : []), ...certificates],
    ...(unserved && { unserved }),
  };
}

function acceptance(
  { tls }: ListenerSpec,
  { path, protocol, port, hostname }: Distinction,
  namespacesFault: string | undefined,
  conflicted: Verdict<ConflictReason> | undefined,
): Verdict {
  if (NOT_BUILT.includes(protocol)) return listenerConditions.protocolNotBuilt(path, protocol);
  if (!Object.hasOwn(ROUTE_KINDS, protocol)) return listenerConditions.protocolUnknown(path, protocol);
  if (conflicted) return listenerConditions.inConflict(path, conflicted.reason);
  if (port < 1 || port > 65535) return listenerConditions.portImpossible(path, port);
  if (hostname !== '*' && !isHostname(hostname)) return listenerConditions.hostnameImpossible(path, hostname);
  if (protocol === 'HTTPS' && tls && tls.mode !== 'Terminate') return listenerConditions.tlsMode(path, tls.mode);
  if (namespacesFault !== undefined) return listenerConditions.selectorImpossible(path, namespacesFault);
  return listenerConditions.accepted();
}

function whyUnserved(
  { tls }: ListenerSpec,
  { path, protocol, port }: Distinction,
  certificateFaults: readonly Verdict<ProblemCode>[],
): Verdict | undefined {
  if (protocol !== 'HTTPS') return undefined;
  if (certificateFaults.length > 0) return listenerConditions.certificatesNotResolved();
  if (!tls?.certificateRefs?.length) return listenerConditions.noCertificate(path);
  return listenerConditions.protocolNotServed(protocol, port);
}

/** supportedKinds: what the protocol serves, cut down to what allowedRoutes.kinds names. */
function routeKinds(
  listener: ListenerSpec,
  { path, protocol }: Distinction,
): { readonly kinds: readonly string[]; readonly fault?: Verdict<ProblemCode> } {
  const served = Object.hasOwn(ROUTE_KINDS, protocol) ? ROUTE_KINDS[protocol]! : [];
  const named = listener.allowedRoutes.kinds ?? [];
  if (named.length === 0 || served.length === 0) return { kinds: served };
  const known = named
    .filter(({ group, kind }) => group === GATEWAY_GROUP && served.includes(kind))
    .map(({ kind }) => kind);
  const refused = named.filter(({ group, kind }) => group !== GATEWAY_GROUP || !served.includes(kind));
  const names = refused.map(({ group, kind }) =>
    group === GATEWAY_GROUP ? kind : `${kind} of group ${group || '""'}`,
  );
  return {
    kinds: [...new Set(known)],
    ...(refused.length > 0 && { fault: listenerConditions.invalidRouteKinds(path, names, protocol) }),
  };
}
