import type { GatewayEvent } from '../gateway/index.ts';

/** What a controller tells whoever started it. */
export type ControllerEvent = GatewayEvent | LeaderEvent;

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
