import type { HeldSockets } from './held-sockets.ts';
import type { Socket } from './socket.ts';

/** Reasons why reading from a client stands still; bits. */
export const BY_BACKEND = 1;
export const BY_PIPELINE = 2;
export const BY_CLIENT = 4;

/** Reads from a socket as long as nobody has a reason against it. */
export class ReadingGate {
  private readonly socket: Socket;
  private readonly held: HeldSockets;
  private reasons = 0;

  constructor(socket: Socket, held: HeldSockets) {
    this.socket = socket;
    this.held = held;
  }

  get open(): boolean {
    return this.reasons === 0;
  }

  hold(reason: number): void {
    if (this.reasons === 0) {
      this.socket.pause();
      this.held.add(this.socket);
    }
    this.reasons |= reason;
  }

  release(reason: number): void {
    if ((this.reasons & reason) === 0) return;
    this.reasons &= ~reason;
    if (this.reasons === 0) this.goOn();
  }

  /** Nobody has a reason any more. */
  openWide(): void {
    this.reasons = 0;
    this.goOn();
  }

  private goOn(): void {
    this.held.remove(this.socket);
    this.socket.resume();
  }

  /** The socket is closed. */
  close(): void {
    this.held.remove(this.socket);
  }
}
