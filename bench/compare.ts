import { usageOf } from './cpu.ts';
import type { LoadResult } from './load.ts';
import type { Instance } from './proxies.ts';
import { median, spread } from './table.ts';

/** One line of the comparison: a proxy under one kind of load. */
export interface Row {
  readonly job: string;
  readonly proxy: Instance;
  /** Puts load on it for so long. */
  run(seconds: number): Promise<LoadResult>;
  readonly rounds: Round[];
}

export interface Round {
  /** CPU µs of the proxy per request. */
  readonly cpu: number;
  readonly perSecond: number;
  /** Resident bytes right after. */
  readonly rss: number;
}

/** Interleaved (A B C, A B C …), for the machine's noise moves all of a round alike. A failed row says so and drops out. */
export async function measure(rows: readonly Row[], rounds: number, seconds: number): Promise<string[]> {
  const failed = new Map<Row, string>();
  for (const row of rows) await attempt(row, 1, failed);
  for (const row of rows) row.rounds.length = 0;
  for (let round = 0; round < rounds; round++) {
    for (const row of rows) if (!failed.has(row)) await attempt(row, seconds, failed);
  }
  return [...failed.values()];
}

async function attempt(row: Row, seconds: number, failed: Map<Row, string>): Promise<void> {
  try {
    row.rounds.push(await once(row, seconds));
  } catch (error) {
    failed.set(row, `${row.job}, ${row.proxy.name}: ${(error as Error).message}`);
  }
}

async function once(row: Row, seconds: number): Promise<Round> {
  const before = usageOf(row.proxy.pid).cpu;
  const { requests, perSecond } = await row.run(seconds);
  const after = usageOf(row.proxy.pid);
  return { cpu: (after.cpu - before) / requests, perSecond, rss: after.rss };
}

export const HEAD = [
  'job',
  'proxy',
  'CPU µs/request',
  'requests/s',
  'RSS MB',
  '× Envoy',
  '× HAProxy',
  '× nginx',
] as const;

/** The cells of each row; ratios are of CPU per request, round by round, within the same job. */
export function cells(rows: readonly Row[]): string[][] {
  return rows.map(row => [
    row.job,
    row.proxy.name,
    spread(
      row.rounds.map(round => round.cpu),
      2,
    ),
    row.rounds.length === 0 ? '–' : `${(median(row.rounds.map(round => round.perSecond)) / 1e3).toFixed(1)}k`,
    row.rounds.length === 0 ? '–' : (median(row.rounds.map(round => round.rss)) / 1e6).toFixed(0),
    ...['Envoy', 'HAProxy', 'nginx'].map(name =>
      ratio(
        row,
        rows.find(other => other.job === row.job && other.proxy.name === name),
      ),
    ),
  ]);
}

/** CPU per request of one row as a multiple of another's. */
export function ratio(row: Row, other: Row | undefined): string {
  if (!other) return '';
  if (other === row) return '1';
  const pairs = Math.min(row.rounds.length, other.rounds.length);
  const ratios = Array.from({ length: pairs }, (_, i) => row.rounds[i]!.cpu / other.rounds[i]!.cpu);
  return spread(ratios, 2);
}
