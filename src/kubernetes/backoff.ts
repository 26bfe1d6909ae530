/** How long to wait after failures in a row, in ms: `firstMs`, then twice as much each time, up to `mostMs`. */
export interface Pace {
  readonly firstMs: number;
  readonly mostMs: number;
}

/**
 * `failures` from 1. A random part of what the pace says, so that many clients that lost one server do not come back as
 * one; at least the share `least` of it.
 */
export function pauseAfter(failures: number, { firstMs, mostMs }: Pace, least = 0): number {
  return Math.min(mostMs, firstMs * 2 ** (failures - 1)) * (least + Math.random() * (1 - least));
}
