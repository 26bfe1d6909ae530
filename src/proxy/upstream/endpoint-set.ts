import type { Endpoint, Endpoints } from '../../ir/index.ts';
import { endpointKey } from '../endpoint-key.ts';
import type { Lane } from '../shared/lane.ts';
import { Balancer, type Policy } from './balancer.ts';
import { EndpointState } from './endpoint-state.ts';

/**
 * The endpoints of one backend. Ready ones are preferred; draining ones serve only when nothing is ready. One to which no
 * connection could be made is left out for a while; then a single request tries it, and the connection made for that one
 * ends the matter, or it is left out for twice as long. When all are left out, all are used.
 */
export class EndpointSet<P> {
  private readonly states = new Map<string, EndpointState<P>>();
  private candidates: readonly EndpointState<P>[] = [];
  private readonly balancer = new Balancer();
  /** Few backends ever need it. */
  private spareBalancer: Balancer | undefined = undefined;
  private readonly lane: Lane;
  private readonly ejectTime: number;
  /** Those that drain, where others are preferred. */
  private spare: readonly EndpointState<P>[] = [];

  /** @param ejectTime how long an endpoint is left out for the first time; ms */
  constructor(lane: Lane, ejectTime: number) {
    this.lane = lane;
    this.ejectTime = ejectTime;
  }

  /** Those that new requests go to: the ready ones, or all where none is. */
  get preferred(): readonly EndpointState<P>[] {
    return this.candidates;
  }

  /** Takes over a new list, or an empty one (undefined); the states that are listed no longer come back. */
  update(unit: Endpoints | undefined): readonly EndpointState<P>[] {
    const listed = new Map((unit?.endpoints ?? []).map(endpoint => [endpointKey(endpoint), endpoint]));
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
    this.spare = ready.length > 0 ? all.filter(state => state.state === 'draining') : [];
    return removed;
  }

  private put(key: string, endpoint: Endpoint): void {
    const known = this.states.get(key);
    if (known) known.state = endpoint.state;
    else this.states.set(key, new EndpointState(endpoint, this.lane));
  }

  /** The endpoint for the next request; never one of `tried`; undefined when there is no other. */
  pick(policy: Policy, tried: readonly EndpointState<P>[] = NONE): EndpointState<P> | undefined {
    const picked = this.balancer.pick(this.candidates, policy, tried);
    return picked === undefined || this.isUsable(picked) ? picked : this.pickAround(picked, policy, tried);
  }

  /** One that drains, for a request to which all ready ones refused a connection; never one of `tried`. */
  pickSpare(policy: Policy, tried: readonly EndpointState<P>[]): EndpointState<P> | undefined {
    this.spareBalancer ??= new Balancer();
    return this.spareBalancer.pick(this.spare, policy, tried, isFailing);
  }

  /** Whether a request may go there: it is in order, or this request is the one that tries it. */
  isUsable(state: EndpointState<P>): boolean {
    return !state.failing || this.putOnTrial(state);
  }

  /** Puts it on trial if its time is over: it is left out for others until a connection was made. */
  private putOnTrial(state: EndpointState<P>): boolean {
    if (state.ejected || !state.eject(this.ejectTime)) return false;
    state.onTrial = true;
    return true;
  }

  /** Those that drain serve still, which is more than can be said of ready ones if all of them fail. */
  private pickAround(failing: EndpointState<P>, policy: Policy, tried: readonly EndpointState<P>[]) {
    const { balancer, candidates } = this;
    for (const state of candidates) if (state.failing && !tried.includes(state) && this.putOnTrial(state)) return state;
    return balancer.pick(candidates, policy, tried, isFailing) ?? this.pickSpare(policy, tried) ?? failing;
  }

  /** The endpoint of this `endpointKey`, ready or draining; undefined when it is listed no more. */
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

const NONE: readonly never[] = [];

function isFailing({ failing }: EndpointState<unknown>): boolean {
  return failing;
}
