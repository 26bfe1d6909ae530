import type { Mismatch } from './compare.ts';
import type { Prober } from './prober.ts';
import { readSuite } from './read-suite.ts';
import type { TestSuite } from './routing-test.ts';
import { runSuite, type TestResult } from './run-suite.ts';

/** A suite that can be run against any gateway; as the default export of a module also by `sluice test`. */
export interface DefinedTest extends TestSuite {
  /** Runs all tests; throws an Error that says what differs, if one fails. */
  run(gateway: Prober): Promise<readonly TestResult[]>;
}

/**
 * Checks a suite as `sluice test` checks one in YAML. Throws a TypeError that names everything that is wrong with it.
 */
export function defineTest(suite: TestSuite): DefinedTest {
  const { manifests, tests, faults } = readSuite(suite);
  const all = [...faults, ...tests.flatMap(test => test.faults)];
  if (all.length > 0)
    throw new TypeError(all.map(({ path, message }) => `${path === '' ? 'suite' : path}: ${message}`).join('\n'));
  return Object.freeze({
    manifests,
    tests: Object.freeze(tests.flatMap(({ test }) => test ?? [])),
    async run(gateway: Prober) {
      const results = await runSuite({ tests }, gateway);
      const failed = results.filter(({ passed }) => !passed);
      if (failed.length > 0) throw new Error(failed.map(describeFailure).join('\n'));
      return results;
    },
  });
}

function describeFailure({ name, unaskable, mismatches }: TestResult): string {
  return [name, ...(unaskable === undefined ? mismatches.map(describeMismatch) : [`  ${unaskable}`])].join('\n');
}

function describeMismatch({ field, expected, actual }: Mismatch): string {
  return `  ${field}: expected ${expected}, got ${actual}`;
}
