import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildImage } from '../../conformance/build-image.ts';
import { BACKEND_RULE } from '../../conformance/cluster/backends.ts';
import { processes, sluiceProcesses } from '../../conformance/cluster/processes.ts';
import { CACHE, CHECKOUT, HARNESS } from '../../conformance/harness.ts';
import { type ImageRule, imageRules } from '../../conformance/images.ts';
import { DEFAULT_CONTROLLER_NAME, installCommand, quote } from '../../conformance/install.ts';
import type { Measured } from './world.ts';

/** What is measured, and how the harness brings it up. */
export interface Implementation {
  readonly name: string;
  /** The script of the harness that starts it. */
  readonly script: string;
  readonly args: readonly string[];
  images(): readonly ImageRule[];
  readonly measured: Measured;
}

const sluice: Implementation = {
  name: 'sluice',
  script: path.join(HARNESS, 'run.sh'),
  args: ['--controller-name', DEFAULT_CONTROLLER_NAME, '--setup-cmd', installCommand([])],
  images: () => [BACKEND_RULE, ...imageRules(buildImage())],
  measured: {
    controllers: () => sluiceProcesses('controller'),
    proxies: () => sluiceProcesses('proxy'),
  },
};

const inProcess: Implementation = {
  ...sluice,
  name: 'sluice-in-process',
  args: [
    '--controller-name',
    DEFAULT_CONTROLLER_NAME,
    '--impl-cmd',
    `exec ${quote(path.join(CHECKOUT, 'bin', 'sluice'))} controller --in-process --address-pool "$CONF_DIRECT_POOL"`,
  ],
  measured: { controllers: () => sluiceProcesses('controller'), proxies: () => sluiceProcesses('controller') },
};

const PEER = path.join(HARNESS, 'peers', 'envoy-gateway');
const named = (program: string) => () => processes().filter(({ words }) => path.basename(words[0]!) === program);

const envoyGateway: Implementation = {
  name: 'envoy-gateway',
  script: path.join(PEER, 'run.sh'),
  args: [],
  images() {
    const text = readFileSync(path.join(PEER, 'images.json'), 'utf8');
    const programs = path.join(CACHE, 'peer-envoy-gateway');
    return [
      BACKEND_RULE,
      ...(JSON.parse(text.replaceAll(/\$\{PEER\}/g, programs)) as readonly ImageRule[]),
      ...imageRules(CHECKOUT),
    ];
  },
  measured: { controllers: named('envoy-gateway'), proxies: named('envoy') },
};

export const IMPLEMENTATIONS: readonly Implementation[] = [sluice, inProcess, envoyGateway];
