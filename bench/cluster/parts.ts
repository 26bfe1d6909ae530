import { attached } from './parts/attached.ts';
import { churn } from './parts/churn.ts';
import { failover } from './parts/failover.ts';
import { faults } from './parts/faults.ts';
import { listenerSets } from './parts/listener-sets.ts';
import { propagation } from './parts/propagation.ts';
import { rollout } from './parts/rollout.ts';
import { scale } from './parts/scale.ts';
import { swap } from './parts/swap.ts';
import type { World } from './world.ts';

export interface Part {
  readonly name: string;
  /** How long it may take, where that is not the default. */
  readonly seconds?: number;
  run(world: World): Promise<void>;
}

/** In the order in which they are run. */
export const PARTS: readonly Part[] = [
  attached,
  propagation,
  churn,
  swap,
  rollout,
  failover,
  scale,
  listenerSets,
  faults,
];
