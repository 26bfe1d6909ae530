/** Objects of which somebody undoes our entries again and again. */
export interface WriteContests {
  /** What stood there as wanted had to be written another time. */
  rewritten(key: string): void;
  isContested(key: string): boolean;
  close(): void;
}

export interface WriteContestsOptions {
  /** How many times within `window` are still no contest. */
  readonly most: number;
  /** In ms. */
  readonly window: number;
  /** It began, or there was none for a whole window. */
  readonly onChange: (key: string, contested: boolean) => void;
}

interface Fight {
  times: number[];
  timer: NodeJS.Timeout | undefined;
}

export function createWriteContests({ most, window, onChange }: WriteContestsOptions): WriteContests {
  const fights = new Map<string, Fight>();

  /** A calm window after the last time, all is forgotten. */
  function end(key: string): void {
    const contested = isContested(key);
    fights.delete(key);
    if (contested) onChange(key, false);
  }

  const isContested = (key: string) => (fights.get(key)?.times.length ?? 0) > most;

  return {
    rewritten(key) {
      const fight = fights.get(key) ?? { times: [], timer: undefined };
      fights.set(key, fight);
      clearTimeout(fight.timer);
      fight.timer = setTimeout(end, window, key);
      if (isContested(key)) return;
      const now = performance.now();
      fight.times = [...fight.times.filter(time => time > now - window), now];
      if (isContested(key)) onChange(key, true);
    },
    isContested,
    close() {
      for (const { timer } of fights.values()) clearTimeout(timer);
      fights.clear();
    },
  };
}
