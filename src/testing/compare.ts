import { checksOf } from './checks.ts';
import type { Probe } from './prober.ts';
import type { Expectation } from './routing-test.ts';

/** A difference between what was expected and what is. */
export interface Mismatch {
  /** Field of the test: `expect.backendSees.path`. */
  readonly field: string;
  readonly expected: string;
  readonly actual: string;
}

export interface Comparison {
  /** How many things were compared. */
  readonly assertions: number;
  readonly mismatches: readonly Mismatch[];
}

/** Compares every answer that a request can get. */
export function compare(answers: readonly Probe[], expect: Expectation): Comparison {
  const checks = checksOf(expect);
  const mismatches = checks.flatMap(({ field, expected, otherwise }) => {
    const actual = otherwise(answers);
    return actual === undefined ? [] : [{ field, expected: visible(expected), actual: visible(actual) }];
  });
  return { assertions: checks.length, mismatches };
}

function visible(text: string): string {
  return text === '' ? '(empty)' : text;
}
