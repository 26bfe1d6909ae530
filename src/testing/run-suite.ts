import { compare, type Mismatch } from './compare.ts';
import type { Probe, Prober } from './prober.ts';
import type { Fault, ReadSuite, ReadTest } from './read-suite.ts';
import type { TestRequest } from './routing-test.ts';

/** What came of one test. */
export interface TestResult {
  readonly name: string;
  /** Where it is in its suite: `tests[3]`. */
  readonly path: string;
  readonly passed: boolean;
  /** What is wrong with the test itself. */
  readonly faults: readonly Fault[];
  /** Why its request could not be put to anything. */
  readonly unaskable?: string;
  readonly mismatches: readonly Mismatch[];
  readonly request?: TestRequest;
  /** Every answer that the request can get. */
  readonly answers: readonly Probe[];
  /** How many things were compared. */
  readonly assertions: number;
  readonly milliseconds: number;
}

export interface RunOptions {
  /** Only tests whose name it is true of. */
  readonly filter?: (name: string) => boolean;
  /** Ends with the first test that fails. */
  readonly bail?: boolean;
}

/** Runs the tests of a suite one after the other, in their order. */
export async function runSuite(
  { tests }: Pick<ReadSuite, 'tests'>,
  prober: Prober,
  { filter = () => true, bail = false }: RunOptions = {},
): Promise<readonly TestResult[]> {
  const results: TestResult[] = [];
  for (const test of tests) {
    if (!filter(test.name)) continue;
    const result = await runTest(test, prober);
    results.push(result);
    if (bail && !result.passed) break;
  }
  return results;
}

async function runTest({ name, path, test, faults }: ReadTest, prober: Prober): Promise<TestResult> {
  const nothing = { name, path, passed: false, faults, mismatches: [], answers: [], assertions: 0, milliseconds: 0 };
  if (!test) return nothing;
  const started = performance.now();
  const { request } = test;
  const probed = await prober.probe(request);
  if (probed.kind === 'unaskable') return { ...nothing, request, unaskable: probed.reason };
  const { answers } = probed;
  const { assertions, mismatches } = compare(answers, test.expect);
  const milliseconds = performance.now() - started;
  return { ...nothing, passed: mismatches.length === 0, mismatches, request, answers, assertions, milliseconds };
}
