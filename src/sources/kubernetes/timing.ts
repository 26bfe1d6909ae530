import type { ListWatchOptions } from '../../kubernetes/index.ts';

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
  /** Before another try of what failed: a random part of `first`, then of twice as much each time, up to `most`. */
  readonly retry: { readonly first: number; readonly most: number };
}

/** A server that was gone is back for all within 5 s: few enough ask, and routes go stale meanwhile. */
export const TIMING: KubernetesTiming = {
  patience: 5_000,
  after: [200, 2_000, 10_000],
  poll: 30_000,
  retry: { first: 200, most: 5_000 },
};

export function pausesOf({ poll, retry }: KubernetesTiming): NonNullable<ListWatchOptions['pauses']> {
  return { firstMs: retry.first, mostMs: retry.most, slowMs: poll };
}

/** The wait after that many failures in a row: random, so that many that lost one server do not come back as one. */
export function retryAfter({ retry }: KubernetesTiming, failures: number): number {
  return Math.random() * Math.min(retry.most, retry.first * 2 ** (failures - 1));
}
