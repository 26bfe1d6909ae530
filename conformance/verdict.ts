import { excuse } from './later.ts';
import type { Result } from './results.ts';
import type { SuiteTest } from './suite-tests.ts';

/** One test over all runs. */
export interface Verdict {
  readonly test: SuiteTest;
  /** By run; undefined where it was not even skipped. */
  readonly results: readonly (Result | undefined)[];
  /** ok: passed in every run. excused: it did not, and need not today. miss: neither. */
  readonly kind: 'ok' | 'excused' | 'miss';
  readonly note: string;
}

export function judge(test: SuiteTest, results: readonly (Result | undefined)[], inProcess: boolean): Verdict {
  const excused = excuse(test.Name, inProcess);
  const passed = results.filter(one => one?.result === 'PASS').length;
  if (results.length > 0 && passed === results.length) {
    return { test, results, kind: 'ok', note: excused ? 'passes already: take it out of conformance/later.ts' : '' };
  }
  if (excused) return { test, results, kind: 'excused', note: excused };
  return { test, results, kind: 'miss', note: whyNot(test, results) };
}

function whyNot(test: SuiteTest, results: readonly (Result | undefined)[]): string {
  if (results.every(one => one === undefined || one.result === 'SKIP')) {
    return `needs the features ${test.Features.join(', ')}`;
  }
  return results.find(one => one?.failedSubtests?.length)?.failedSubtests?.join(', ') ?? '';
}
