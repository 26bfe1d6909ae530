import type { ObjectRef, Problem, ProblemCode, Severity } from '../../resources/index.ts';
import type { ClassStatus } from './class-status.ts';
import type { Verdict } from './condition.ts';
import type { GatewayStatus } from './gateway-status.ts';
import type { ListenerSetStatus } from './listener-set-status.ts';
import type { PolicyStatus } from './policy-status.ts';
import type { RouteStatus } from './route-status.ts';

export type Status = ClassStatus | GatewayStatus | ListenerSetStatus | PolicyStatus | RouteStatus;

/** What translation has to say about one object. */
export interface Report {
  readonly object: ObjectRef;
  /** Absent: none of our business, or nothing to say. */
  readonly status?: Status;
  readonly problems: readonly Problem[];
}

/** A condition as a problem of its object. */
export function problemOf(
  object: ObjectRef,
  verdict: Omit<Verdict<ProblemCode>, 'type' | 'status'>,
  severity: Severity = 'error',
): Problem {
  const { reason, message, path, fix } = verdict;
  return {
    severity,
    code: reason,
    message,
    object,
    ...(path !== undefined && { path }),
    ...(fix !== undefined && { fix }),
  };
}
