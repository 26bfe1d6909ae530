import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { CHECKOUT } from './harness.ts';

/** Where what this checkout's image holds is built. */
const FOLDER = path.join(CHECKOUT, '.out', 'image');

/**
 * Builds what the image of a checkout holds: the program as it is published, compiled, beside the dependencies that are installed
 * here. Returns its folder. Throws with the compiler's words.
 */
export function buildImage(checkout = CHECKOUT, folder = FOLDER): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const compiler = path.join(CHECKOUT, 'node_modules', '.bin', 'tsc');
  const args = ['-p', path.join(checkout, 'tsconfig.build.json'), '--outDir', path.join(folder, 'dist')];
  const built = spawnSync(process.execPath, [compiler, ...args], { cwd: checkout, encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`${checkout} does not compile: ${built.stdout.slice(0, 500)}`);
  for (const name of ['bin', 'package.json', 'deploy']) {
    cpSync(path.join(checkout, name), path.join(folder, name), { recursive: true });
  }
  symlinkSync(path.join(CHECKOUT, 'node_modules'), path.join(folder, 'node_modules'));
  return folder;
}
