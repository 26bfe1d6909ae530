import { ruleFor, whoIsRefused } from '../kubernetes/index.ts';
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

/** A verb that RBAC lacks, with the rule that gives it. */
export function forbiddenProblem({ group, resource, verb, verbs = [verb], loss }: MissingRule, said: string): Problem {
  return {
    severity: 'error',
    code: 'Forbidden',
    message: `${whoIsRefused(said)} may not ${verb} ${resource}${group === '' ? '' : ` of ${group}`}, so ${loss}`,
    fix: ruleFor({ group, resource, verbs }),
  };
}
