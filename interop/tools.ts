import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { findProgram, outputOf } from '../bench/programs.ts';

/** Where programs that were installed for this command stay. */
const CACHE = path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'sluice', 'interop');

/** A program that is there, or why it isn't. */
export type Tool = { readonly program: string } | { readonly missing: string };

/** A program of a Debian package. */
export function debianTool(name: string, debianPackage: string): Tool {
  const program = findProgram(name);
  return program === undefined ? { missing: `${name}: install the Debian package ${debianPackage}` } : { program };
}

/** A program of a Go module, installed at its first use. */
export function goTool(module: string, version: string): Tool {
  const bin = path.join(CACHE, `${module.replaceAll('/', '_')}@${version}`);
  const program = path.join(bin, path.basename(module));
  if (existsSync(program)) return { program };
  const go = findProgram('go');
  if (go === undefined) return { missing: `${path.basename(module)}: it is a Go module, and there is no go` };
  const { status, stderr } = spawnSync(go, ['install', `${module}@${version}`], {
    env: { ...process.env, GOBIN: bin },
    encoding: 'utf8',
  });
  return status === 0 ? { program } : { missing: `${module}: go install failed: ${lastLine(stderr)}` };
}

/** Where Python 2.7 may be; a name in PATH may be a stub that has none. */
const PYTHONS = ['python2.7', path.join(homedir(), '.pyenv', 'versions', '2.7.18', 'bin', 'python2.7')];

/** A program of a PyPI package that only Python 2.7 runs, installed at its first use. */
export function python2Tool(name: string, requirement: string): Tool {
  const folder = path.join(CACHE, requirement.replace('==', '@'));
  const program = path.join(folder, 'bin', name);
  if (existsSync(program)) return { program };
  const python = PYTHONS.find(each => outputOf(each, ['--version']) !== undefined);
  if (python === undefined) return { missing: `${name}: ${requirement} needs Python 2.7, and there is none` };
  mkdirSync(folder, { recursive: true });
  const base = path.join(CACHE, 'virtualenv');
  const steps: readonly (readonly [string, ...string[]])[] = [
    [python, '-m', 'pip', 'install', '--quiet', 'virtualenv==20.15.1', '--target', base],
    [python, path.join(base, 'bin', 'virtualenv'), '--quiet', folder],
    [path.join(folder, 'bin', 'pip'), 'install', '--quiet', requirement],
  ];
  for (const [command, ...args] of steps) {
    // Only virtualenv itself may find what lies beside it: pip would take that for installed.
    const env = command === python ? { ...process.env, PYTHONPATH: base } : process.env;
    const { status, stderr } = spawnSync(command, args, { env, encoding: 'utf8' });
    if (status !== 0) return { missing: `${requirement}: pip failed: ${lastLine(stderr)}` };
  }
  return { program };
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
