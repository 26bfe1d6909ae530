import type { Endpoint, Endpoints } from '../../ir/index.ts';
import { createBalancer, type Policy } from './balancer.ts';

/** One endpoint as the data plane knows it; the same object for as long as its address and port are listed. */
export interface EndpointState<P> {
  readonly address: string;
  readonly port: number;
  state: Endpoint['state'];
  /** Requests under way; kept by whoever sends them, read by least-request. */
  inFlight: number;
  /** Room for the owner's connection pool. */
  slot: P | undefined;
}

/** The endpoints of one backend. Ready ones are preferred; draining ones serve only when nothing is ready. */
export class EndpointSet<P> {
  private readonly states = new Map<string, EndpointState<P>>();
  private candidates: readonly EndpointState<P>[] = [];
  private readonly balancer = createBalancer();

  /** Takes over a new list, or an empty one (undefined); the states that are listed no longer come back. */
  update(unit: Endpoints | undefined): readonly EndpointState<P>[] {
    const listed = new Map((unit?.endpoints ?? []).map(endpoint => [keyOf(endpoint), endpoint]));
    const removed: EndpointState<P>[] = [];
    for (const [key, state] of this.states) {
      if (listed.has(key)) continue;
      this.states.delete(key);
      removed.push(state);
    }
    for (const [key, endpoint] of listed) this.put(key, endpoint);
    const all = [...this.states.values()];
    const ready = all.filter(state => state.state === 'ready');
    this.candidates = ready.length > 0 ? ready : all;
    return removed;
  }

  private put(key: string, { address, port, state }: Endpoint): void {
    const known = this.states.get(key);
    if (known) known.state = state;
    else this.states.set(key, { address, port, state, inFlight: 0, slot: undefined });
  }

  /** The endpoint for the next request; never one of `tried`; undefined when there is no other. */
  pick(policy: Policy, tried?: readonly EndpointState<P>[]): EndpointState<P> | undefined {
    return this.balancer.pick(this.candidates, policy, tried);
  }

  /** The endpoint at `key` (`address:port`), ready or draining; undefined when it is listed no more. */
  named(key: string): EndpointState<P> | undefined {
    return this.states.get(key);
  }

  /** All endpoints, draining ones too. */
  all(): IterableIterator<EndpointState<P>> {
    return this.states.values();
  }

  get size(): number {
    return this.states.size;
  }
}

/** How {@link EndpointSet.named} knows an endpoint. */
export function keyOf({ address, port }: { readonly address: string; readonly port: number }): string {
  return `${address}:${port}`;
}
