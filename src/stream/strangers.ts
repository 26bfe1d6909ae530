/** How many connections there are that nobody has vouched for. */
export interface Strangers {
  /**
   * Undefined: too many, of this address or in all. Else it is counted until the answer is called, once or more often. `leave`: it has
   * to make room for one of an address that has fewer.
   */
  enter(address: string, leave: () => void): (() => void) | undefined;
}

interface Stranger {
  readonly address: string;
  readonly leave: () => void;
}

export function createStrangers({ perAddress, inAll }: { perAddress: number; inAll: number }): Strangers {
  /** Oldest first. */
  const crowds = new Map<string, Set<Stranger>>();
  let all = 0;

  function release(stranger: Stranger): void {
    const crowd = crowds.get(stranger.address);
    if (!crowd?.delete(stranger)) return;
    if (crowd.size === 0) crowds.delete(stranger.address);
    all--;
  }

  /** Who comes with many keeps nobody out who comes alone. */
  function makeRoom(has: number): void {
    const largest = [...crowds.values()].reduce((a, b) => (b.size > a.size ? b : a));
    const [oldest] = largest;
    if (largest.size <= has + 1 || oldest === undefined) return;
    release(oldest);
    oldest.leave();
  }

  return {
    enter(address, leave) {
      const has = crowds.get(address)?.size ?? 0;
      if (has >= perAddress) return undefined;
      if (all >= inAll) makeRoom(has);
      if (all >= inAll) return undefined;
      const stranger = { address, leave };
      const crowd = crowds.get(address) ?? new Set();
      crowds.set(address, crowd.add(stranger));
      all++;
      return () => release(stranger);
    },
  };
}
