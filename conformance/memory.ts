import { readdirSync, readFileSync } from 'node:fs';

/** Follows the controller's resident memory during a run of the harness. */
export interface MemoryWatch {
  /** Largest VmHWM (the kernel's own maximum of the resident set) in MiB; undefined if the process was never seen. */
  stop(): number | undefined;
}

const EVERY_MS = 1_000;

/** Looks below the process `root` (run.sh) for one whose command line has all of `words`. Linux only. */
export function watchMemory(root: number, words: readonly string[]): MemoryWatch {
  let most: number | undefined;
  const look = () => {
    for (const pid of descendants(root)) {
      const command = read(`/proc/${pid}/cmdline`).split('\0');
      if (!words.every(word => command.includes(word))) continue;
      const kib = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1];
      if (kib) most = Math.max(most ?? 0, Number(kib) / 1024);
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
