import type { Attachment } from '../../ir/index.ts';
import { GATEWAY_GROUP, nameKey, type ObjectRef, type ParentReference } from '../../resources/index.ts';
import { nearName } from '../resolve/absence.ts';
import { type AnyRoute, createdOf, hostnamesOf } from '../routes/any-route.ts';
import type { Verdict } from '../status/condition.ts';
import { routeConditions } from '../status/route-conditions.ts';
import { allows } from './allowed-routes.ts';
import { commonHostnames, nearHostname } from './hostnames.ts';
import { isServed, type ListenerView } from './listeners.ts';
import { type ForeignParent, isWithdrawn, type RouteParent } from './route-parent.ts';

/** What became of one parentRef, or of one default Gateway. */
export type Parent =
  | AttachedParent
  /** Nothing goes into the status; the user is told. */
  | { readonly kind: 'foreign' | 'unserved'; readonly ref: ParentReference; readonly path: string }
  | MissingParent;

export interface MissingParent {
  readonly kind: 'missing';
  readonly ref: ParentReference;
  readonly path: string;
  /** The parent stands in the manifests and could not be read. */
  readonly unread: boolean;
  /** The key of the parent that was probably meant. */
  readonly near?: string;
}

export interface AttachedParent {
  readonly kind: 'ours';
  readonly ref: ParentReference;
  readonly path: string;
  readonly gateway: string;
  readonly controllerName: string;
  /** When the route was, in ms since 1970; 0 if it does not say: who was first may decide what a listener does. */
  readonly created: number;
  /** A default Gateway: the route does not name it. */
  readonly implied?: true;
  /** Accepted, as far as attachment goes. */
  readonly verdict: Verdict;
  /** Every listener that took the route, also those that are not served themselves. */
  readonly listeners: readonly AttachedListener[];
}

export type AttachedListener = Attachment & {
  readonly served: boolean;
  /** It lets TLS through. */
  readonly passes?: true;
};

/** What attachment looks at; each look is remembered by the caller. */
export interface Surroundings {
  /** A Gateway or ListenerSet. */
  parent(kind: string, key: string): RouteParent | ForeignParent | undefined;
  /** Keys of the Gateways that take routes which ask for default ones (GEP-3793). */
  defaultGateways(): readonly string[];
  labelsOf(namespace: string): Readonly<Record<string, string>>;
  /** It is not there, but stands in the manifests and could not be read. */
  isUnread(object: ObjectRef): boolean;
  /** The key of a parent of that kind that was probably meant by a key that there is not. */
  nearParent(kind: string, key: string): string | undefined;
}

/** Kinds of group gateway.networking.k8s.io that routes attach to. */
const PARENT_KINDS: readonly string[] = ['Gateway', 'ListenerSet'];
const BY_DEFAULT = 'spec.useDefaultGateways';

/** The parents of a route: one for each parentRef and in their order, then the default Gateways that none of them names. */
export function attachRoute(route: AnyRoute, surroundings: Surroundings): readonly Parent[] {
  const refs = route.spec.parentRefs ?? [];
  const named = refs.map((ref, index) => attachTo(route, ref, `spec.parentRefs[${index}]`, surroundings));
  return route.spec.useDefaultGateways === 'All' ? [...named, ...attachToDefaults(route, refs, surroundings)] : named;
}

/** A Gateway that the route names whole has its say already. */
function attachToDefaults(
  route: AnyRoute,
  refs: readonly ParentReference[],
  surroundings: Surroundings,
): readonly Parent[] {
  const named = refs.filter(({ kind, sectionName, port }) => kind === 'Gateway' && !sectionName && port === undefined);
  const keys = new Set(named.map(ref => nameKey(ref.namespace ?? route.metadata.namespace, ref.name)));
  return surroundings.defaultGateways().flatMap(key => {
    if (keys.has(key)) return [];
    const [namespace = '', name = ''] = key.split('/');
    const ref = { group: GATEWAY_GROUP, kind: 'Gateway', namespace, name };
    const parent = attachTo(route, ref, BY_DEFAULT, surroundings);
    return parent.kind === 'ours' ? [{ ...parent, implied: true as const }] : [];
  });
}

function attachTo(route: AnyRoute, ref: ParentReference, path: string, surroundings: Surroundings): Parent {
  const { kind } = ref;
  if (ref.group !== GATEWAY_GROUP || !PARENT_KINDS.includes(kind)) return { kind: 'unserved', ref, path };
  const namespace = ref.namespace ?? route.metadata.namespace;
  const key = nameKey(namespace, ref.name);
  const parent = surroundings.parent(kind, key);
  if (!parent) {
    const unread = surroundings.isUnread({ kind, namespace, name: ref.name });
    const near = unread ? undefined : surroundings.nearParent(kind, key);
    return { kind: 'missing', ref, path, unread, ...(near !== undefined && { near }) };
  }
  if (parent.kind === 'foreign') return { kind: 'foreign', ref, path };
  const { gateway, controllerName } = parent;
  const attached = attachToListeners(route, ref, path, parent, surroundings);
  return { kind: 'ours', ref, path, gateway, controllerName, created: createdOf(route), ...attached };
}

