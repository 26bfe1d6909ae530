import type { Arrival, Doorway, Guest } from '../arrival.ts';
import type { Core } from '../core.ts';
import type { Socket, SocketHandler } from '../socket.ts';
import { Stash } from '../stash.ts';
import type { Timed } from '../timers.ts';

/** Time for who is on the way in through a door that has left the configuration; ms. */
const FRESH_TIME = 300;

/**
 * A connection that nobody serves yet. It counts as a client's, and has `headTimeout` to say what it wants. Whoever takes it over
 * is told after {@link leave}, and has to make itself the handler of its socket.
 */
export abstract class Newcomer implements SocketHandler, Guest, Timed {
  nextTimed: Timed | undefined = undefined;
  prevTimed: Timed | undefined = undefined;
  dueTick = 0;
  slotTick = 0;
  readonly busy = true;
  protected readonly core: Core;
  protected readonly door: Doorway;
  protected readonly arrival: Arrival;
  /** What has come of it, if that does not say enough yet. */
  protected readonly stash = new Stash();
  private here = true;

  constructor(core: Core, door: Doorway, arrival: Arrival) {
    this.core = core;
    this.door = door;
    this.arrival = arrival;
    door.guests.add(this);
    core.lane.addClients(1);
    if (core.options.headTimeout > 0) core.timers.set(this, core.options.headTimeout);
    arrival.socket.handler = this;
  }

  protected get socket(): Socket {
    return this.arrival.socket;
  }

  abstract onData(bytes: Uint8Array, start: number, end: number): void;
  abstract onEnd(): void;
  abstract onTimeout(): void;

  onDrain(): void {}

  onClose(): void {
    this.leave();
  }

  retire(): void {
    this.core.timers.set(this, FRESH_TIME);
  }

  abort(reset: boolean): void {
    this.leave();
    this.socket.destroy(reset);
  }

  /** It is served now, or gone. False: it was before. */
  protected leave(): boolean {
    const { core, door, here } = this;
    if (!here) return false;
    this.here = false;
    core.timers.clear(this);
    door.guests.delete(this);
    core.lane.addClients(-1);
    return true;
  }
}
