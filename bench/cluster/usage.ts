import { setTimeout as sleep } from 'node:timers/promises';
import type { Process } from '../../conformance/cluster/processes.ts';
import { usageOf } from '../cpu.ts';
import { outputOf } from '../programs.ts';

export interface Used {
  /** Resident MiB of the largest process. */
  readonly mib: number;
  /** Of that, what no other process has a part in (program text is shared). */
  readonly own: number;
  /** Cores, of all processes together. */
  readonly cores: number;
}

/** What processes use over some seconds. */
export async function useOver(all: readonly Process[], seconds: number): Promise<Used> {
  const before = all.map(({ pid }) => usageOf(pid));
  await sleep(seconds * 1_000);
  const after = all.map(({ pid }) => usageOf(pid));
  const cpu = after.reduce((sum, { cpu }, i) => sum + cpu - before[i]!.cpu, 0);
  const mib = Math.max(0, ...after.map(({ rss }) => rss)) / 2 ** 20;
  return { mib, own: Math.max(0, ...all.map(({ pid }) => ownMemory(pid))), cores: cpu / (seconds * 1e6) };
}

/** MiB; 0 where that can't be read. */
function ownMemory(pid: number): number {
  const text = outputOf('cat', [`/proc/${pid}/smaps_rollup`]) ?? '';
  const kib = [...text.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB/gm)].map(([, count]) => Number(count));
  return kib.reduce((sum, one) => sum + one, 0) / 1_024;
}

/** Bytes that a pod's process has received on its connections to a port so far, as TCP counts them. */
export function received(pid: number, port: number): number {
  const text = outputOf('nsenter', ['-t', `${pid}`, '-n', 'ss', '-tinH', 'dport', '=', `:${port}`]) ?? '';
  return [...text.matchAll(/bytes_received:(\d+)/g)].reduce((sum, [, bytes]) => sum + Number(bytes), 0);
}
