import type { Socket } from './socket.ts';

/** Reasons why reading from a client stands still; bits. */
export const BY_BACKEND = 1;
export const BY_PIPELINE = 2;
export const BY_CLIENT = 4;

/** Reads from a socket as long as nobody has a reason against it. */
export class ReadingGate {
  private readonly socket: Socket;
  private reasons = 0;

  constructor(socket: Socket) {
    this.socket = socket;
  }

  get open(): boolean {
    return this.reasons === 0;
  }

  hold(reason: number): void {
    if (this.reasons === 0) this.socket.pause();
    this.reasons |= reason;
  }

  release(reason: number): void {
    if ((this.reasons & reason) === 0) return;
    this.reasons &= ~reason;
    if (this.reasons === 0) this.socket.resume();
  }

  /** Nobody has a reason any more. */
  openWide(): void {
    this.reasons = 0;
    this.socket.resume();
  }
}
