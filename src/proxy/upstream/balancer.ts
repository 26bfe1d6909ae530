import type { ProxyOptions } from '../options.ts';

export type Policy = ProxyOptions['balancing'];

/** What a policy looks at. */
export interface Candidate {
  readonly inFlight: number;
}

/** Above this many candidates least-request compares two drawn at random instead of all. */
const FULL_SCAN = 8;

export interface Balancer {
  pick<C extends Candidate>(candidates: readonly C[], policy: Policy, exclude?: C): C | undefined;
}

/**
 * Round robin, and least request: the fewest requests under way, ties in turn. The first turn is drawn at random, so
 * that many proxies started together don't all begin with the same endpoint. `random` gives [0, 1).
 */
export function createBalancer(random: () => number = Math.random): Balancer {
  let turn = Math.floor(random() * 0x10000);

  function roundRobin<C extends Candidate>(candidates: readonly C[], exclude: C | undefined): C | undefined {
    const count = candidates.length;
    turn = (turn + 1) % count;
    if (candidates[turn] === exclude) turn = (turn + 1) % count;
    return candidates[turn];
  }

  function scan<C extends Candidate>(candidates: readonly C[], exclude: C | undefined): C | undefined {
    const count = candidates.length;
    turn = (turn + 1) % count;
    let best: C | undefined;
    for (let step = 0, at = turn; step < count; step++, at = at + 1 === count ? 0 : at + 1) {
      const candidate = candidates[at]!;
      if (candidate === exclude) continue;
      if (best === undefined || candidate.inFlight < best.inFlight) best = candidate;
    }
    return best;
  }

  function twoChoices<C extends Candidate>(candidates: readonly C[], exclude: C | undefined): C | undefined {
    const count = candidates.length;
    const first = Math.floor(random() * count);
    const second = (first + 1 + Math.floor(random() * (count - 1))) % count;
    const [a, b] = [candidates[first]!, candidates[second]!];
    if (a === exclude) return b;
    return b !== exclude && b.inFlight < a.inFlight ? b : a;
  }

  return {
    pick(candidates, policy, exclude) {
      if (candidates.length === 0) return undefined;
      if (candidates.length === 1) return candidates[0] === exclude ? undefined : candidates[0];
      if (policy === 'round-robin') return roundRobin(candidates, exclude);
      return candidates.length <= FULL_SCAN ? scan(candidates, exclude) : twoChoices(candidates, exclude);
    },
  };
}
