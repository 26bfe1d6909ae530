import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { BACKEND_RULE } from './cluster/backends.ts';
import type { Flags } from './flags.ts';
import { startHarness } from './harness.ts';
import { imageRules, writeImages } from './images.ts';
import { imageOf, startedBy } from './implementation.ts';
import { quote } from './install.ts';

const FOLDER = path.join(import.meta.dirname, 'cases');
const INSIDE = path.join(import.meta.dirname, 'e2e', 'inside.ts');

/** All cases, by name. */
export function caseNames(): readonly string[] {
  return readdirSync(FOLDER).sort();
}

/** Plays cases (none named: all) in one bring-up of the harness, with Sluice as pods; the exit status. Throws for names of none. */
export async function playCases(flags: Flags, folder: string): Promise<number> {
  const all = caseNames();
  const unknown = flags.cases?.find(name => !all.includes(name));
  if (unknown !== undefined) throw new Error(`--cases: '${unknown}' is none of ${all.join(', ')}`);
  const names = flags.cases?.length ? flags.cases : all;
  mkdirSync(folder, { recursive: true });
  const images = ['--images', writeImages(folder, [BACKEND_RULE, ...imageRules(imageOf(flags))])];
  const command = [process.execPath, INSIDE, ...names].map(quote).join(' ');
  const implementation = ['--controller-name', flags.controllerName, ...startedBy(flags)];
  const channel = ['--channel', flags.channel];
  return startHarness([...images, ...implementation, ...channel, '--exec', command], folder).ended;
}
