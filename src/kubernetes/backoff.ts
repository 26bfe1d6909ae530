/** Longer and longer pauses, in ms, each of them random so that many clients do not come back at once. */
export interface Backoff {
  next(): number;
  reset(): void;
}

export function createBackoff(firstMs: number, mostMs: number): Backoff {
  let limit = firstMs;
  return {
    next() {
      const pause = Math.random() * limit;
      limit = Math.min(limit * 2, mostMs);
      return pause;
    },
    reset() {
      limit = firstMs;
    },
  };
}
