import { table } from '../bench/table.ts';
import type { Flags } from './flags.ts';
import type { Result } from './results.ts';
import { levelOf } from './suite-tests.ts';
import type { Verdict } from './verdict.ts';

const WORDS = { PASS: 'pass', FAIL: 'FAIL', NONE: 'cut off', SKIP: 'not run' };

function cell(result: Result | undefined): string {
  if (!result) return 'not run';
  const timed = result.result === 'PASS' || result.result === 'FAIL';
  return timed ? `${WORDS[result.result]} ${result.seconds.toFixed(1)} s` : WORDS[result.result];
}

/** One row per test, one column per run. */
export function verdictTable(verdicts: readonly Verdict[], flags: Flags): string {
  const runs = Array.from({ length: flags.times }, (_, i) => (flags.times === 1 ? 'result' : `run ${i + 1}`));
  const rows = verdicts.map(({ test, results, note }) => [
    test.Name,
    levelOf(test, flags.profiles) ?? 'no profile',
    ...runs.map((_, i) => cell(results[i])),
    note,
  ]);
  return table(['test', 'level', ...runs, ''], rows);
}

/** What the suite said about the tests that should have passed: their names, then a few lines each. */
export function missDetails(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts.flatMap(({ test, kind, results }) => {
    const detail = kind === 'miss' ? results.find(one => one?.detail)?.detail : undefined;
    if (!detail) return [];
    return [
      `${test.Name}:`,
      ...detail
        .split('\n')
        .slice(-6)
        .map(line => `    ${line.slice(0, 300)}`),
    ];
  });
}

export function summary(verdicts: readonly Verdict[]): string {
  const count = (kind: Verdict['kind']) => verdicts.filter(one => one.kind === kind).length;
  const parts = [`${count('ok')} of ${verdicts.length} tests pass`];
  if (count('excused') > 0) parts.push(`${count('excused')} need not`);
  if (count('miss') > 0) parts.push(`${count('miss')} should pass and do not`);
  return parts.join(', ');
}
