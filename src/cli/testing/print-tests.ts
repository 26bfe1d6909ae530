import type { Location } from '../../resources/index.ts';
import type { TestResult } from '../../testing/index.ts';
import { counted } from '../counted.ts';
import type { Streams } from '../streams.ts';
import { type Style, styleFor } from '../style.ts';
import { describeFailedTest } from './describe-test.ts';
import { explainCommand } from './explain-command.ts';
import { junitReport } from './junit-report.ts';
import type { Ran, RanFile } from './run-test-files.ts';
import { whyAnswered } from './why-answered.ts';

export const TEST_OUTPUTS = ['text', 'json', 'junit'] as const;
export type TestOutput = (typeof TEST_OUTPUTS)[number];

export async function printTests(ran: Ran, output: TestOutput, streams: Streams): Promise<void> {
  switch (output) {
    case 'text':
      await printText(ran, streams);
      return;
    case 'json':
      streams.out(JSON.stringify(asJson(ran), undefined, 2));
      return;
    case 'junit':
      streams.out(junitReport(ran.files.map(({ tests, results }) => ({ ...tests, results }))));
  }
}

async function printText(ran: Ran, streams: Streams): Promise<void> {
  const whys = await whyAnswered(ran);
  const style = styleFor(process.stdout, process.env);
  for (const file of ran.files) {
    for (const result of file.results)
      if (!result.passed) streams.out(describeFailure(file, result, whys.get(result), style));
  }
  streams.out(describeCounts(ran, style));
}

function describeFailure(file: RanFile, result: TestResult, why: string | undefined, style: Style): string {
  const { tests, bench } = file;
  const asked = result.answers.length > 0 ? result.request : undefined;
  const explain = asked && explainCommand(bench.source, asked);
  return describeFailedTest({ result, locate: tests.locate, rule: ruleOf(file, result), why, explain }, style);
}

/** Where the rule that took the request is written. */
function ruleOf({ bench }: RanFile, { answers }: TestResult): Location | undefined {
  const { route, rule } = answers[0]?.facts ?? {};
  if (route === undefined || rule === undefined) return undefined;
  const [kind = '', namespace = '', name = ''] = route.split('/');
  return bench.model.view.locate({ kind, namespace, name }, `spec.rules[${rule}]`);
}

interface Counts {
  readonly tests: number;
  readonly passed: number;
  readonly failed: number;
  readonly assertions: number;
  readonly milliseconds: number;
}

function countsOf({ files, milliseconds }: Ran): Counts {
  const results = files.flatMap(file => file.results);
  const passed = results.filter(result => result.passed).length;
  const assertions = results.reduce((sum, result) => sum + result.assertions, 0);
  return { tests: results.length, passed, failed: results.length - passed, assertions, milliseconds };
}

/** Below, what counts is how long it took to start. */
const MANY = 1_000;

function describeCounts(ran: Ran, style: Style): string {
  const { tests, passed, failed, assertions, milliseconds } = countsOf(ran);
  const verdict =
    failed === 0 ? style('good', `${passed} passed`) : `${passed} passed, ${style('error', `${failed} failed`)}`;
  const rate = assertions < MANY ? '' : ` (${Math.round((assertions / milliseconds) * 1_000)} a second)`;
  return `${counted(tests, 'test')}, ${verdict}; ${counted(assertions, 'assertion')} in ${milliseconds.toFixed(1)} ms${rate}`;
}

function asJson(ran: Ran): object {
  return {
    tests: ran.files.flatMap(file => file.results.map(result => resultAsJson(file, result))),
    summary: countsOf(ran),
  };
}

function resultAsJson(file: RanFile, result: TestResult): object {
  const { name, path, passed, milliseconds, request, faults, unaskable, mismatches, answers } = result;
  const { line } = file.tests.locate(path);
  const problems = [
    ...faults,
    ...(unaskable === undefined ? [] : [{ path: `${path}.request.url`, message: unaskable }]),
  ];
  return {
    file: file.tests.file,
    line,
    name,
    passed,
    milliseconds,
    request,
    ...(problems.length > 0 && { problems }),
    ...(mismatches.length > 0 && { mismatches }),
    // Endpoints are made up for tests.
    answers: answers.map(({ status, facts: { endpoint: _, ...facts } }) => ({ status, ...facts })),
  };
}
