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

/** By name; empty where the suite did not get as far as to write its results. */
export function readResults(out: string): ReadonlyMap<string, Result> {
  try {
    const { tests } = JSON.parse(readFileSync(path.join(out, 'results.json'), 'utf8')) as { tests: Result[] | null };
    return new Map((tests ?? []).map(test => [test.name, test]));
  } catch {
    return new Map();
  }
}
