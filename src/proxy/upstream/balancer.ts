import type { ProxyOptions } from '../options.ts';

export type Policy = ProxyOptions['balancing'];

/** What a policy looks at. */
export interface Candidate {
  readonly inFlight: number;
}

/** Above this many candidates least-request compares two drawn at random instead of all. */
const FULL_SCAN = 8;

export interface Balancer {
  /** Never one of `tried`; undefined when no other is left. */
  pick<C extends Candidate>(candidates: readonly C[], policy: Policy, tried?: readonly C[]): C | undefined;
}

const NONE: readonly never[] = [];

/**
 * Round robin, and least request: the fewest requests under way, ties in turn. The first turn is drawn at random, so
 * that many proxies started together don't all begin with the same endpoint. `random` gives [0, 1).
 */
export function createBalancer(random: () => number = Math.random): Balancer {
  let turn = Math.floor(random() * 0x10000);

  function roundRobin<C extends Candidate>(candidates: readonly C[], tried: readonly C[]): C | undefined {
    const count = candidates.length;
    for (let step = 0; step < count; step++) {
      turn = (turn + 1) % count;
      if (!tried.includes(candidates[turn]!)) return candidates[turn];
    }
    return undefined;
  }

  function scan<C extends Candidate>(candidates: readonly C[], tried: readonly C[]): C | undefined {
    const count = candidates.length;
    turn = (turn + 1) % count;
    let best: C | undefined;
    for (let step = 0, at = turn; step < count; step++, at = at + 1 === count ? 0 : at + 1) {
      const candidate = candidates[at]!;
      if (tried.length > 0 && tried.includes(candidate)) continue;
      if (best === undefined || candidate.inFlight < best.inFlight) best = candidate;
    }
    return best;
  }

  function twoChoices<C extends Candidate>(candidates: readonly C[]): C {
    const count = candidates.length;
    const first = Math.floor(random() * count);
    const second = (first + 1 + Math.floor(random() * (count - 1))) % count;
    const [a, b] = [candidates[first]!, candidates[second]!];
    return b.inFlight < a.inFlight ? b : a;
  }

  return {
    pick(candidates, policy, tried = NONE) {
      if (candidates.length <= 1) return candidates[0] && tried.includes(candidates[0]) ? undefined : candidates[0];
      if (policy === 'round-robin') return roundRobin(candidates, tried);
      return candidates.length <= FULL_SCAN || tried.length > 0 ? scan(candidates, tried) : twoChoices(candidates);
    },
  };
}
