import type { Pace, Pauses } from '../kubernetes/index.ts';

/** How long a source waits for what; in ms. */
export interface KubernetesTiming {
  /**
   * How long the first batch waits for a resource that the API server fails at, and with `reach: 'once'` how long a server
   * may be silent, or gone after its first answer.
   */
  readonly patience: number;
  /** How soon after a sign that other kinds are served this is asked for: at once, and again in case it was too early. */
  readonly after: readonly number[];
  /** Where nothing gives such signs, and for what is forbidden. */
  readonly poll: number;
  /** Before another try of what failed. */
  readonly retry: Pace;
}

/** A server that was gone is back for all within 5 s: few enough ask, and routes go stale meanwhile. */
export const TIMING: KubernetesTiming = {
  patience: 5_000,
  after: [200, 2_000, 10_000],
  poll: 30_000,
  retry: { firstMs: 200, mostMs: 5_000 },
};

export function pausesOf({ poll, retry }: KubernetesTiming): Pauses {
  return { ...retry, slowMs: poll };
}
