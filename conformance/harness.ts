import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { findProgram } from '../bench/programs.ts';

export const CHECKOUT = path.join(import.meta.dirname, '..');

/** Where the harness is: a folder with run.sh and build.sh. */
export const HARNESS = process.env.CONFORMANCE_HARNESS ?? path.join(CHECKOUT, '..', 'shared', 'conformance');

/** Where the harness builds; its own rule. */
export const CACHE =
  process.env.CONF_CACHE ??
  path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'gateway-conformance');

const PROGRAMS = { go: 'Go 1.26', ip: 'iproute2', nft: 'nftables', unshare: 'util-linux', nsenter: 'util-linux' };

/** One line for each thing that the harness needs and this machine lacks, with what would help. */
export function whatIsMissing(): readonly string[] {
  const missing: string[] = [];
  if (!existsSync(path.join(HARNESS, 'run.sh'))) {
    missing.push('the harness: no run.sh beside the checkout; set CONFORMANCE_HARNESS to its folder');
  }
  if (process.platform !== 'linux') missing.push('Linux: the harness lives in network namespaces');
  if (process.getuid?.() !== 0) missing.push('root: network namespaces are made by root only');
  for (const [program, name] of Object.entries(PROGRAMS)) {
    if (!findProgram(program))
      missing.push(`${program}: install ${name}${program === 'go' ? '' : ' (Debian package)'}`);
  }
  return missing;
}

/** Builds what is needed, 10 to 20 minutes the first time; false if that failed. The check of the harness needs all of it. */
export function buildHarness(profiles: readonly string[], selfCheck: boolean): boolean {
  const mesh = selfCheck || profiles.some(profile => profile.startsWith('MESH')) ? ['mesh-echo'] : [];
  const parts = ['control-plane', 'etcd', 'coredns', 'harness', ...mesh];
  return spawnSync(path.join(HARNESS, 'build.sh'), parts, { stdio: 'inherit' }).status === 0;
}

const running = new Set<ChildProcess>();

export interface HarnessRun {
  readonly pid: number;
  /** Exit status; -1 when a signal ended it. */
  readonly ended: Promise<number>;
}

/** Starts run.sh, or a script that ends in it, with its reports in `out`. */
export function startHarness(args: readonly string[], out: string, script = path.join(HARNESS, 'run.sh')): HarnessRun {
  mkdirSync(out, { recursive: true });
  const child = spawn(script, ['--no-build', '--out', out, ...args], { stdio: 'inherit' });
  running.add(child);
  const ended = new Promise<number>(resolve => {
    child.on('error', () => resolve(-1)).on('exit', code => resolve(code ?? -1));
  }).finally(() => running.delete(child));
  return { pid: child.pid ?? 0, ended };
}

/** Ends every run, and with it all processes inside. */
export function stopHarness(): void {
  for (const child of running) child.kill('SIGTERM');
}
