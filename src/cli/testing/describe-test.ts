import type { RequestFacts } from '../../proxy/index.ts';
import type { Location } from '../../resources/index.ts';
import type { TestResult } from '../../testing/index.ts';
import { printable } from '../printable.ts';
import type { Style } from '../style.ts';

/** A test that failed, for somebody at a terminal. */
export interface FailedTest {
  readonly result: TestResult;
  /** Where a part of it is written. */
  locate(path: string): Location;
  /** Where the rule that took the request is written. */
  readonly rule: Location | undefined;
  /** Why that one, in a few words. */
  readonly why: string | undefined;
  /** A command line that explains the request. */
  readonly explain: string | undefined;
}

/** What answered and why, then what differs from what was expected where. */
export function describeFailedTest(failed: FailedTest, style: Style): string {
  const { result, explain } = failed;
  const lines = [
    ...whatAnswered(failed),
    ...result.faults.map(({ path, message }) => `${place(failed, path)}: ${printable(`${path}: ${message}`)}`),
    ...(result.unaskable === undefined
      ? []
      : [`${place(failed, `${result.path}.request.url`)}: ${printable(result.unaskable)}`]),
    ...result.mismatches.flatMap(mismatch => describeMismatch(failed, mismatch, style)),
    ...(explain === undefined ? [] : [style('faint', printable(explain))]),
  ];
  const head = `${style('error', 'FAIL')}  ${style('strong', printable(result.name))}`;
  return [head, ...lines.map(line => `      ${line}`)].join('\n');
}

function place({ locate }: FailedTest, path: string): string {
  const { file, line } = locate(path);
  return printable(`${file}:${line}`);
}

function describeMismatch(
  failed: FailedTest,
  { field, expected, actual }: TestResult['mismatches'][number],
  style: Style,
): readonly string[] {
  return [
    `${place(failed, `${failed.result.path}.${field}`)}: ${printable(field)}`,
    style('good', `  expected  ${printable(expected)}`),
    style('error', `  actual    ${printable(actual)}`),
  ];
}

/** The first words of why; all of it is `sluice explain`'s affair. */
function whatAnswered({ result, rule, why }: FailedTest): readonly string[] {
  const facts = result.answers[0]?.facts;
  if (facts === undefined) return [];
  const outcome = facts.route === undefined && why !== undefined ? undefined : facts.outcome;
  const reason = [outcome, why].filter(word => word !== undefined).join(': ');
  return [printable(reason === '' ? takerOf(facts, rule) : `${takerOf(facts, rule)}: ${reason}`)];
}

function takerOf({ route, rule, ruleName, match, listener }: RequestFacts, place: Location | undefined): string {
  if (route === undefined) return listener === undefined ? 'by no rule' : `by no rule of listener ${listener}`;
  const name = ruleName === undefined ? '' : ` (${ruleName})`;
  return `by ${route} rule ${rule}${name}, match ${match}${place === undefined ? '' : `, ${place.file}:${place.line}`}`;
}
