import { type Problem, refKey } from '../../src/resources/index.ts';

/** One entry of problems.yaml: what of a problem a case holds on to. Messages may be improved without touching cases. */
export interface ToldProblem {
  readonly severity: string;
  readonly code: string;
  /** `Kind/namespace/name`. */
  readonly object?: string;
  readonly path?: string;
  /** Whether it comes with what would mend it. */
  readonly fix?: 'present';
}

export function tellProblem({ severity, code, object, path, fix }: Problem): ToldProblem {
  return {
    severity,
    code,
    ...(object && { object: refKey(object) }),
    ...(path !== undefined && { path }),
    ...(fix !== undefined && { fix: 'present' as const }),
  };
}
