import { type Check, checksOf } from './checks.ts';
import { backendLabel, meansBackend } from './names.ts';
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
  const mismatches = checks.flatMap(check => mismatchOf(check, answers));
  if (expect.backend === undefined) return { assertions: checks.length, mismatches };
  return { assertions: checks.length + 1, mismatches: [...backendMismatch(answers, expect.backend), ...mismatches] };
}

function mismatchOf({ field, expected, actual, holds }: Check, answers: readonly Probe[]): readonly Mismatch[] {
  return answers.every(answer => holds(actual(answer), answer))
    ? []
    : [{ field, expected, actual: whoSays(answers, actual) }];
}

/** Those that share the requests must be exactly those that are expected. */
function backendMismatch(answers: readonly Probe[], backend: string | readonly string[]): readonly Mismatch[] {
  const expected = typeof backend === 'string' ? [backend] : backend;
  const meant = answers.every(({ facts }) => expected.some(name => meansBackend(name, facts)));
  const all = expected.every(name => answers.some(({ facts }) => meansBackend(name, facts)));
  if (meant && all) return [];
  const actual = [...new Set(answers.map(({ facts }) => backendLabel(facts)))];
  const shared = actual.length > 1 ? `${actual.join(', ')} (they share these requests)` : actual.join();
  return [{ field: 'expect.backend', expected: expected.join(', '), actual: shared }];
}

/** Where they say different things, who says what. */
function whoSays(answers: readonly Probe[], actual: Check['actual']): string {
  const said = Map.groupBy(answers, actual);
  const words = [...said.keys()];
  if (words.length === 1) return words.join();
  return [...said].map(([word, by]) => `${word} (${by.map(({ facts }) => backendLabel(facts)).join(', ')})`).join('; ');
}
