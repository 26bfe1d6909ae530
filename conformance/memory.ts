import { readdirSync, readFileSync } from 'node:fs';

/** Follows the resident memory of our processes during a run of the harness. */
export interface MemoryWatch {
  /** By role: largest VmHWM (the kernel's own maximum of the resident set) of one process, in MiB; none that was not seen. */
  stop(): ReadonlyMap<string, number>;
}

const EVERY_MS = 1_000;
const ROLES = ['controller', 'proxy'];

/** Looks below the process `root` (run.sh) for `sluice controller` and `sluice proxy`. Linux only. */
export function watchMemory(root: number): MemoryWatch {
  const most = new Map<string, number>();
  const look = () => {
    for (const pid of descendants(root)) {
      const role = roleOf(read(`/proc/${pid}/cmdline`).split('\0'));
      const kib = role && /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1];
      if (role && kib) most.set(role, Math.max(most.get(role) ?? 0, Number(kib) / 1024));
    }
  };
  const timer = setInterval(look, EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      return most;
    },
  };
}

/** Of a process of Sluice: its command. */
export function roleOf(words: readonly string[]): string | undefined {
  const main = words.findIndex(word => /\/cli\/main\.[jt]s$/.test(word));
  return main === -1 ? undefined : ROLES.find(role => role === words[main + 1]);
}

function descendants(root: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = Number(/^PPid:\s+(\d+)$/m.exec(read(`/proc/${name}/status`))?.[1] ?? 0);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const below = (pid: number): number[] => (children.get(pid) ?? []).flatMap(child => [child, ...below(child)]);
  return below(root);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
