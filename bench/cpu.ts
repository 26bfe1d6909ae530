import { readdirSync, readFileSync } from 'node:fs';
import { outputOf } from './programs.ts';

/** What a process and its descendants have used: CPU µs since each started, resident bytes now. */
export interface Usage {
  readonly cpu: number;
  readonly rss: number;
}

const MICROSECONDS_PER_TICK = 1e6 / Number(outputOf('getconf', ['CLK_TCK']) ?? 100);
const PAGE = Number(outputOf('getconf', ['PAGESIZE']) ?? 4096);

/** Linux only: fields 4, 14, 15 and 24 of /proc/PID/stat (all threads of the process count). */
export function usageOf(root: number): Usage {
  const parents = new Map<number, number>();
  const usage = new Map<number, Usage>();
  for (const pid of readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)) {
    const fields = statFields(pid);
    if (!fields) continue;
    parents.set(pid, Number(fields[1]));
    const cpu = (Number(fields[11]) + Number(fields[12])) * MICROSECONDS_PER_TICK;
    usage.set(pid, { cpu, rss: Number(fields[21]) * PAGE });
  }
  const tree = [...usage].filter(([pid]) => descends(pid, root, parents)).map(([, one]) => one);
  return { cpu: tree.reduce((sum, one) => sum + one.cpu, 0), rss: tree.reduce((sum, one) => sum + one.rss, 0) };
}

/** The fields from the third (state) on: the second may hold blanks and brackets. */
function statFields(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function descends(pid: number, root: number, parents: ReadonlyMap<number, number>): boolean {
  for (let at: number | undefined = pid; at !== undefined; at = parents.get(at)) if (at === root) return true;
  return false;
}
