import type { ObjectRef, Problem } from '../../resources/index.ts';
import type { ForeignGateway, GatewayView } from '../attach/gateways.ts';
import type { ListenerView } from '../attach/listeners.ts';
import { type Condition, conditionOf, isProblem, type Verdict } from './condition.ts';
import { gatewayConditions } from './gateway-conditions.ts';
import {
  isUnserved,
  judgeListener,
  type ListenerStatus,
  type ListenerVerdicts,
  listenerProblems,
  listenerStatus,
  sections,
} from './listener-status.ts';
import { classNotFound } from './notices.ts';
import { type Address, ownRejections, type Placement } from './placement.ts';
import { problemOf, type Report } from './report.ts';

/** `maxItems` of GatewayStatus.addresses: an API server refuses the whole status for one more. Nodes may be thousands. */
const MOST_ADDRESSES = 16;

export interface GatewayStatus {
  readonly addresses: readonly Address[];
  readonly conditions: readonly Condition[];
  readonly listeners: readonly ListenerStatus[];
  /** How many ListenerSets are accepted; absent where the Gateway says nothing of them. */
  readonly attachedListenerSets?: number;
}

/** What there is around a Gateway. */
export interface GatewayNeighbours {
  /** The accepted routes of a listener, by its name in the IR. */
  attachedRoutes(listener: string): number;
  /** The accepted ListenerSets. */
  attachedSets(): number;
  /** Whether listeners of ListenerSets have hostnames in common with one of its own. */
  overlapsSets(listener: ListenerView): boolean;
}

export function reportGateway(
  gateway: GatewayView,
  placement: Placement | undefined,
  { attachedRoutes, attachedSets, overlapsSets }: GatewayNeighbours,
): Report {
  const object: ObjectRef = { kind: 'Gateway', namespace: gateway.namespace, name: gateway.name };
  const listeners = gateway.listeners.map(listener => judgeListener(listener, gateway, placement, overlapsSets));
  const verdicts = judgeGateway(gateway, listeners, placement);
  return {
    object,
    status: {
      addresses: placement?.addresses.slice(0, MOST_ADDRESSES) ?? [],
      conditions: verdicts.map(verdict => conditionOf(verdict, gateway.generation)),
      listeners: listeners.map(each => listenerStatus(each, gateway.generation, attachedRoutes(each.listener.name))),
      ...(gateway.sets && { attachedListenerSets: attachedSets() }),
    },
    problems: [...problems(object, gateway, verdicts, listeners), ...silence(object, placement)],
  };
}

/** A Gateway that is not ours has no status from us; that its class is missing is told, for nobody else will. */
export function reportForeign({ object, className, orphanOf }: ForeignGateway): Report | undefined {
  if (orphanOf === undefined) return undefined;
  return { object, problems: [classNotFound(object, className, orphanOf, false)] };
}

function judgeGateway(
  gateway: GatewayView,
  listeners: readonly ListenerVerdicts[],
  placement: Placement | undefined,
): readonly Verdict[] {
  const accepted = gateway.refused ?? acceptance(listeners);
  const unresolved = listeners.filter(({ resolvedRefs }) => resolvedRefs.status === 'False');
  return [
    accepted,
    accepted.status === 'True'
      ? programming(gateway, listeners, placement)
      : gatewayConditions.notProgrammedAsNotAccepted(gateway.kept === true && placement?.acknowledged === true),
    ...references(gateway, unresolved),
    ...(gateway.insecure ? [gatewayConditions.insecureFrontendValidation()] : []),
  ];
}

/** Our own reference first; that all is well is said where there is one. */
function references({ client }: GatewayView, unresolved: readonly ListenerVerdicts[]): readonly Verdict[] {
  if (client?.unresolved) return [client.unresolved];
  if (unresolved.length > 0) return [gatewayConditions.listenersNotResolved(sections(unresolved))];
  return client ? [gatewayConditions.resolvedRefs()] : [];
}

/** A Gateway with one good listener is accepted; with none it is not. */
function acceptance(listeners: readonly ListenerVerdicts[]): Verdict {
  const bad = listeners.filter(({ accepted }) => accepted.status === 'False');
  if (bad.length === 0) return gatewayConditions.accepted();
  if (bad.length === listeners.length) return gatewayConditions.noListenerValid();
  return gatewayConditions.someListenersNotValid(sections(bad));
}

function programming(
  { key }: GatewayView,
  listeners: readonly ListenerVerdicts[],
  placement: Placement | undefined,
): Verdict {
  if (placement?.unusableAddress !== undefined) return gatewayConditions.addressNotUsable(placement.unusableAddress);
  if (!placement?.acknowledged) return gatewayConditions.pending(placement?.pending);
  const { addresses, unassigned } = placement;
  if (addresses.length === 0 || unassigned !== undefined) return gatewayConditions.addressNotAssigned(unassigned);
  const unserved = sections(listeners.filter(isUnserved));
  return gatewayConditions.programmed(unserved, placement.silent, ownRejections(placement, key));
}

/** One problem for each thing that is wrong; what only follows from it, or is the course of things (Invalid, Pending), is left out. */
function problems(
  object: ObjectRef,
  gateway: GatewayView,
  [accepted, programmed]: readonly Verdict[],
  listeners: readonly ListenerVerdicts[],
): readonly Problem[] {
  const wrong = [accepted, programmed].filter(verdict => verdict?.status === 'False');
  return [
    ...(gateway.classMissing ? [classNotFound(object, gateway.className, gateway.controllerName, true)] : []),
    ...(gateway.client?.unresolved ? [problemOf(object, gateway.client.unresolved)] : []),
    ...wrong.filter(verdict => verdict !== undefined && isProblem(verdict)).map(verdict => problemOf(object, verdict)),
    ...listenerProblems(object, listeners),
    ...(gateway.ownLabels ?? []).map(label => problemOf(object, gatewayConditions.labelIsOurs(label), 'warning')),
  ];
}

function silence(object: ObjectRef, placement: Placement | undefined): readonly Problem[] {
  const silent = placement?.silent ?? [];
  return silent.length > 0 ? [problemOf(object, gatewayConditions.proxiesSilent(silent), 'warning')] : [];
}
