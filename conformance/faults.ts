import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { SCENARIOS } from './faults/scenarios.ts';
import type { Flags } from './flags.ts';
import { CHECKOUT, startHarness } from './harness.ts';
import { imageRules, writeImages } from './images.ts';

const CHANNELS = ['experimental', 'standard'] as const;

/** Plays the scenarios, with one bring-up of the harness per channel; the exit status. Throws for names of none. */
export async function playFaults(flags: Flags, folder: string): Promise<number> {
  const unknown = [...(flags.scenarios ?? [])].filter(name => !SCENARIOS.some(one => one.name === name));
  const all = SCENARIOS.map(({ name }) => name).join(', ');
  if (unknown.length > 0) throw new Error(`--scenario: '${unknown[0]}' is none of ${all}`);
  const wanted = SCENARIOS.filter(({ name }) => flags.scenarios?.has(name) ?? true);
  let status = 0;
  for (const channel of CHANNELS) {
    const names = wanted.filter(one => (one.channel ?? 'experimental') === channel).map(one => one.name);
    if (names.length === 0) continue;
    const inside = path.join(import.meta.dirname, 'faults', 'inside.ts');
    const command = [process.execPath, inside, flags.controllerName, ...names].map(word => `'${word}'`).join(' ');
    const out = path.join(folder, channel);
    mkdirSync(out, { recursive: true });
    const images = ['--images', writeImages(out, imageRules(CHECKOUT))];
    const run = startHarness([...images, '--channel', channel, '--exec', command], out);
    if ((await run.ended) !== 0) status = 1;
  }
  return status;
}
