import { laterIssue } from './later.ts';
import type { Result } from './results.ts';
import type { SuiteTest } from './suite-tests.ts';

/** One test over all runs. */
export interface Verdict {
  readonly test: SuiteTest;
  /** By run; undefined where it was not even skipped. */
  readonly results: readonly (Result | undefined)[];
  /** ok: passed in every run. later: it did not, and an issue to come brings what it needs. miss: neither. */
  readonly kind: 'ok' | 'later' | 'miss';
  readonly note: string;
}

export function judge(test: SuiteTest, results: readonly (Result | undefined)[]): Verdict {
  const issue = laterIssue(test.Name);
  const passed = results.filter(one => one?.result === 'PASS').length;
  if (results.length > 0 && passed === results.length) {
    return { test, results, kind: 'ok', note: issue ? 'passes already: take it out of conformance/later.ts' : '' };
  }
  if (issue) return { test, results, kind: 'later', note: `comes with "${issue}"` };
  return { test, results, kind: 'miss', note: whyNot(test, results) };
}

function whyNot(test: SuiteTest, results: readonly (Result | undefined)[]): string {
  if (results.every(one => one === undefined || one.result === 'SKIP')) {
    return `needs the features ${test.Features.join(', ')}`;
  }
  return results.find(one => one?.failedSubtests?.length)?.failedSubtests?.join(', ') ?? '';
}
