import { endpointKey } from '../endpoint-key.ts';
import type { EndpointSet } from '../upstream/endpoint-set.ts';
import type { EndpointState } from '../upstream/endpoint-state.ts';
import { hashText, rendezvous } from './rendezvous.ts';
import type { Share, TransportPlan } from './transport-plan.ts';

/** Of a flow: the same in all threads, for they must send its datagrams to the same endpoint. */
export function flowSeed(listener: string, address: string, port: number): number {
  return hashText(`${listener} ${address} ${port}`);
}

export function chooseShare({ shares }: TransportPlan, seed: number): Share | undefined {
  const at = rendezvous(
    seed,
    shares.length,
    index => `${shares[index]!.backend} ${index}`,
    index => shares[index]!.weight,
  );
  return shares[at];
}

/**
 * The endpoint of a flow: the best among those that are ready (all, if none is), unless it refused datagrams lately; then the
 * next. When all did, the best one after all. Undefined where there is none.
 */
export function chooseEndpoint<P>(set: EndpointSet<P>, seed: number): EndpointState<P> | undefined {
  const candidates = [...set.preferred];
  const best = takeBest(candidates, seed);
  for (let next = best; next !== undefined; next = takeBest(candidates, seed)) if (set.isUsable(next)) return next;
  return best;
}

function takeBest<P>(candidates: EndpointState<P>[], seed: number): EndpointState<P> | undefined {
  const at = rendezvous(seed, candidates.length, index => endpointKey(candidates[index]!));
  return at < 0 ? undefined : candidates.splice(at, 1)[0];
}
