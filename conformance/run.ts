import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { playCases } from './cases.ts';
import { playFaults } from './faults.ts';
import { type Flags, HELP, parseFlags } from './flags.ts';
import { buildHarness, CHECKOUT, startHarness, stopHarness, whatIsMissing } from './harness.ts';
import { closedToPods } from './images.ts';
import { implementationArgs } from './implementation.ts';
import { watchMemory } from './memory.ts';
import { keepReport, officialReport } from './official-report.ts';
import { missDetails, summary, verdictTable } from './report.ts';
import { lastLines, type Result, readResults } from './results.ts';
import { listSuiteTests, testsOf } from './suite-tests.ts';
import { playUpgrade } from './upgrade.ts';
import { judge } from './verdict.ts';

const print = (text: string) => process.stdout.write(`${text}\n`);

interface Run {
  readonly results: ReadonlyMap<string, Result>;
  readonly status: number;
  /** MiB, by the command of Sluice. */
  readonly memory: ReadonlyMap<string, number>;
  readonly out: string;
}

async function runOnce(flags: Flags, out: string): Promise<Run> {
  mkdirSync(out, { recursive: true });
  const run = startHarness([...implementationArgs(flags, out), ...flags.handedOn], out);
  const memory = watchMemory(run.pid);
  const status = await run.ended;
  const results = readResults(out);
  if (results.size === 0 && !flags.noSuite) sayWhyNothing(out);
  return { results, status, memory: memory.stop(), out };
}

function sayWhyNothing(out: string): void {
  print('\nthe suite ran no test');
  const pods = path.join(out, 'pods');
  const ours = (name: string) => name.startsWith('sluice');
  const logs = [
    'suite.log',
    'implementation.log',
    ...listed(pods)
      .filter(ours)
      .map(name => `pods/${name}`),
  ];
  for (const log of logs) {
    const lines = lastLines(out, log);
    if (lines.length > 0) print([`${log} ends with:`, ...lines.map(line => `    ${line.slice(0, 300)}`)].join('\n'));
  }
}

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function show(flags: Flags, runs: readonly Run[], folder: string): number {
  const tests = testsOf(listSuiteTests(), flags);
  const verdicts = tests.map(test => {
    const results = runs.map(run => run.results.get(test.Name));
    return judge(test, results, flags.inProcess);
  });
  const lines = [
    '',
    verdictTable(verdicts, flags),
    '',
    ...missDetails(verdicts),
    summary(verdicts),
    ...memoryLines(runs),
  ];
  writeFileSync(path.join(folder, 'table.md'), `${lines.join('\n')}\n`);
  print([...lines, `reports: ${path.relative(process.cwd(), folder)}`].join('\n'));
  if (tests.length === 0) print('no test of the suite has this profile and these names');
  const passed = tests.length > 0 && verdicts.every(one => one.kind !== 'miss');
  if (flags.report) keep(runs, passed);
  return passed ? 0 : 1;
}

function memoryLines(runs: readonly Run[]): readonly string[] {
  const roles = [...new Set(runs.flatMap(run => [...run.memory.keys()]))].sort();
  return roles.map(role => {
    const sizes = runs
      .map(run => run.memory.get(role))
      .map(mib => (mib === undefined ? 'not seen' : `${mib.toFixed(0)} MiB`));
    return `largest resident memory of a ${role}: ${sizes.join(', ')}`;
  });
}

function keep(runs: readonly Run[], passed: boolean): void {
  const file = passed ? officialReport(runs.at(-1)!.out) : undefined;
  if (file === undefined) print('the official report is not kept: not all has passed');
  else print(`official report: ${path.relative(process.cwd(), keepReport(file))}`);
}

async function conformance(flags: Flags): Promise<number> {
  const date = new Date().toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '');
  const folder = path.join(CHECKOUT, '.out', 'conformance', date);
  mkdirSync(folder, { recursive: true });
  if (flags.faults) return playFaults(flags, folder);
  if (flags.cases) return playCases(flags, folder);
  if (flags.upgrade !== undefined) return playUpgrade(flags, flags.upgrade, folder);
  if (flags.noSuite) return (await runOnce(flags, folder)).status;
  const runs: Run[] = [];
  for (let i = 1; i <= flags.times; i++) {
    if (flags.times > 1) print(`run ${i} of ${flags.times}`);
    runs.push(await runOnce(flags, path.join(folder, `run-${i}`)));
  }
  return show(flags, runs, folder);
}

/** One line each; none: it can begin. */
function inTheWay(flags: Flags): readonly string[] {
  const closed = flags.inProcess ? undefined : closedToPods(CHECKOUT);
  return [...whatIsMissing(), ...(closed === undefined ? [] : [closed])];
}

async function main(): Promise<number> {
  if (process.argv.includes('--help')) {
    print(HELP);
    return 0;
  }
  const flags = parseFlags(process.argv.slice(2));
  const missing = inTheWay(flags);
  for (const line of missing) process.stderr.write(`conformance: needs ${line}\n`);
  if (missing.length > 0) return 2;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stopHarness();
      process.exit(1);
    });
  }
  if (flags.build && !buildHarness(flags.profiles, flags.selfCheck)) return 2;
  return conformance(flags);
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`conformance: ${(error as Error).message}\n`);
  process.exitCode = 2;
}
