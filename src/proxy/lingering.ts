import type { Socket } from './socket.ts';
import type { Timed, Timers } from './timers.ts';

/** Time for a client to read the answer and close, once we have closed our side; ms. */
const LINGER_TIME = 2_000;

/**
 * The last of a client's connection: our side is closed, and the client reads what we sent, which a reset could take away from it.
 * As long as it goes on reading, it gets what we have for it.
 */
export class Lingering {
  private readonly timers: Timers;
  private readonly socket: Socket;
  private readonly owner: Timed;
  /** Time for a client that reads nothing of what waits; ms, 0: any. */
  private readonly patience: number;
  private pending = 0;

  /** Sets the timer of `owner`, who then asks whether it is {@link over}. */
  constructor(timers: Timers, socket: Socket, owner: Timed, patience: number) {
    this.timers = timers;
    this.socket = socket;
    this.owner = owner;
    this.patience = patience;
    this.wait();
  }

  /** Counts the time from now on. */
  wait(): void {
    this.pending = this.socket.pending;
    this.timers.set(this.owner, this.pending > 0 && this.patience > 0 ? this.patience : LINGER_TIME);
  }

  /** Asked when the time is over: if it is not, it goes on. */
  get over(): boolean {
    const { pending } = this.socket;
    if (pending === 0 || (this.patience > 0 && pending === this.pending)) return true;
    this.wait();
    return false;
  }
}
