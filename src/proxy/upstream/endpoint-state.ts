import type { Endpoint } from '../../ir/index.ts';
import type { Lane } from '../shared/lane.ts';

/** The longest that an endpoint is left out at a time, unless the first time is longer already; ms. */
const LONGEST = 30_000;

/**
 * One endpoint as the data plane knows it; the same object for as long as its address and port are listed. How busy it is
 * and whether it is left out is known to all threads.
 */
export class EndpointState<P> {
  readonly address: string;
  readonly port: number;
  state: Endpoint['state'];
  /** Room for the owner's connection pools, one for each way that it is spoken to. */
  readonly pools: P[] = [];
  /** The connection that is made next says whether it is still to be left out. */
  onTrial = false;
  private readonly lane: Lane;
  private readonly cell: number;

  constructor(endpoint: Endpoint, lane: Lane) {
    this.address = endpoint.address;
    this.port = endpoint.port;
    this.state = endpoint.state;
    this.lane = lane;
    this.cell = lane.cellOf(endpoint);
  }

  /** Requests under way, from all threads; kept by whoever sends them, read by least-request. */
  get inFlight(): number {
    return this.lane.inFlight(this.cell);
  }

  /** A request to it begins. */
  enter(): void {
    this.lane.enter(this.cell);
  }

  /** It is over. */
  leave(): void {
    this.lane.leave(this.cell);
  }

  /** The last connection to it could not be made: it is ejected, or has been and waits for its trial. */
  get failing(): boolean {
    return this.lane.failing(this.cell);
  }

  /** It is left out now. */
  get ejected(): boolean {
    return this.lane.ejected(this.cell);
  }

  /** It is left out, and not asked to see whether it must be: there was no other. */
  get lastResort(): boolean {
    return this.failing && !this.onTrial && this.ejected;
  }

  /** Leaves it out for `base` ms, twice as long each time in a row; false when it is left out already. */
  eject(base: number): boolean {
    return this.lane.eject(this.cell, base, Math.max(base, LONGEST));
  }

  /** A connection to it was made. */
  recovered(): void {
    this.lane.recovered(this.cell);
  }
}
