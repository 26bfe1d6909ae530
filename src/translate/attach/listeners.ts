import { GATEWAY_GROUP, type Gateway, type ListenerSpec } from '../../resources/index.ts';
import type { Verdict } from '../status/condition.ts';
import { listenerConditions } from '../status/listener-conditions.ts';
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
  readonly conflicted?: Verdict;
  readonly resolvedRefs: Verdict;
}

const SERVED: Readonly<Record<string, readonly string[]>> = { HTTP: ['HTTPRoute'] };
const NOT_SERVED_YET = ['HTTPS', 'TLS', 'TCP', 'UDP'];

/** The listeners of a Gateway, the first of each name (a list keyed by name has each once). */
export function viewListeners(gateway: Gateway): readonly ListenerView[] {
  const drafts = gateway.spec.listeners.map((listener, index) => ({
    listener,
    distinction: distinguish(listener, index),
  }));
  const first = drafts.filter(
    ({ listener }, i) => drafts.findIndex(other => other.listener.name === listener.name) === i,
  );
  const conflicting = conflicts(first.map(draft => draft.distinction));
  return first.map(({ listener, distinction }) =>
    view(gateway, listener, distinction, conflicting.get(distinction.section)),
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
  conflicted: Verdict | undefined,
): ListenerView {
  const { namespace, name } = gateway.metadata;
  const { namespaces, fault } = allowedNamespaces(listener.allowedRoutes.namespaces, namespace);
  return {
    ...distinction,
    name: `${namespace}/${name}/${distinction.section}`,
    namespaces,
    ...routeKinds(listener, distinction),
    accepted: acceptance(distinction, fault, conflicted),
    ...(conflicted && { conflicted }),
  };
}

function acceptance(listener: Distinction, namespacesFault: string | undefined, conflicted?: Verdict): Verdict {
  const { path, protocol, port, hostname } = listener;
  if (NOT_SERVED_YET.includes(protocol)) return listenerConditions.protocolNotServed(path, protocol);
  if (!Object.hasOwn(SERVED, protocol)) return listenerConditions.protocolUnknown(path, protocol);
  if (conflicted) return listenerConditions.inConflict(path, conflicted.reason);
  if (port < 1 || port > 65535) return listenerConditions.portImpossible(path, port);
  if (hostname !== '*' && !isHostname(hostname)) return listenerConditions.hostnameImpossible(path, hostname);
  if (namespacesFault !== undefined) return listenerConditions.selectorImpossible(path, namespacesFault);
  return listenerConditions.accepted();
}

/** supportedKinds: what the protocol serves, cut down to what allowedRoutes.kinds names. */
function routeKinds(
  listener: ListenerSpec,
  { path, protocol }: Distinction,
): Pick<ListenerView, 'kinds' | 'resolvedRefs'> {
  const served = Object.hasOwn(SERVED, protocol) ? SERVED[protocol]! : [];
  const named = listener.allowedRoutes.kinds ?? [];
  if (named.length === 0 || served.length === 0)
    return { kinds: served, resolvedRefs: listenerConditions.resolvedRefs() };
  const known = named
    .filter(({ group, kind }) => group === GATEWAY_GROUP && served.includes(kind))
    .map(({ kind }) => kind);
  const refused = named.filter(({ group, kind }) => group !== GATEWAY_GROUP || !served.includes(kind));
  const names = refused.map(({ group, kind }) =>
    group === GATEWAY_GROUP ? kind : `${kind} of group ${group || '""'}`,
  );
  return {
    kinds: [...new Set(known)],
    resolvedRefs:
      refused.length === 0
        ? listenerConditions.resolvedRefs()
        : listenerConditions.invalidRouteKinds(path, names, protocol),
  };
}
