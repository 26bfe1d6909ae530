import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { playFaults } from './faults.ts';
import { type Flags, HELP, parseFlags } from './flags.ts';
import { buildHarness, CHECKOUT, startHarness, stopHarness, whatIsMissing } from './harness.ts';
import { watchMemory } from './memory.ts';
import { missDetails, summary, verdictTable } from './report.ts';
import { lastLines, type Result, readResults } from './results.ts';
import { listSuiteTests, testsOf } from './suite-tests.ts';
import { judge } from './verdict.ts';

const print = (text: string) => process.stdout.write(`${text}\n`);

const SLUICE = path.join(CHECKOUT, 'bin', 'sluice');
/** An address of the pool that processes may listen on. */
const USABLE_ADDRESS = '172.18.2.200';

function controllerArgs(flags: Flags): readonly string[] {
  if (flags.selfCheck) return [];
  const command = `exec '${SLUICE}' controller --in-process --address-pool "$CONF_DIRECT_POOL" --controller-name '${flags.controllerName}'`;
  const report = 'sluice,sluice,https://sluice.dev,v0.1.0,@sluice';
  return ['--impl-cmd', command, '--implementation', report, '--usable-address', USABLE_ADDRESS];
}

interface Run {
  readonly results: ReadonlyMap<string, Result>;
  readonly status: number;
  /** MiB. */
  readonly memory: number | undefined;
}

async function runOnce(flags: Flags, out: string): Promise<Run> {
  const run = startHarness([...controllerArgs(flags), ...flags.handedOn], out);
  const memory = watchMemory(run.pid, ['controller', '--in-process']);
  const status = await run.ended;
  const results = readResults(out);
  if (results.size === 0 && !flags.noSuite) sayWhyNothing(out);
  return { results, status, memory: memory.stop() };
}

function sayWhyNothing(out: string): void {
  print('\nthe suite ran no test');
  for (const log of ['suite.log', 'implementation.log']) {
    print([`${log} ends with:`, ...lastLines(out, log).map(line => `    ${line.slice(0, 300)}`)].join('\n'));
  }
}

function show(flags: Flags, runs: readonly Run[], folder: string): number {
  const tests = testsOf(listSuiteTests(), flags);
  const verdicts = tests.map(test =>
    judge(
      test,
      runs.map(run => run.results.get(test.Name)),
    ),
  );
  const memory = runs.map(run => (run.memory === undefined ? 'not seen' : `${run.memory.toFixed(0)} MiB`)).join(', ');
  const lines = [
    '',
    verdictTable(verdicts, flags),
    '',
    ...missDetails(verdicts),
    summary(verdicts),
    `largest resident memory of the controller: ${memory}`,
  ];
  writeFileSync(path.join(folder, 'table.md'), `${lines.join('\n')}\n`);
  print([...lines, `reports: ${path.relative(process.cwd(), folder)}`].join('\n'));
  if (tests.length === 0) print('no test of the suite has this profile and these names');
  return tests.length > 0 && verdicts.every(one => one.kind !== 'miss') ? 0 : 1;
}

async function conformance(flags: Flags): Promise<number> {
  const date = new Date().toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '');
  const folder = path.join(CHECKOUT, '.out', 'conformance', date);
  mkdirSync(folder, { recursive: true });
  if (flags.faults) return playFaults(flags, folder);
  if (flags.noSuite) return (await runOnce(flags, folder)).status;
  const runs: Run[] = [];
  for (let i = 1; i <= flags.times; i++) {
    if (flags.times > 1) print(`run ${i} of ${flags.times}`);
    runs.push(await runOnce(flags, path.join(folder, `run-${i}`)));
  }
  return show(flags, runs, folder);
}

async function main(): Promise<number> {
  if (process.argv.includes('--help')) {
    print(HELP);
    return 0;
  }
  const flags = parseFlags(process.argv.slice(2));
  const missing = whatIsMissing();
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
