import type { Socket } from './socket.ts';
import type { Timed, Timers } from './timers.ts';

/** How often it is asked whether the peers are still there; ms. */
const STEP = 1_000;

/** Sockets that nobody reads from at present: those tell of no reset by themselves, so they are asked now and then. */
export class HeldSockets implements Timed {
  nextTimed: Timed | undefined = undefined;
  prevTimed: Timed | undefined = undefined;
  dueTick = 0;
  slotTick = 0;
  private readonly timers: Timers;
  private readonly sockets = new Set<Socket>();

  constructor(timers: Timers) {
    this.timers = timers;
  }

  add(socket: Socket): void {
    this.sockets.add(socket);
    if (this.nextTimed === undefined) this.timers.set(this, STEP);
  }

  remove(socket: Socket): void {
    this.sockets.delete(socket);
  }

  onTimeout(): void {
    for (const socket of this.sockets) if (socket.lost) this.drop(socket);
    if (this.sockets.size > 0) this.timers.set(this, STEP);
  }

  private drop(socket: Socket): void {
    this.sockets.delete(socket);
    socket.destroy();
  }
}
