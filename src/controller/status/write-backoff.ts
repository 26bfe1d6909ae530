/** How long to wait after failures in a row, in ms: doubled each time. */
export interface Pace {
  readonly first: number;
  readonly slowest: number;
}

/** Between half and all of what the pace says, for others had the same failure at the same time. `failures` from 1. */
export function backoff(failures: number, { first, slowest }: Pace): number {
  return Math.min(slowest, first * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);
}
