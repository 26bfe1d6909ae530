/** How many do something that takes memory at the same time, of one group and in all; others wait, in their order. */
export interface Turns {
  /** Resolves with what ends the turn; call it once or more often. `signal`: it is no longer waited for. */
  take(group: string, signal: AbortSignal): Promise<() => void>;
}

interface Waiting {
  readonly group: string;
  readonly begin: () => void;
}

export function createTurns({ perGroup, inAll }: { perGroup: number; inAll: number }): Turns {
  const busy = new Map<string, number>();
  const waiting = new Set<Waiting>();
  let all = 0;

  function isFree(group: string): boolean {
    return all < inAll && (busy.get(group) ?? 0) < perGroup;
  }

  function add(group: string, by: 1 | -1): void {
    const count = (busy.get(group) ?? 0) + by;
    if (count === 0) busy.delete(group);
    else busy.set(group, count);
    all += by;
  }

  function next(): void {
    for (const one of waiting) {
      if (all >= inAll) return;
      if (!isFree(one.group)) continue;
      waiting.delete(one);
      one.begin();
    }
  }

  /** The turn of a group, begun. */
  function begun(group: string): () => void {
    add(group, 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      add(group, -1);
      next();
    };
  }

  return {
    take(group, signal) {
      if (isFree(group)) return Promise.resolve(begun(group));
      const { promise, resolve } = Promise.withResolvers<() => void>();
      const one = { group, begin: () => resolve(begun(group)) };
      waiting.add(one);
      signal.addEventListener('abort', () => waiting.delete(one), { once: true });
      return promise;
    },
  };
}
