import { readdirSync, readFileSync } from 'node:fs';
import { roleOf } from '../memory.ts';

/** A process of this pid namespace: inside the harness, all of the cluster. */
export interface Process {
  readonly pid: number;
  readonly words: readonly string[];
}

export function processes(): readonly Process[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(name => ({ pid: Number(name), words: read(`/proc/${name}/cmdline`).split('\0').slice(0, -1) }))
    .filter(({ words }) => words.length > 0);
}

/** The processes of a pod: containers have its name as their host's. */
export function ofPod(pod: string): readonly Process[] {
  return processes().filter(({ pid }) => read(`/proc/${pid}/environ`).split('\0').includes(`HOSTNAME=${pod}`));
}

/** `sluice controller` or `sluice proxy`. */
export function sluiceProcesses(role: 'controller' | 'proxy'): readonly Process[] {
  return processes().filter(({ words }) => roleOf(words) === role);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