/** The first step that leaves no listener gives the reason, as the conformance tests expect it. */
function attachToListeners(
  route: AnyRoute,
  ref: ParentReference,
  path: string,
  parent: RouteParent,
  surroundings: Surroundings,
): Pick<AttachedParent, 'verdict' | 'listeners'> {
  const named = parent.listeners.filter(listener => isNamed(listener, ref));
  if (named.length === 0) return { verdict: noMatchingParent(ref, path, parent), listeners: [] };
  const open = named.filter(listener => !whyClosed(listener, route, surroundings));
  if (open.length === 0) return { verdict: notAllowed(named, route, path, parent, surroundings), listeners: [] };
  const hostnames = hostnamesOf(route);
  const matching = open
    .map(listener => ({
      listener: listener.name,
      hostnames: commonHostnames(listener.hostname, hostnames),
      served: !isWithdrawn(parent) && isServed(listener),
      ...(listener.tls?.mode === 'passthrough' && { passes: true as const }),
    }))
    .filter(attachment => attachment.hostnames.length > 0);
  if (matching.length === 0) {
    const offered = open.map(listener => `${listener.section}: ${listener.hostname}`);
    const near = nearOf(hostnames, open);
    return { verdict: routeConditions.noMatchingHostname(nameOf(parent), hostnames, offered, near), listeners: [] };
  }
  return { verdict: routeConditions.accepted(), listeners: matching };
}

/** `Gateway shop/edge`. */
function nameOf({ object: { kind, namespace, name } }: RouteParent): string {
  return `${kind} ${nameKey(namespace, name)}`;
}

/** The first hostname that is nearly one of the listeners', and that one. */
function nearOf(
  hostnames: readonly string[],
  listeners: readonly ListenerView[],
): { readonly index: number; readonly hostname: string } | undefined {
  for (const [index, written] of hostnames.entries()) {
    const hostname = nearHostname(
      written,
      listeners.map(listener => listener.hostname),
    );
    if (hostname !== undefined) return { index, hostname };
  }
  return undefined;
}

function isNamed(listener: ListenerView, { sectionName, port }: ParentReference): boolean {
  return (
    (sectionName === undefined || sectionName === listener.section) && (port === undefined || port === listener.port)
  );
}

function noMatchingParent({ sectionName, port }: ParentReference, path: string, parent: RouteParent): Verdict {
  if (parent.listeners.length === 0) return routeConditions.noListeners(path, nameOf(parent));
  const wanted = [
    ...(sectionName === undefined ? [] : [`sectionName ${sectionName}`]),
    ...(port === undefined ? [] : [`port ${port}`]),
  ];
  const listeners = parent.listeners.map(listener => `${listener.section} (port ${listener.port})`);
  const sections = parent.listeners.map(({ section }) => section);
  const near = sectionName !== undefined && port === undefined ? nearName(sectionName, sections) : undefined;
  return routeConditions.noMatchingParent(path, nameOf(parent), wanted.join(' and '), listeners, near);
}

function whyClosed(listener: ListenerView, route: AnyRoute, { labelsOf }: Surroundings): string | undefined {
  if (!listener.kinds.includes(route.kind)) {
    const taken = listener.kinds.length === 0 ? 'no routes' : listener.kinds.join(', ');
    return `listener ${listener.section} (${listener.protocol}) takes ${taken}`;
  }
  if (allows(listener.namespaces, route.metadata.namespace, labelsOf)) return undefined;
  return `listener ${listener.section} takes no routes of namespace ${route.metadata.namespace}`;
}

function notAllowed(
  named: readonly ListenerView[],
  route: AnyRoute,
  path: string,
  parent: RouteParent,
  surroundings: Surroundings,
): Verdict {
  const why = named.map(listener => whyClosed(listener, route, surroundings)).filter(reason => reason !== undefined);
  const closed = named.find(listener => listener.kinds.includes(route.kind));
  return routeConditions.notAllowedByListeners(
    path,
    nameOf(parent),
    why,
    closed && openingYaml(parent, closed, route.metadata.namespace),
  );
}

function openingYaml(parent: RouteParent, listener: ListenerView, namespace: string): string {
  return `# ${nameOf(parent)}, listener ${listener.section}
allowedRoutes:
  namespaces:
    from: Selector
    selector:
      matchLabels:
        kubernetes.io/metadata.name: ${namespace}
`;
}
