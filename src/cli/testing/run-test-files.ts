import { runSuite, type TestFile, type TestResult } from '../../testing/index.ts';
import type { ModelFlags } from '../asked/asked-model.ts';
import { describeProblem } from '../describe/describe-problem.ts';
import { printable } from '../printable.ts';
import type { Streams } from '../streams.ts';
import { styleFor } from '../style.ts';
import { createTestBenches, type TestBench, type TestBenches } from './test-bench.ts';
import { type LoadedTests, manifestsOf } from './test-files.ts';

/** A file of tests that ran. */
export interface RanFile {
  readonly tests: TestFile;
  readonly bench: TestBench;
  readonly results: readonly TestResult[];
}

export interface Ran {
  readonly files: readonly RanFile[];
  /** Something could not be read; it was said. */
  readonly unreadable: boolean;
  /** Reading the manifests and starting the data plane left out. */
  readonly milliseconds: number;
}

export interface TestFlags extends ModelFlags {
  readonly manifests: readonly string[];
  readonly filter: string | undefined;
  readonly bail: boolean;
}

/** Runs files of tests one after the other; says what can't be read, and what is wrong with their manifests. */
export async function runTestFiles(loaded: readonly LoadedTests[], flags: TestFlags, streams: Streams): Promise<Ran> {
  const benches = createTestBenches(flags);
  const files: RanFile[] = [];
  let unreadable = false;
  let milliseconds = 0;
  for (const tests of loaded) {
    const complaints = complaintsOf(tests);
    for (const complaint of complaints) streams.err(printable(complaint));
    if (complaints.length > 0) unreadable = true;
    if ('unreadable' in tests || tests.tests.length === 0) continue;
    const bench = await benchFor(tests, flags, benches);
    if ('refused' in bench) {
      streams.err(printable(`${tests.file}: ${bench.refused}`));
      unreadable = true;
      continue;
    }
    const started = performance.now();
    const results = await runSuite(tests, bench.prober, optionsOf(flags));
    milliseconds += performance.now() - started;
    files.push({ tests, bench, results });
    if (flags.bail && results.some(({ passed }) => !passed)) break;
  }
  await sayProblems(benches, streams);
  await benches.close();
  return { files, unreadable, milliseconds };
}

function complaintsOf(tests: LoadedTests): readonly string[] {
  if ('unreadable' in tests) return [tests.unreadable];
  return tests.faults.map(({ path, message }) => {
    const { file, line, column } = tests.locate(path);
    return `${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`;
  });
}

function benchFor(tests: TestFile, flags: TestFlags, benches: TestBenches): ReturnType<TestBenches['benchOf']> {
  if (flags.kube) return benches.benchOf([]);
  const paths = flags.manifests.length > 0 ? flags.manifests : manifestsOf(tests);
  return paths.length > 0 ? benches.benchOf(paths) : Promise.resolve({ refused: NO_MANIFESTS });
}

const NO_MANIFESTS = 'names no manifests; add manifests: [PATH, ...] (relative to the file), or --manifests PATH';

function optionsOf({ filter, bail }: TestFlags) {
  return { bail, ...(filter !== undefined && { filter: (name: string) => name.includes(filter) }) };
}

async function sayProblems(benches: TestBenches, streams: Streams): Promise<void> {
  const style = styleFor(process.stderr, process.env);
  for (const { model } of await benches.all()) {
    const errors = model.problems().filter(({ severity }) => severity === 'error');
    for (const problem of errors) streams.err(describeProblem(problem, style));
  }
}
