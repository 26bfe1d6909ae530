import type { Attachment } from '../../ir/index.ts';
import { GATEWAY_GROUP, type HTTPRoute, nameKey, type ParentReference } from '../../resources/index.ts';
import { nearName } from '../resolve/absence.ts';
import type { Verdict } from '../status/condition.ts';
import { routeConditions } from '../status/route-conditions.ts';
import { allows } from './allowed-routes.ts';
import type { ForeignGateway, GatewayView } from './gateways.ts';
import { commonHostnames, nearHostname } from './hostnames.ts';
import { isServed, type ListenerView } from './listeners.ts';

/** What became of one parentRef. */
export type Parent =
  | AttachedParent
  /** Nothing goes into the status; the user is told. */
  | { readonly kind: 'foreign' | 'unserved'; readonly ref: ParentReference; readonly path: string }
  | MissingParent;

export interface MissingParent {
  readonly kind: 'missing';
  readonly ref: ParentReference;
  readonly path: string;
  /** The Gateway stands in the manifests and could not be read. */
  readonly unread: boolean;
  /** The key of the Gateway that was probably meant. */
  readonly near?: string;
}

export interface AttachedParent {
  readonly kind: 'ours';
  readonly ref: ParentReference;
  readonly path: string;
  readonly gateway: string;
  readonly controllerName: string;
  /** Accepted, as far as attachment goes. */
  readonly verdict: Verdict;
  /** Every listener that took the route, also those that are not served themselves. */
  readonly listeners: readonly (Attachment & { readonly served: boolean })[];
}

/** What attachment looks at; each look is remembered by the caller. */
export interface Surroundings {
  gateway(key: string): GatewayView | ForeignGateway | undefined;
  labelsOf(namespace: string): Readonly<Record<string, string>>;
  /** The Gateway of a key that there is not stands in the manifests and could not be read. */
  isUnread(key: string): boolean;
  /** The key of a Gateway that was probably meant by a key that there is not. */
  nearGateway(key: string): string | undefined;
}

/** The parents of a route, one for each parentRef and in their order. */
export function attachRoute(route: HTTPRoute, surroundings: Surroundings): readonly Parent[] {
  return (route.spec.parentRefs ?? []).map((ref, index) =>
    attachTo(route, ref, `spec.parentRefs[${index}]`, surroundings),
  );
}

function attachTo(route: HTTPRoute, ref: ParentReference, path: string, surroundings: Surroundings): Parent {
  if (ref.group !== GATEWAY_GROUP || ref.kind !== 'Gateway') return { kind: 'unserved', ref, path };
  const key = nameKey(ref.namespace ?? route.metadata.namespace, ref.name);
  const gateway = surroundings.gateway(key);
  if (!gateway) {
    const unread = surroundings.isUnread(key);
    const near = unread ? undefined : surroundings.nearGateway(key);
    return { kind: 'missing', ref, path, unread, ...(near !== undefined && { near }) };
  }
  if (gateway.kind === 'foreign') return { kind: 'foreign', ref, path };
  const { verdict, listeners } = attachToListeners(route, ref, path, gateway, surroundings);
  return { kind: 'ours', ref, path, gateway: gateway.key, controllerName: gateway.controllerName, verdict, listeners };
}

/** The first step that leaves no listener gives the reason, as the conformance tests expect it. */
function attachToListeners(
  route: HTTPRoute,
  ref: ParentReference,
  path: string,
  gateway: GatewayView,
  surroundings: Surroundings,
): Pick<AttachedParent, 'verdict' | 'listeners'> {
  const named = gateway.listeners.filter(listener => isNamed(listener, ref));
  if (named.length === 0) return { verdict: noMatchingParent(ref, path, gateway), listeners: [] };
  const open = named.filter(listener => !whyClosed(listener, route, surroundings));
  if (open.length === 0) return { verdict: notAllowed(named, route, path, gateway, surroundings), listeners: [] };
  const hostnames = route.spec.hostnames ?? [];
  const matching = open
    .map(listener => ({
      listener: listener.name,
      hostnames: commonHostnames(listener.hostname, hostnames),
      served: !gateway.refused && isServed(listener),
    }))
    .filter(attachment => attachment.hostnames.length > 0);
  if (matching.length === 0) {
    const offered = open.map(listener => `${listener.section}: ${listener.hostname}`);
    const near = nearOf(hostnames, open);
    return { verdict: routeConditions.noMatchingHostname(gateway.key, hostnames, offered, near), listeners: [] };
  }
  return { verdict: routeConditions.accepted(), listeners: matching };
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

function noMatchingParent({ sectionName, port }: ParentReference, path: string, gateway: GatewayView): Verdict {
  const wanted = [
    ...(sectionName === undefined ? [] : [`sectionName ${sectionName}`]),
    ...(port === undefined ? [] : [`port ${port}`]),
  ];
  const listeners = gateway.listeners.map(listener => `${listener.section} (port ${listener.port})`);
  const sections = gateway.listeners.map(({ section }) => section);
  const near = sectionName !== undefined && port === undefined ? nearName(sectionName, sections) : undefined;
  return routeConditions.noMatchingParent(path, gateway.key, wanted.join(' and ') || 'any name', listeners, near);
}

function whyClosed(listener: ListenerView, route: HTTPRoute, { labelsOf }: Surroundings): string | undefined {
  if (!listener.kinds.includes(route.kind)) {
    const taken = listener.kinds.length === 0 ? 'no routes' : listener.kinds.join(', ');
    return `listener ${listener.section} (${listener.protocol}) takes ${taken}`;
  }
  if (allows(listener.namespaces, route.metadata.namespace, labelsOf)) return undefined;
  return `listener ${listener.section} takes no routes of namespace ${route.metadata.namespace}`;
}

function notAllowed(
  named: readonly ListenerView[],
  route: HTTPRoute,
  path: string,
  gateway: GatewayView,
  surroundings: Surroundings,
): Verdict {
  const why = named.map(listener => whyClosed(listener, route, surroundings)).filter(reason => reason !== undefined);
  const closed = named.find(listener => listener.kinds.includes(route.kind));
  return routeConditions.notAllowedByListeners(
    path,
    gateway.key,
    why,
    closed && openingYaml(gateway, closed, route.metadata.namespace),
  );
}

function openingYaml(gateway: GatewayView, listener: ListenerView, namespace: string): string {
  return `# Gateway ${gateway.key}, listener ${listener.section}
allowedRoutes:
  namespaces:
    from: Selector
    selector:
      matchLabels:
        kubernetes.io/metadata.name: ${namespace}
`;
}
