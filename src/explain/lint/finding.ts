import { type ObjectRef, PROBLEM_CODES, type Problem, type ProblemCode } from '../../resources/index.ts';

/** What a rule says about one field of one object. */
export interface Finding {
  readonly code: ProblemCode;
  readonly object: ObjectRef;
  readonly path: string;
  readonly message: string;
  /** YAML that mends it. */
  readonly fix?: string;
}

export function problemOfFinding(finding: Finding): Problem {
  return { severity: PROBLEM_CODES[finding.code].severity, ...finding };
}
