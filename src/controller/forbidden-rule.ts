import type { Problem } from '../resources/index.ts';

/** What a role must allow. */
export interface MissingRule {
  /** '' is the core group. */
  readonly group: string;
  /** With its subresource: `httproutes/status`. */
  readonly resource: string;
  /** What was refused. */
  readonly verb: string;
  /** What is needed in all; default: that verb. */
  readonly verbs?: readonly string[];
  /** What does not happen now, as a clause. */
  readonly loss: string;
}

/** `User "…"` of the message of an API server's authorizer. */
const USER = /\bUser "((?:[^"\\]|\\.)+)"/;

/** A verb that RBAC lacks, with the rule that gives it. */
export function forbiddenProblem({ group, resource, verb, verbs = [verb], loss }: MissingRule, said: string): Problem {
  const user = USER.exec(said)?.[1] ?? 'this user';
  return {
    severity: 'error',
    code: 'Forbidden',
    message: `${user} may not ${verb} ${resource} of ${group}, so ${loss}`,
    fix: `- apiGroups: [${group}]\n  resources: [${resource}]\n  verbs: [${verbs.join(', ')}]`,
  };
}
