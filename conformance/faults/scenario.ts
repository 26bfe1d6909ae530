import type { World } from './world.ts';

/** One way in which the surroundings of a controller fail. */
export interface Scenario {
  readonly name: string;
  /** Default: experimental. */
  readonly channel?: 'standard';
  run(world: World): Promise<void>;
}
