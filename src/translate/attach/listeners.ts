import type { ListenerTls, TlsTermination } from '../../ir/index.ts';
import { GATEWAY_GROUP, type ListenerSpec, nameKey, type ObjectRef, type ProblemCode } from '../../resources/index.ts';
import { type CertificateSources, resolveCertificates } from '../resolve/certificate-refs.ts';
import type { Verdict } from '../status/condition.ts';
import { type ConflictReason, listenerConditions } from '../status/listener-conditions.ts';
import { type AllowedNamespaces, allowedNamespaces } from './allowed-routes.ts';
import type { Distinction } from './conflicts.ts';
import type { Validation } from './frontend-validation.ts';
import { isHostname } from './hostnames.ts';
import { isEncrypted, isProtocol, routeKindsOf } from './protocols.ts';
import { readTlsOptions } from './tls-options.ts';

/** A listener, understood: what routes must know to attach, and its conditions before a data plane had its say. */
export interface ListenerView extends Distinction {
  /** Its name in the IR: `namespace/gateway/section`, of a ListenerSet `namespace/gateway/set-namespace/set/section`. */
  readonly name: string;
  readonly namespaces: AllowedNamespaces;
  /** Kinds of routes that it takes, of group gateway.networking.k8s.io. */
  readonly kinds: readonly string[];
  readonly accepted: Verdict;
  readonly conflicted?: Verdict<ConflictReason>;
  /** Others of its port have hostnames that a connection to this one could reach by. */
  readonly overlapping?: Verdict;
  /** Why references are not resolved, one for each. */
  readonly unresolved: readonly Verdict<ProblemCode>[];
  /** Why no data plane serves it though it may be accepted (Programmed); absent: one is to. */
  readonly unserved?: Verdict;
  /** Of HTTPS and TLS, if it can be served. */
  readonly tls?: ListenerTls;
}

/** Where listeners stand, and what they are understood by. */
export interface ListenerContext {
  /** The Gateway or ListenerSet: its namespace is theirs, its kind what is granted. */
  readonly owner: ObjectRef;
  /** `namespace/name` of the Gateway. */
  readonly gateway: string;
  readonly sources: CertificateSources;
  /** How clients of HTTPS on a port prove who they are. */
  validation(port: number): Validation | undefined;
}

/** Whether data planes get it, as long as its Gateway isn't refused. */
export function isServed({ accepted, unserved }: Pick<ListenerView, 'accepted' | 'unserved'>): boolean {
  return accepted.status === 'True' && unserved === undefined;
}

/** The listeners of a list, the first of each name (a list keyed by name has each once), each by itself: without conflicts. */
export function viewListeners(listeners: readonly ListenerSpec[], context: ListenerContext): readonly ListenerView[] {
  const first = new Set<string>();
  return listeners.flatMap((listener, index) => {
    if (first.has(listener.name)) return [];
    first.add(listener.name);
    return view(listener, distinguish(listener, index), context);
  });
}

/** What becomes of a listener that can't be told apart from another. */
export function inConflict(listener: ListenerView, conflicted: Verdict<ConflictReason> | undefined): ListenerView {
  if (!conflicted) return listener;
  return { ...listener, accepted: listenerConditions.inConflict(listener.path, conflicted.reason), conflicted };
}

function distinguish(listener: ListenerSpec, index: number): Distinction {
  const { name, port, protocol, hostname } = listener;
  return {
    section: name,
    path: `spec.listeners[${index}]`,
    port,
    protocol,
    hostname: hostname && protocol !== 'TCP' && protocol !== 'UDP' ? hostname.toLowerCase() : '*',
  };
}

