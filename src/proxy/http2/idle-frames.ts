import type { Timers } from '../timers.ts';
import { Allowance } from './allowance.ts';

/** Frames at once, and per second after that. */
const BURST = 1_000;
const PER_SECOND = 100;
/** What useful frames earn: of the peer's, content and heads. */
const PER_CONTENT = 2;
const PER_HEAD = 4;
/** Of ours, content lets the peer say something of its windows: some 4 KiB after the other, and always twice. */
const PER_SENT = 4;
const PER_SENT_BYTE = 1 / 1_024;

/** How many frames a peer may send that nothing comes of: settings, pings, priorities, windows, empty content, what nobody knows. */
export class IdleFrames {
  private readonly timers: Timers;
  private readonly allowance = new Allowance(BURST, PER_SECOND);

  constructor(timers: Timers) {
    this.timers = timers;
  }

  /** Takes one; false: it was one too many. */
  take(): boolean {
    return this.allowance.take(this.timers.now());
  }

  onHead(): void {
    this.allowance.earn(PER_HEAD);
  }

  onContent(): void {
    this.allowance.earn(PER_CONTENT);
  }

  /** We have sent a frame with so many bytes of content. */
  onSent(count: number): void {
    this.allowance.earn(PER_SENT + count * PER_SENT_BYTE);
  }
}
