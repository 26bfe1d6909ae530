import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { stopAll } from '../bench/children.ts';
import { table } from '../bench/table.ts';
import { type Check, type Part, skipped } from './check.ts';
import { autobahn } from './parts/autobahn.ts';
import { curl } from './parts/curl.ts';
import { grpc } from './parts/grpc.ts';
import { h2spec } from './parts/h2spec.ts';
import { nghttp2 } from './parts/nghttp2.ts';
import { sClient } from './parts/s-client.ts';
import { startSetting } from './setting.ts';

const PARTS: readonly Part[] = [curl, sClient, nghttp2, h2spec, grpc, autobahn];
const NAMES = PARTS.map(part => part.name);

const HELP = `npm run interop -- [flags]
  --only PARTS    of: ${NAMES.join(', ')} (comma-separated; all)
  --all           also what takes long: messages of megabytes and compression, of Autobahn
  --keep          leave the folder with manifests and reports, and say where it is`;

const print = (text: string) => process.stdout.write(`${text}\n`);

function wanted(only: string | undefined): readonly Part[] {
  if (only === undefined) return PARTS;
  const names = only.split(',');
  const unknown = names.find(name => !NAMES.includes(name));
  if (unknown !== undefined) throw new Error(`--only: '${unknown}' is none of ${NAMES.join(', ')}`);
  return PARTS.filter(part => names.includes(part.name));
}

/** Checks of all parts, each told as it comes. */
async function runAll(parts: readonly Part[], dir: string, all: boolean): Promise<readonly Check[]> {
  const setting = await startSetting(dir, all);
  const checks: Check[] = [];
  for (const part of parts) {
    const missing = part.missing();
    if (missing !== undefined) checks.push(skipped(part.name, 'all', missing));
    else for await (const check of part.run(setting)) checks.push(tell(check));
  }
  return checks;
}

function tell(check: Check): Check {
  const note = check.note === '' ? '' : `: ${check.note}`;
  print(`${check.result.padEnd(7)} ${check.part}: ${check.name}${note}`);
  return check;
}

/** One line for each part. */
function summary(parts: readonly Part[], checks: readonly Check[]): string {
  const rows = parts.map(({ name }) => {
    const own = checks.filter(check => check.part === name);
    const count = (result: Check['result']) => String(own.filter(check => check.result === result).length);
    const why = own.find(check => check.result === 'skipped' && check.name === 'all')?.note ?? '';
    return [name, count('passed'), count('failed'), count('skipped'), why];
  });
  return table(['software', 'passed', 'failed', 'skipped', 'why'], rows);
}

async function main(): Promise<void> {
  const options = {
    only: { type: 'string' },
    keep: { type: 'boolean' },
    all: { type: 'boolean' },
    help: { type: 'boolean' },
  } as const;
  const { values } = parseArgs({ options });
  if (values.help) {
    print(HELP);
    return;
  }
  const parts = wanted(values.only);
  const dir = mkdtempSync(path.join(tmpdir(), 'sluice-interop-'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => stopAll().then(() => process.exit(1)));
  try {
    const checks = await runAll(parts, dir, values.all === true);
    print(`\n${summary(parts, checks)}`);
    if (checks.some(check => check.result === 'failed')) process.exitCode = 1;
  } finally {
    await stopAll();
    if (values.keep) print(`manifests and reports: ${dir}`);
    else rmSync(dir, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`interop: ${(error as Error).message}\n`);
  process.exitCode = 2;
}
