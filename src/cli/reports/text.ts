import type { Problem, Severity } from '../../resources/index.ts';
import { counted } from '../counted.ts';
import { describeProblem } from '../describe/describe-problem.ts';
import { describeStatus } from '../describe/describe-status.ts';
import { styleFor } from '../style.ts';
import type { CheckResult } from './check-result.ts';

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

/** Problems, for which somebody came, then statuses, where to read on, and what it comes to. */
export function textReport({ objects, problems }: CheckResult): readonly string[] {
  const style = styleFor(process.stdout, process.env);
  const found = SEVERITIES.flatMap(severity => countsOf(problems, severity));
  const verdict = found.length === 0 ? style('good', 'no problems') : found.join(', ');
  return [
    ...problems.map(problem => describeProblem(problem, style)),
    ...objects.map(item => describeStatus(item, style)),
    ...readOn(problems),
    `${counted(objects.length, 'object')} with a status: ${verdict}`,
  ];
}

/** The page of what weighs most. */
function readOn(problems: readonly Problem[]): readonly string[] {
  const [worst] = SEVERITIES.flatMap(severity => problems.find(problem => problem.severity === severity) ?? []);
  return worst ? [`What a code means, and what would be right: sluice check --explain ${worst.code}`] : [];
}

function countsOf(problems: readonly Problem[], severity: Severity): string[] {
  const number = problems.filter(problem => problem.severity === severity).length;
  return number === 0 ? [] : [counted(number, severity === 'info' ? 'note' : severity)];
}
