import type { ForeignSet, ListenerSetView } from '../attach/listener-sets.ts';
import type { ListenerView } from '../attach/listeners.ts';
import { type Condition, conditionOf, isProblem, type Verdict } from './condition.ts';
import { listenerSetConditions } from './listener-set-conditions.ts';
import {
  isUnserved,
  judgeListener,
  type ListenerStatus,
  type ListenerVerdicts,
  listenerProblems,
  listenerStatus,
  sections,
} from './listener-status.ts';
import { isWhole, type Placement } from './placement.ts';
import { problemOf, type Report } from './report.ts';
import { setOfAnotherController, setParentKind, setParentNotFound } from './set-notices.ts';

export interface ListenerSetStatus {
  readonly conditions: readonly Condition[];
  readonly listeners: readonly ListenerStatus[];
}

/** The report about a ListenerSet, and the Gateway that counts it (it is accepted), as `namespace/name`. */
export interface JudgedSet {
  readonly report: Report;
  readonly attachedTo?: string;
}

/** What there is around a ListenerSet. */
export interface SetNeighbours {
  /** The accepted routes of a listener, by its name in the IR. */
  attachedRoutes(listener: string): number;
  /** Whether other listeners of the Gateway or its sets have hostnames in common with one of this. */
  overlaps(listener: ListenerView): boolean;
}

/** `placement` of its Gateway. */
export function judgeListenerSet(
  set: ListenerSetView,
  placement: Placement | undefined,
  { attachedRoutes, overlaps }: SetNeighbours,
): JudgedSet {
  const { object, generation, gateway } = set;
  const listeners = set.listeners.map(listener => judgeListener(listener, set, placement, overlaps));
  const accepted = set.refused ?? acceptance(listeners);
  const programmed = programming(accepted, gateway, listeners, placement);
  const report: Report = {
    object,
    status: {
      conditions: [accepted, programmed].map(verdict => conditionOf(verdict, generation)),
      listeners: listeners.map(each => listenerStatus(each, generation, attachedRoutes(each.listener.name))),
    },
    problems: [
      ...(accepted.status === 'False' && isProblem(accepted) ? [problemOf(object, accepted)] : []),
      ...listenerProblems(object, listeners),
    ],
  };
  return { report, ...(accepted.status === 'True' && { attachedTo: gateway }) };
}

/** A ListenerSet that is not ours has no status from us; the user is told why nothing serves it. */
export function judgeForeignSet({ object, parent, why }: ForeignSet): JudgedSet {
  switch (why) {
    case 'not-found':
    case 'unread':
      return { report: { object, problems: [setParentNotFound(object, parent, why === 'unread')] } };
    case 'another-controller':
      return { report: { object, problems: [setOfAnotherController(object, parent)] } };
    case 'no-gateway':
      return { report: { object, problems: [setParentKind(object, parent)] } };
    default:
      return why satisfies never;
  }
}

/** A listener without a certificate counts as none, as the conformance tests expect it. */
function acceptance(listeners: readonly ListenerVerdicts[]): Verdict {
  const bad = listeners.filter(({ accepted, listener }) => accepted.status === 'False' || listener.unserved);
  if (bad.length === 0) return listenerSetConditions.accepted();
  if (bad.length === listeners.length) return listenerSetConditions.noListenerValid();
  return listenerSetConditions.someListenersNotValid(sections(bad));
}

function programming(
  accepted: Verdict,
  gateway: string,
  listeners: readonly ListenerVerdicts[],
  placement: Placement | undefined,
): Verdict {
  const { reason, status } = accepted;
  if (reason === 'ParentNotAccepted') return listenerSetConditions.parentNotProgrammed(gateway);
  if (status === 'False') return listenerSetConditions.notProgrammedAsNotAccepted(reason);
  if (!isWhole(placement)) return listenerSetConditions.parentNotProgrammed(gateway);
  return listenerSetConditions.programmed(sections(listeners.filter(isUnserved)));
}
