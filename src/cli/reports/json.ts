import { flatProblem } from '../describe/describe-problem.ts';
import type { CheckResult } from './check-result.ts';

export function jsonReport({ objects, problems }: CheckResult): readonly string[] {
  return [JSON.stringify({ objects, problems: problems.map(flatProblem) }, undefined, 2)];
}
