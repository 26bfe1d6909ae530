import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { buildImage } from './build-image.ts';
import { BACKEND_RULE } from './cluster/backends.ts';
import { NEW_TAG, OLD_TAG } from './e2e/upgrade-tags.ts';
import type { Flags } from './flags.ts';
import { CHECKOUT, startHarness } from './harness.ts';
import { imageRules, writeImages } from './images.ts';
import { installCommand, quote } from './install.ts';

const INSIDE = path.join(import.meta.dirname, 'e2e', 'upgrade-inside.ts');

/** Controllers and proxies of a commit and of this checkout in every order, under load; the exit status. Throws if there is no such commit. */
export async function playUpgrade(flags: Flags, revision: string, folder: string): Promise<number> {
  mkdirSync(folder, { recursive: true });
  const old = path.join(folder, 'old');
  checkOut(revision, old);
  const [now, then] = [buildImage(), buildImage(old, path.join(folder, 'old-image'))];
  const images = writeImages(folder, [BACKEND_RULE, ...imageRules(now, { [OLD_TAG]: then, [NEW_TAG]: now })]);
  const args = ['--images', images, '--controller-name', flags.controllerName];
  const setUp = ['--setup-cmd', installCommand(['--image', `sluice/sluice:${OLD_TAG}`], then)];
  const command = [process.execPath, INSIDE, then].map(quote).join(' ');
  const status = await startHarness([...args, ...setUp, '--exec', command], folder).ended;
  for (const made of [old, then]) rmSync(made, { recursive: true });
  return status;
}

/** The files of a commit, with the dependencies that are installed here. */
function checkOut(revision: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const commit = git(['rev-parse', '--verify', `${revision}^{commit}`]);
  if (commit.status !== 0) throw new Error(`--upgrade: '${revision}' is no commit`);
  const archive = git(['archive', String(commit.stdout).trim()]);
  const unpacked = spawnSync('tar', ['x', '-C', folder], { input: archive.stdout });
  if (archive.status !== 0 || unpacked.status !== 0) throw new Error(`--upgrade: ${archive.stderr}${unpacked.stderr}`);
  symlinkSync(path.join(CHECKOUT, 'node_modules'), path.join(folder, 'node_modules'));
  if (!existsSync(path.join(folder, 'src', 'install'))) {
    throw new Error(`--upgrade: commit ${revision} has no 'sluice install'`);
  }
}

const MOST_BYTES = 256 * 1024 * 1024;

function git(args: readonly string[]) {
  return spawnSync('git', args, { cwd: CHECKOUT, maxBuffer: MOST_BYTES });
}
