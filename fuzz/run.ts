import { parseArgs } from 'node:util';
import { run } from './campaign.ts';
import { SUBJECTS, type Subject } from './case.ts';
import { reportLines } from './report.ts';
import { keepSeed, readSeeds } from './seeds.ts';

const HELP = `npm run fuzz -- [flags]
  --seconds N     time for all of it (60)
  --seed N        where to begin (by default somewhere); a report names the seed of its case
  --only PARTS    of: ${SUBJECTS.join(', ')} (comma-separated; all)
  --no-keep       do not write what is found to fuzz/seeds/`;

const ROUND_MS = 2_000;
const print = (text: string) => process.stdout.write(`${text}\n`);

interface Flags {
  readonly seconds: number;
  readonly seed: number;
  readonly parts: readonly Subject[];
  readonly keep: boolean;
}

function wholeNumber(text: string, flag: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new Error(`--${flag} ${text}: must be a whole number`);
  return Number(text);
}

/** Throws an error with a plain message for a flag that does not exist or a value that cannot be. */
function parseFlags(): Flags | undefined {
  const { values } = parseArgs({
    allowNegative: true,
    options: {
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string', default: `${Date.now() % 1_000_000_000}` },
      only: { type: 'string', default: SUBJECTS.join(',') },
      keep: { type: 'boolean', default: true },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const names = values.only.split(',');
  const unknown = names.find(name => !SUBJECTS.some(subject => subject === name));
  if (unknown !== undefined) throw new Error(`--only ${unknown}: must be one of ${SUBJECTS.join(', ')}`);
  return {
    seconds: wholeNumber(values.seconds, 'seconds'),
    seed: wholeNumber(values.seed, 'seed'),
    parts: SUBJECTS.filter(subject => names.includes(subject)),
    keep: values.keep,
  };
}

/** Whether nothing was found. Parts take turns until the time is over; one that found something is done. */
async function fuzz({ seconds, seed, parts, keep }: Flags): Promise<boolean> {
  const corpus = readSeeds();
  const end = performance.now() + seconds * 1_000;
  const totals = new Map(parts.map(subject => [subject, { cases: 0, tally: new Map<string, number>() }]));
  let found = 0;
  print(`seed ${seed}`);
  while (performance.now() < end && totals.size > 0) {
    for (const [subject, total] of totals) {
      const milliseconds = Math.min(ROUND_MS, Math.max(1, end - performance.now()));
      const result = await run({ subject, seed: seed + total.cases, milliseconds, corpus });
      total.cases += result.cases;
      for (const [what, times] of result.tally) total.tally.set(what, (total.tally.get(what) ?? 0) + times);
      if (result.finding === undefined) continue;
      found++;
      totals.delete(subject);
      print(reportLines(subject, { ...total, finding: result.finding }).join('\n'));
      if (keep) print(`  kept in ${keepSeed(result.finding.one, result.finding.fault.kind)}`);
    }
  }
  for (const [subject, total] of totals) print(reportLines(subject, { ...total, finding: undefined }).join('\n'));
  return found === 0;
}

try {
  const flags = parseFlags();
  if (flags === undefined) print(HELP);
  else if (!(await fuzz(flags))) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n${HELP}\n`);
  process.exitCode = 2;
}
