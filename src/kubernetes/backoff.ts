/** How long to wait after failures in a row, in ms: a random part of `firstMs`, then of twice as much each time, up to `mostMs`. */
export interface Pace {
  readonly firstMs: number;
  readonly mostMs: number;
}

/** `failures` from 1. Random, so that many clients that lost one server do not come back as one. */
export function pauseAfter(failures: number, { firstMs, mostMs }: Pace): number {
  return Math.random() * Math.min(mostMs, firstMs * 2 ** (failures - 1));
}
