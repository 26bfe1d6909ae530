import { setTimeout as sleep } from 'node:timers/promises';
import type { Process } from '../../conformance/cluster/processes.ts';
import { usageOf } from '../cpu.ts';
import { outputOf } from '../programs.ts';

export interface Used {
  /** Resident MiB of the largest process. */
  readonly mib: number;
  /** Cores, of all processes together. */
  readonly cores: number;
}

/** What processes use over some seconds. */
export async function useOver(all: readonly Process[], seconds: number): Promise<Used> {
  const before = all.map(({ pid }) => usageOf(pid));
  await sleep(seconds * 1_000);
  const after = all.map(({ pid }) => usageOf(pid));
  const cpu = after.reduce((sum, { cpu }, i) => sum + cpu - before[i]!.cpu, 0);
  return { mib: Math.max(0, ...after.map(({ rss }) => rss)) / 2 ** 20, cores: cpu / (seconds * 1e6) };
}

/** Bytes that a pod's process has received on its connections to a port so far, as TCP counts them. */
export function received(pid: number, port: number): number {
  const text = outputOf('nsenter', ['-t', `${pid}`, '-n', 'ss', '-tinH', 'dport', '=', `:${port}`]) ?? '';
  return [...text.matchAll(/bytes_received:(\d+)/g)].reduce((sum, [, bytes]) => sum + Number(bytes), 0);
}
