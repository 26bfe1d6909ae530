/** How many connections there are that nobody has vouched for. */
export interface Strangers {
  /** Undefined: too many, of this address or in all. Else it is counted until the answer is called, once or more often. */
  enter(address: string): (() => void) | undefined;
}

export function createStrangers({ perAddress, inAll }: { perAddress: number; inAll: number }): Strangers {
  const counts = new Map<string, number>();
  let all = 0;

  function add(address: string, by: 1 | -1): void {
    const count = (counts.get(address) ?? 0) + by;
    if (count === 0) counts.delete(address);
    else counts.set(address, count);
    all += by;
  }

  return {
    enter(address) {
      if (all >= inAll || (counts.get(address) ?? 0) >= perAddress) return undefined;
      add(address, 1);
      let isCounted = true;
      return () => {
        if (isCounted) add(address, -1);
        isCounted = false;
      };
    },
  };
}
