import { GATEWAY_GROUP, type ListenerSet, nameKey, type ObjectRef, refOf } from '../../resources/index.ts';
import type { CertificateSources } from '../resolve/certificate-refs.ts';
import type { Verdict } from '../status/condition.ts';
import { listenerSetConditions } from '../status/listener-set-conditions.ts';
import { type AllowedNamespaces, allows } from './allowed-routes.ts';
import { type FrontendView, validationOf, withoutDetails } from './frontend-validation.ts';
import type { ForeignGateway, GatewayView } from './gateways.ts';
import { viewListeners } from './listeners.ts';
import type { ForeignParent, RouteParent } from './route-parent.ts';
import { type Claim, claimOf } from './set-conflicts.ts';

/** A ListenerSet (GEP-1713) of a Gateway of ours, understood, before a data plane had its say. */
export interface ListenerSetView extends RouteParent {
  readonly generation: number;
  /** Why it is refused as a whole: the Gateway doesn't take it, or isn't accepted itself. */
  readonly refused?: Verdict;
  /** Its place among the sets of its Gateway, compared as text: older first, then by namespace and name. */
  readonly rank: string;
}

/** A ListenerSet that nothing is said of in its status: its parent is no Gateway of ours. */
export interface ForeignSet extends ForeignParent {
  readonly parent: ObjectRef;
  readonly why: 'not-found' | 'unread' | 'another-controller' | 'no-gateway';
}

/** What ListenerSets must know of their Gateway; other changes of it don't concern them. */
export interface GatewayTerms {
  readonly gateway: string;
  readonly controllerName: string;
  readonly refused: boolean;
  readonly kept: boolean;
  readonly allowed: AllowedNamespaces;
  /** What its own listeners hold: they come before those of any set. */
  readonly claims: readonly Claim[];
}

export function termsOf(gateway: GatewayView | ForeignGateway): GatewayTerms | undefined {
  if (gateway.kind === 'foreign') return undefined;
  const { key, controllerName, sets, refused, kept = false, listeners } = gateway;
  return {
    gateway: key,
    controllerName,
    refused: refused !== undefined,
    kept,
    allowed: sets ?? { kind: 'none' },
    claims: listeners.flatMap(listener => claimOf(listener) ?? []),
  };
}

/** What a ListenerSet is understood by; each look is remembered by the caller. */
export interface SetContext {
  readonly sources: CertificateSources;
  /** Undefined: there is no Gateway of ours with that key. */
  terms(gateway: string): GatewayTerms | undefined;
  frontend(gateway: string): FrontendView | undefined;
  labelsOf(namespace: string): Readonly<Record<string, string>>;
  /** Of a Gateway that is not ours. */
  whyForeign(gateway: ObjectRef): 'not-found' | 'unread' | 'another-controller';
}

/** Each of its listeners by itself: without conflicts with the Gateway or other sets. */
export function viewListenerSet(set: ListenerSet, context: SetContext): ListenerSetView | ForeignSet {
  const object = refOf(set);
  const { group, kind, name, namespace = object.namespace } = set.spec.parentRef;
  const parent = { kind, namespace, name };
  if (group !== GATEWAY_GROUP || kind !== 'Gateway') return { kind: 'foreign', object, parent, why: 'no-gateway' };
  const gateway = nameKey(namespace, name);
  const terms = context.terms(gateway);
  if (!terms) return { kind: 'foreign', object, parent, why: context.whyForeign(parent) };
  const refused = refusal(terms, object, context);
  const validation = (port: number) => withoutDetails(validationOf(context.frontend(gateway), port), gateway);
  const { sources } = context;
  return {
    kind: 'ours',
    object,
    gateway,
    controllerName: terms.controllerName,
    generation: set.metadata.generation,
    rank: rankOf(set),
    ...(refused && { refused }),
    ...(terms.kept && refused?.reason === 'ParentNotAccepted' && { kept: true }),
    listeners:
      refused?.reason === 'NotAllowed'
        ? []
        : viewListeners(set.spec.listeners, { owner: object, gateway, sources, validation }),
  };
}

function refusal(terms: GatewayTerms, { namespace }: ObjectRef, { labelsOf }: SetContext): Verdict | undefined {
  if (!allows(terms.allowed, namespace, labelsOf)) return listenerSetConditions.notAllowed(terms.gateway, namespace);
  return terms.refused ? listenerSetConditions.parentNotAccepted(terms.gateway) : undefined;
}

/** Milliseconds since 1970 in as many digits as a date can have. */
function rankOf({ metadata: { creationTimestamp, namespace, name } }: ListenerSet): string {
  const created = (creationTimestamp !== undefined && Date.parse(creationTimestamp)) || 0;
  return `${String(created).padStart(16, '0')} ${nameKey(namespace, name)}`;
}
