/** Somebody who can be waited for. */
export interface Awaited {
  /** Whether it has all that was published by that turn, or nobody waits for it any more. */
  has(turn: number): boolean;
}

/** Who waits for which acknowledgements. */
export interface Waits<T extends Awaited> {
  /** Resolves when all of them have it. */
  until(turn: number, all: Iterable<T>): Promise<void>;
  /** Perhaps it has more than before. */
  progress(one: T): void;
}

interface Wait<T> {
  readonly turn: number;
  readonly left: Set<T>;
  readonly done: () => void;
}

export function createWaits<T extends Awaited>(): Waits<T> {
  const waits = new Map<T, Set<Wait<T>>>();

  function settle(one: T, wait: Wait<T>): void {
    wait.left.delete(one);
    if (wait.left.size === 0) wait.done();
  }

  return {
    until(turn, all) {
      const left = new Set([...all].filter(one => !one.has(turn)));
      if (left.size === 0) return Promise.resolve();
      const { promise, resolve: done } = Promise.withResolvers<void>();
      const wait = { turn, left, done };
      for (const one of left) waits.set(one, (waits.get(one) ?? new Set()).add(wait));
      return promise;
    },
    progress(one) {
      const open = waits.get(one);
      for (const wait of open ?? []) {
        if (!one.has(wait.turn)) continue;
        open?.delete(wait);
        settle(one, wait);
      }
      if (open?.size === 0) waits.delete(one);
    },
  };
}
