import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What became of one test in one run. NONE: it was cut off. SKIP: a feature of it was not claimed. */
export interface Result {
  readonly name: string;
  readonly result: 'PASS' | 'FAIL' | 'SKIP' | 'NONE';
  readonly seconds: number;
  readonly failedSubtests?: readonly string[];
  readonly detail?: string;
}

/** The last lines of a log of the run, for one that came to no results. */
export function lastLines(out: string, log: string, count = 5): readonly string[] {
  try {
    return readFileSync(path.join(out, log), 'utf8').trimEnd().split('\n').slice(-count);
  } catch {
    return [];
  }
}

/** By name; empty where the suite did not get as far as to write its results. */
export function readResults(out: string): ReadonlyMap<string, Result> {
  try {
    const { tests } = JSON.parse(readFileSync(path.join(out, 'results.json'), 'utf8')) as { tests: Result[] | null };
    return new Map((tests ?? []).map(test => [test.name, test]));
  } catch {
    return new Map();
  }
}
