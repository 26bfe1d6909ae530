import { readdirSync, readFileSync } from 'node:fs';

/** What the system says of a process; only where it has /proc. */
export interface Vitals {
  /** Resident memory. */
  readonly megabytes: number;
  readonly descriptors: number;
  readonly threads: number;
  /** Processor time since its start, of all threads. */
  readonly cpuSeconds: number;
}

const TICKS_PER_SECOND = 100;

export function vitalsOf(pid: number): Vitals {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const line = (name: string) => Number(status.match(new RegExp(`^${name}:\\s+(\\d+)`, 'm'))?.[1]);
  const times = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return {
    megabytes: line('VmRSS') / 1024,
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    threads: line('Threads'),
    cpuSeconds: (Number(times[11]) + Number(times[12])) / TICKS_PER_SECOND,
  };
}
