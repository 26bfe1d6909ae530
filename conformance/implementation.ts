import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildImage } from './build-image.ts';
import type { Flags } from './flags.ts';
import { CHECKOUT } from './harness.ts';
import { imageRules, writeImages } from './images.ts';
import { installCommand, installFlags, quote } from './install.ts';

/** In the upper half of the load balancers' pool, where an address can be asked for by name. */
const BALANCED_ADDRESS = '172.18.1.200';
/** Of the pool on which any process may listen. */
const DIRECT_ADDRESS = '172.18.2.200';
/** In no pool. */
const UNUSABLE_ADDRESS = '192.0.2.1';

const { version } = JSON.parse(readFileSync(path.join(CHECKOUT, 'package.json'), 'utf8')) as { version: string };

/** What the official report calls it: organization, project, url, version, contact. */
export const IDENTITY = {
  organization: 'sluice',
  project: 'sluice',
  url: 'https://sluice.dev',
  version: `v${version}`,
  contact: '@sluice',
} as const;

/** The arguments of the harness that bring Sluice up, as pods or as one process; `out` is where its reports go. */
export function implementationArgs(flags: Flags, out: string): readonly string[] {
  const images = ['--images', writeImages(out, imageRules(imageOf(flags)))];
  if (flags.selfCheck) return images;
  const addresses = [
    ...['--usable-address', flags.inProcess ? DIRECT_ADDRESS : BALANCED_ADDRESS],
    ...['--unusable-address', UNUSABLE_ADDRESS],
  ];
  const report = ['--implementation', Object.values(IDENTITY).join(',')];
  return [...images, ...startedBy(flags), ...addresses, ...report];
}

/** Where the image is, if pods run it. */
export function imageOf({ inProcess, otherImplementation, selfCheck }: Flags): string {
  return inProcess || otherImplementation || selfCheck ? CHECKOUT : buildImage();
}

/** The arguments of the harness that install Sluice, or start the one process. */
export function startedBy({ inProcess, otherImplementation, controllerName }: Flags): readonly string[] {
  if (otherImplementation) return [];
  if (!inProcess) return ['--setup-cmd', installCommand(installFlags(controllerName))];
  const sluice = quote(path.join(CHECKOUT, 'bin', 'sluice'));
  const pool = '--address-pool "$CONF_DIRECT_POOL"';
  return ['--impl-cmd', `exec ${sluice} controller --in-process ${pool} --controller-name ${quote(controllerName)}`];
}