function view(listener: ListenerSpec, distinction: Distinction, context: ListenerContext): ListenerView {
  const { owner, gateway } = context;
  const { namespaces, fault } = allowedNamespaces(listener.allowedRoutes.namespaces, owner.namespace);
  const { kinds, fault: kindsFault } = routeKinds(listener, distinction);
  const security = secure(listener, distinction, context);
  const { unserved, tls } = security;
  return {
    ...distinction,
    name: listenerName(owner, gateway, distinction.section),
    namespaces,
    kinds,
    accepted: acceptance(listener, distinction, fault) ?? security.refused ?? listenerConditions.accepted(),
    unresolved: [...(kindsFault ? [kindsFault] : []), ...security.unresolved],
    ...(unserved && { unserved }),
    ...(tls && { tls }),
  };
}

function listenerName({ kind, namespace, name }: ObjectRef, gateway: string, section: string): string {
  return kind === 'Gateway' ? `${gateway}/${section}` : `${gateway}/${nameKey(namespace, name)}/${section}`;
}

function acceptance(
  { tls }: ListenerSpec,
  { path, protocol, port, hostname }: Distinction,
  namespacesFault: string | undefined,
): Verdict | undefined {
  if (!isProtocol(protocol)) return listenerConditions.protocolUnknown(path, protocol);
  if (port < 1 || port > 65535) return listenerConditions.portImpossible(path, port);
  if (hostname !== '*' && !isHostname(hostname)) return listenerConditions.hostnameImpossible(path, hostname);
  if (protocol === 'HTTPS' && tls && tls.mode !== 'Terminate') return listenerConditions.tlsMode(path, tls.mode);
  if (namespacesFault !== undefined) return listenerConditions.selectorImpossible(path, namespacesFault);
  return undefined;
}

/** What the fields under tls, and the Gateway's for its port, come to. */
interface Security {
  readonly tls?: ListenerTls;
  readonly refused?: Verdict;
  readonly unserved?: Verdict;
  readonly unresolved: readonly Verdict<ProblemCode>[];
}

function secure(listener: ListenerSpec, { path, protocol, port }: Distinction, context: ListenerContext): Security {
  if (!isEncrypted(protocol)) return { unresolved: [] };
  const { tls } = listener;
  if (tls?.mode === 'Passthrough') return { tls: { mode: 'passthrough' }, unresolved: [] };
  const certificates = resolveCertificates(tls?.certificateRefs ?? [], `${path}.tls`, context.owner, context.sources);
  const options = readTlsOptions(tls?.options ?? {}, `${path}.tls.options`);
  const validation = protocol === 'HTTPS' ? context.validation(port) : undefined;
  const refused = options.refused ?? validation?.refused;
  const unserved = whyUnserved(path, certificates.names, certificates.unresolved, validation);
  const unresolved = [...certificates.unresolved, ...(validation?.unresolved ?? [])];
  if (refused || unserved) return { unresolved, ...(refused && { refused }), ...(unserved && { unserved }) };
  const clients = validation?.clients;
  const terminated: TlsTermination = {
    mode: 'terminate',
    certificates: certificates.names,
    ...options.settings,
    ...(clients && { clients }),
  };
  return { tls: terminated, unresolved };
}

/** One certificate is enough. */
function whyUnserved(
  path: string,
  certificates: readonly string[],
  unresolved: readonly Verdict<ProblemCode>[],
  validation: Validation | undefined,
): Verdict | undefined {
  if (certificates.length === 0) {
    return unresolved.length > 0
      ? listenerConditions.certificatesNotResolved()
      : listenerConditions.noCertificate(path);
  }
  return validation && !validation.clients ? listenerConditions.authoritiesNotResolved() : undefined;
}

/** supportedKinds: what the protocol serves, cut down to what allowedRoutes.kinds names. */
function routeKinds(
  listener: ListenerSpec,
  { path, protocol }: Distinction,
): { readonly kinds: readonly string[]; readonly fault?: Verdict<ProblemCode> } {
  const served = routeKindsOf(protocol);
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
    ...(refused.length > 0 && { fault: listenerConditions.invalidRouteKinds(path, names, protocol, served) }),
  };
}
