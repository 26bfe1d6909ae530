import { GATEWAY_GROUP, type ObjectRef, type Problem, type ProblemCode } from '../../resources/index.ts';
import type { ListenerView } from '../attach/listeners.ts';
import type { RouteParent } from '../attach/route-parent.ts';
import { type Condition, conditionOf, isProblem, type Verdict } from './condition.ts';
import { type ConflictReason, listenerConditions } from './listener-conditions.ts';
import { type Placement, rejectionsOf } from './placement.ts';
import { problemOf } from './report.ts';

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
  readonly overlapping?: Verdict;
  /** Why nothing listens for it, though it may be accepted. */
  readonly unserved?: Verdict;
  /** What proxies can't obey of it. */
  readonly rejected?: Verdict<ProblemCode>;
}

export function judgeListener(
  listener: ListenerView,
  parent: RouteParent,
  placement: Placement | undefined,
  overlapsOthers: (listener: ListenerView) => boolean,
): ListenerVerdicts {
  const { conflicted, name, path, port, unserved } = listener;
  const failures = placement?.failures ?? {};
  const failure = Object.hasOwn(failures, name) ? failures[name] : undefined;
  const unavailable = listener.accepted.status === 'True' && failure !== undefined;
  const accepted = unavailable ? listenerConditions.portUnavailable(path, failure) : listener.accepted;
  const overlapping =
    listener.overlapping ??
    (overlapsOthers(listener) ? listenerConditions.overlapping(port, ['other listeners of the Gateway']) : undefined);
  const programmed = programming(conflicted, accepted, unserved, parent, placement);
  const rejected = programmed.status === 'True' ? rejection(listener, placement) : undefined;
  return {
    listener,
    accepted,
    ...(conflicted && { conflicted }),
    resolvedRefs: references(listener),
    programmed: rejected ? { ...rejected, reason: 'Invalid' } : programmed,
    ...(rejected && { rejected }),
    ...(overlapping && { overlapping }),
    ...(unserved && { unserved }),
  };
}

/** Of the listener itself, and of the certificates and authorities that it needs. */
function rejection({ name, path, tls }: ListenerView, placement: Placement | undefined): ListenerVerdicts['rejected'] {
  const secrets = tls?.mode === 'terminate' ? [...tls.certificates, ...(tls.clients?.authorities ?? [])] : [];
  const [first, ...others] = [
    ...rejectionsOf(placement, 'Listener', [name]),
    ...rejectionsOf(placement, 'Secret', secrets),
  ];
  return first && listenerConditions.rejected(path, [first, ...others]);
}

function references({ unresolved: [first, ...others] }: ListenerView): Verdict {
  return first ? listenerConditions.notResolved([first, ...others]) : listenerConditions.resolvedRefs();
}

/** The conformance tests want the reason of a conflict on Accepted and Programmed too. */
function programming(
  conflicted: ListenerVerdicts['conflicted'],
  accepted: Verdict,
  unserved: Verdict | undefined,
  { refused }: RouteParent,
  placement: Placement | undefined,
): Verdict {
  if (accepted.status === 'False') return listenerConditions.notProgrammedAsNotAccepted(conflicted?.reason);
  if (refused) return listenerConditions.notProgrammedAsGatewayNotAccepted();
  if (unserved) return unserved;
  if (placement?.addresses.length === 0 && placement.unusableAddress !== undefined)
    return listenerConditions.addressNotUsable();
  return placement?.acknowledged ? listenerConditions.programmed() : listenerConditions.pending();
}

export function listenerStatus(
  { listener, accepted, conflicted, resolvedRefs, programmed, overlapping }: ListenerVerdicts,
  generation: number,
  attachedRoutes: number,
): ListenerStatus {
  const verdicts = [
    accepted,
    ...(conflicted ? [conflicted] : []),
    resolvedRefs,
    programmed,
    ...(overlapping ? [overlapping] : []),
  ];
  return {
    name: listener.section,
    supportedKinds: listener.kinds.map(kind => ({ group: GATEWAY_GROUP, kind })),
    attachedRoutes,
    conditions: verdicts.map(verdict => conditionOf(verdict, generation)),
  };
}

/** One problem for each thing that is wrong with listeners of an object; one that several have in common is told once. */
export function listenerProblems(object: ObjectRef, listeners: readonly ListenerVerdicts[]): readonly Problem[] {
  const faults = listeners.flatMap(listenerFaults).filter(isProblem);
  const distinct = new Map(faults.map(verdict => [`${verdict.reason} ${verdict.path} ${verdict.message}`, verdict]));
  return [...distinct.values()].map(verdict => problemOf(object, verdict));
}

/** A conflict is told once, though it stands in Accepted too. */
function listenerFaults({
  listener,
  accepted,
  conflicted,
  programmed,
  rejected,
}: ListenerVerdicts): readonly Verdict[] {
  const refused = accepted.status === 'False' && accepted.reason !== conflicted?.reason ? [accepted] : [];
  return [
    ...refused,
    ...(conflicted ? [conflicted] : []),
    ...listener.unresolved,
    ...(programmed.reason === 'InvalidTLSConfig' ? [programmed] : []),
    ...(rejected ? [rejected] : []),
  ];
}

export function sections(listeners: readonly Pick<ListenerVerdicts, 'listener'>[]): readonly string[] {
  return listeners.map(({ listener }) => listener.section);
}

/** Accepted, and yet no data plane gets it. */
export function isUnserved({ accepted, unserved }: ListenerVerdicts): boolean {
  return accepted.status === 'True' && unserved !== undefined;
}
