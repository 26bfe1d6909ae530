import { GATEWAY_GROUP } from '../../resources/index.ts';
import type { GatewayView } from '../attach/gateways.ts';
import type { ListenerView } from '../attach/listeners.ts';
import { type Condition, conditionOf, type Verdict } from './condition.ts';
import { type ConflictReason, listenerConditions } from './listener-conditions.ts';
import type { Placement } from './placement.ts';

export interface ListenerStatus {
  readonly name: string;
  readonly supportedKinds: readonly { readonly group: string; readonly kind: string }[];
  readonly attachedRoutes: number;
  readonly conditions: readonly Condition[];
}

/** What is to be said about a listener, the data plane's part included. */
export interface ListenerVerdicts {
  readonly listener: ListenerView;
  readonly accepted: Verdict;
  readonly conflicted?: Verdict<ConflictReason>;
  readonly resolvedRefs: Verdict;
  readonly programmed: Verdict;
}

export function judgeListener(
  listener: ListenerView,
  gateway: GatewayView,
  placement: Placement | undefined,
): ListenerVerdicts {
  const { conflicted, section, path } = listener;
  const failures = placement?.failures ?? {};
  const failure = Object.hasOwn(failures, section) ? failures[section] : undefined;
  const unavailable = listener.accepted.status === 'True' && failure;
  const accepted = unavailable ? listenerConditions.portUnavailable(path, unavailable.message) : listener.accepted;
  return {
    listener,
    accepted,
    ...(conflicted && { conflicted }),
    resolvedRefs: references(listener),
    programmed: programming(listener, accepted, gateway, placement),
  };
}

function references({ unresolved: [first, ...others] }: ListenerView): Verdict {
  return first ? listenerConditions.notResolved([first, ...others]) : listenerConditions.resolvedRefs();
}

/** The conformance tests want the reason of a conflict on Accepted and Programmed too. */
function programming(
  { conflicted, unserved }: ListenerView,
  accepted: Verdict,
  gateway: GatewayView,
  placement: Placement | undefined,
): Verdict {
  if (accepted.status === 'False') return listenerConditions.notProgrammedAsNotAccepted(conflicted?.reason);
  if (gateway.refused) return listenerConditions.notProgrammedAsGatewayNotAccepted();
  if (unserved) return unserved;
  if (placement?.addresses.length === 0 && placement.unusableAddress !== undefined)
    return listenerConditions.addressNotUsable();
  return placement?.acknowledged ? listenerConditions.programmed() : listenerConditions.pending();
}

export function listenerStatus(
  { listener, accepted, conflicted, resolvedRefs, programmed }: ListenerVerdicts,
  generation: number,
  attachedRoutes: number,
): ListenerStatus {
  const verdicts = [accepted, ...(conflicted ? [conflicted] : []), resolvedRefs, programmed];
  return {
    name: listener.section,
    supportedKinds: listener.kinds.map(kind => ({ group: GATEWAY_GROUP, kind })),
    attachedRoutes,
    conditions: verdicts.map(verdict => conditionOf(verdict, generation)),
  };
}
