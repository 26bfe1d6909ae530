/** How much is heard of a peer, so that one that never stops does not keep us from the others. */
export interface Allowance {
  /** It sent so many bytes; gives the ms until more should be read. */
  take(bytes: number): number;
}

/** A bucket that holds what comes in a second. `now`: in ms. */
export function createAllowance(bytesPerSecond: number, now: () => number = () => performance.now()): Allowance {
  let left = bytesPerSecond;
  let last = now();
  return {
    take(bytes) {
      const time = now();
      left = Math.min(bytesPerSecond, left + ((time - last) / 1_000) * bytesPerSecond) - bytes;
      last = time;
      return left >= 0 ? 0 : (-left / bytesPerSecond) * 1_000;
    },
  };
}
