import type { GatewayEvent } from '../gateway/index.ts';

/** What a controller tells whoever started it. */
export type ControllerEvent = GatewayEvent | LeaderEvent | RefusedEvent;

/** Whether this process is the one that writes statuses, and in whose stead it waits if it is not. */
export interface LeaderEvent {
  readonly event: 'leader';
  readonly leading: boolean;
  /** Whether it serves, or is about to. */
  readonly serving: boolean;
  /** `namespace/name` of the Lease. */
  readonly lease: string;
  /** Who has it, if it is known and not us. */
  readonly holder?: string;
}

/** Somebody who wanted a configuration got none. Of many only some are told. */
export interface RefusedEvent {
  readonly event: 'refused';
  readonly address: string;
  /** What it says that it is, `namespace/pod`. */
  readonly proxy?: string;
  readonly reason: string;
  /** How many more there were since the last one that was told. */
  readonly untold: number;
}
