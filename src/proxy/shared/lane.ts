import type { Endpoint, Endpoints, Unit } from '../../ir/index.ts';
import { endpointKey } from '../endpoint-key.ts';
import {
  BEATS,
  CLIENTS,
  HEALTH_STRIDE,
  LANES,
  type SharedMemory,
  systemClock,
  TOTALS_STRIDE,
  TURN,
} from './shared-memory.ts';

/** Length of a tick of ejections, in ms: 31 bits of them are a year. */
export const TICK = 16;

/**
 * The shared memory as one thread sees and writes it. Counting costs what it costs in an object of one's own: what is
 * counted here has no other writer. Sums over all threads are as old as the caches of the machine.
 */
export class Lane {
  readonly memory: SharedMemory;
  private readonly lane: number;
  /** Views of a fixed length: those that follow a growing buffer are thirty times slower. */
  private flights: Int32Array;
  private health: Int32Array;
  private readonly totals: Int32Array;
  private readonly own: number;
  private readonly stride: number;
  private readonly clock: () => number;
  /** From the thread's clock to that of the memory. */
  private readonly skew: number;
  private readonly cells = new Map<string, number>();

  /**
   * @param lane which one this thread writes; nobody else may
   * @param clock ms, monotonic; replaced in tests
   */
  constructor(memory: SharedMemory, lane: number, clock: () => number = () => performance.now()) {
    this.memory = memory;
    this.lane = lane;
    this.stride = memory.lanes;
    this.flights = fixed(memory.flights);
    this.health = fixed(memory.health);
    this.totals = fixed(memory.totals);
    this.own = (lane + 1) * TOTALS_STRIDE;
    this.clock = clock;
    this.skew = systemClock() - clock() - memory.origin;
    this.announce();
  }

  /** Readers look at lanes that have ever been in use. */
  private announce(): void {
    for (let known = Atomics.load(this.totals, LANES); known <= this.lane; known = Atomics.load(this.totals, LANES)) {
      Atomics.compareExchange(this.totals, LANES, known, this.lane + 1);
    }
  }

  /**
   * While `take` runs, {@link cellOf} knows the endpoints that `upserts` list. `cells` are theirs, one after the other, as the
   * main thread assigned them.
   */
  listing(upserts: readonly Unit[], cells: Int32Array, take: () => void): void {
    const { memory } = this;
    if (memory.flights.byteLength > this.flights.byteLength) this.flights = fixed(memory.flights);
    if (memory.health.byteLength > this.health.byteLength) this.health = fixed(memory.health);
    let at = 0;
    for (const { endpoints } of upserts.filter(isEndpoints)) {
      for (const endpoint of endpoints) this.cells.set(endpointKey(endpoint), cells[at++] ?? 0);
    }
    take();
    this.cells.clear();
  }

  /** The cell of an endpoint that is being {@link listing listed}; 0: there is none for it. */
  cellOf(endpoint: Pick<Endpoint, 'address' | 'port'>): number {
    return this.cells.get(endpointKey(endpoint)) ?? 0;
  }

  /** A request to the endpoint begins. */
  enter(cell: number): void {
    this.flights[cell * this.stride + this.lane]!++;
  }

  /** It is over. */
  leave(cell: number): void {
    this.flights[cell * this.stride + this.lane]!--;
  }

  /** Requests under way to the endpoint, from all threads. */
  inFlight(cell: number): number {
    const { flights } = this;
    const first = cell * this.stride;
    const end = first + this.totals[LANES]!;
    let sum = flights[first]!;
    for (let at = first + 1; at < end; at++) sum += flights[at]!;
    return sum;
  }

  /**
   * The endpoint could not be reached: all threads leave it out for `base` ms, twice as long each time in a row, up to `most`. False: it
   * is left out already (many connections may fail at once), or has no cell.
   */
  eject(cell: number, base: number, most: number): boolean {
    const { health } = this;
    const at = cell * HEALTH_STRIDE;
    const before = Atomics.load(health, at + 1);
    if (cell === 0 || this.isAhead(before)) return false;
    const time = Math.min(base * 2 ** Math.min(Atomics.load(health, at), 30), most);
    // Odd, so never 0; a tick later, for the present one has begun.
    const until = (this.tick(time) + 1) | 1;
    if (Atomics.compareExchange(health, at + 1, before, until) !== before) return false;
    Atomics.add(health, at, 1);
    return true;
  }

  /** A connection to the endpoint could be made: it is in order. */
  recovered(cell: number): void {
    const at = cell * HEALTH_STRIDE;
    if (this.health[at] === 0 && this.health[at + 1] === 0) return;
    Atomics.store(this.health, at, 0);
    Atomics.store(this.health, at + 1, 0);
  }

  /** No connection to the endpoint could be made since it was left out first, whether or not it is now. */
  failing(cell: number): boolean {
    return this.health[cell * HEALTH_STRIDE] !== 0;
  }

  /** Whether the endpoint is left out now. */
  ejected(cell: number): boolean {
    const until = this.health[cell * HEALTH_STRIDE + 1]!;
    return until !== 0 && this.isAhead(until);
  }

  /** Ticks of 32 bits, so that a comparison is a difference. */
  private tick(ahead: number): number {
    return Math.floor((this.clock() + this.skew + ahead) / TICK) | 0;
  }

  private isAhead(until: number): boolean {
    return until !== 0 && ((until - this.tick(0)) | 0) > 0;
  }

  /** `by` connections of clients more. */
  addClients(by: 1 | -1): void {
    this.totals[this.own + CLIENTS]! += by;
  }

  /** Whether this thread may write to the log that all share, until it passes the turn on. Nobody waits for it. */
  takeTurn(): boolean {
    const before = Atomics.compareExchange(this.totals, TURN, 0, this.lane + 1);
    return before === 0 || before === this.lane + 1;
  }

  passTurn(): void {
    Atomics.compareExchange(this.totals, TURN, this.lane + 1, 0);
  }

  /** The event loop turns. */
  beat(): void {
    this.totals[this.own + BEATS]!++;
  }

  /** Open connections of clients, of this thread. */
  get ownClients(): number {
    return this.totals[this.own + CLIENTS]!;
  }

  /** Open connections of clients, of all threads. */
  get clients(): number {
    const { totals } = this;
    const end = (totals[LANES]! + 1) * TOTALS_STRIDE;
    let sum = 0;
    for (let at = TOTALS_STRIDE + CLIENTS; at < end; at += TOTALS_STRIDE) sum += totals[at]!;
    return sum;
  }
}

function fixed(buffer: SharedArrayBuffer): Int32Array {
  return new Int32Array(buffer, 0, buffer.byteLength / 4);
}

export function isEndpoints(unit: Unit): unit is Endpoints {
  return unit.kind === 'Endpoints';
}
