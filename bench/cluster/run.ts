import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildHarness, CHECKOUT, startHarness, stopHarness, whatIsMissing } from '../../conformance/harness.ts';
import { closedToPods, writeImages } from '../../conformance/images.ts';
import { quote } from '../../conformance/install.ts';
import { figuresTable, type Measurement } from './figures.ts';
import { type Flags, HELP, parseFlags } from './flags.ts';
import { IMPLEMENTATIONS, type Implementation } from './implementations.ts';
import type { Row } from './world.ts';

const print = (text: string) => process.stdout.write(`${text}\n`);
const INSIDE = path.join(import.meta.dirname, 'inside.ts');

async function measure(
  implementation: Implementation,
  parts: readonly string[],
  flags: Flags,
  folder: string,
): Promise<Measurement> {
  const { name, script, args } = implementation;
  const out = path.join(folder, name);
  mkdirSync(out, { recursive: true });
  const command = [process.execPath, INSIDE, name, `${flags.size}`, `${flags.seconds ?? 0}`, ...parts]
    .map(quote)
    .join(' ');
  const images = ['--images', writeImages(out, implementation.images())];
  print(`\n${name}`);
  await startHarness([...args, ...images, '--exec', command], out, script).ended;
  return { name, rows: figuresOf(out) };
}

function figuresOf(out: string): readonly Row[] {
  try {
    return JSON.parse(readFileSync(path.join(out, 'figures.json'), 'utf8')) as readonly Row[];
  } catch {
    return [{ part: 'all', figure: 'did not end', value: `see ${path.relative(process.cwd(), out)}`, miss: true }];
  }
}

/** What is measured, and by which parts. */
function asked(flags: Flags): readonly (readonly [Implementation, readonly string[]])[] {
  const named = (name: string | undefined) => IMPLEMENTATIONS.filter(one => one.name === name);
  const ours = named(flags.inProcess ? 'sluice-in-process' : 'sluice');
  const parts = flags.inProcess ? flags.parts.filter(part => part !== 'faults') : flags.parts;
  const peers = named(flags.peer).map(one => [one, flags.peerParts] as const);
  return [...(flags.peerOnly ? [] : ours.map(one => [one, parts] as const)), ...peers].filter(
    ([, list]) => list.length > 0,
  );
}

async function bench(flags: Flags): Promise<number> {
  const date = new Date().toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '');
  const folder = path.join(CHECKOUT, '.out', 'bench-cluster', date);
  const measurements: Measurement[] = [];
  for (const [implementation, parts] of asked(flags)) {
    measurements.push(await measure(implementation, parts, flags, folder));
  }
  const text = figuresTable(measurements);
  writeFileSync(path.join(folder, 'table.md'), `${text}\n`);
  print(`\n${text}\n\nreports: ${path.relative(process.cwd(), folder)}`);
  return measurements[0]?.rows.some(({ miss }) => miss) === false ? 0 : 1;
}

async function main(): Promise<number> {
  if (process.argv.includes('--help')) {
    print(HELP);
    return 0;
  }
  const flags = parseFlags(process.argv.slice(2));
  const closed = closedToPods(CHECKOUT);
  const missing = [...whatIsMissing(), ...(closed === undefined ? [] : [closed])];
  for (const line of missing) process.stderr.write(`bench:cluster: needs ${line}\n`);
  if (missing.length > 0) return 2;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stopHarness();
      process.exit(1);
    });
  }
  if (flags.build && !buildHarness([], false)) return 2;
  return bench(flags);
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`bench:cluster: ${(error as Error).message}\n`);
  process.exitCode = 2;
}
