/** At most so many a second, after a burst of so many. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** A token bucket. */
export interface WriteRate {
  /** Takes a token and gives 0; else how many ms are left until there is one. */
  take(): number;
}

/** `now` in ms, of a clock that is never set back. */
export function createWriteRate({ perSecond, burst }: Rate, now: () => number = () => performance.now()): WriteRate {
  let tokens = burst;
  let at = now();
  return {
    take() {
      const time = now();
      tokens = Math.min(burst, tokens + ((time - at) * perSecond) / 1000);
      at = time;
      if (tokens < 1) return Math.ceil(((1 - tokens) * 1000) / perSecond);
      tokens--;
      return 0;
    },
  };
}
