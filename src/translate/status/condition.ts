import { isProblemCode, type ProblemCode } from '../../resources/index.ts';

/** A condition as Kubernetes shows it, but for lastTransitionTime, which whoever stores statuses adds. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly observedGeneration: number;
  readonly reason: string;
  readonly message: string;
}

/** Reasons of conditions that say that all is well, or only what follows from another condition. */
type QuietReason =
  | 'Accepted'
  | 'Programmed'
  | 'ResolvedRefs'
  | 'SupportedVersion'
  | 'Invalid'
  | 'Pending'
  | 'TargetNotFound'
  | 'ListenersNotResolved'
  | 'ConfigurationChanged'
  | 'OverlappingHostnames'
  | 'ParentNotAccepted'
  | 'ParentNotProgrammed';

export type Reason = ProblemCode | QuietReason;

/** What the catalogues give: a condition without its generation, where in the object it comes from, and what mends it. */
export interface Verdict<R extends Reason = Reason> {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason: R;
  readonly message: string;
  /** Field path in the object that has the condition. */
  readonly path?: string;
  /** YAML that mends it. */
  readonly fix?: string;
}

/** Whether its reason is one that users are told of as a problem. */
export function isProblem(verdict: Verdict): verdict is Verdict<ProblemCode> {
  return isProblemCode(verdict.reason);
}

/** `maxLength` of metav1.Condition.message: an API server refuses the whole status for one that is longer. */
const MOST_LETTERS = 32_768;

export function conditionOf(verdict: Verdict, observedGeneration: number): Condition {
  const { type, status, reason, message } = verdict;
  return { type, status, observedGeneration, reason, message: shortened(message) };
}

function shortened(message: string): string {
  return message.length > MOST_LETTERS ? `${message.slice(0, MOST_LETTERS - 1)}…` : message;
}
