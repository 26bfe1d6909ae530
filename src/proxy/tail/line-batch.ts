import { MessageWriter } from '../http1/message-writer.ts';

/** Lines to hand on. */
export interface Lines {
  readonly bytes: Uint8Array;
  readonly count: number;
  /** How many more there were, behind these. */
  readonly dropped: number;
}

/** Bytes that are kept until somebody takes them; further lines are dropped. */
const MAX_BYTES = 262_144;

/** Lines that wait to be taken, not without bound. */
export class LineBatch {
  private readonly out = new MessageWriter(4_096);
  private count = 0;
  private dropped = 0;

  get empty(): boolean {
    return this.count + this.dropped === 0;
  }

  /** Where a line is to be appended now; undefined: it is dropped. */
  room(): MessageWriter | undefined {
    // Once lines are missing, none follow until that can be said.
    if (this.dropped > 0 || this.out.length >= MAX_BYTES) {
      this.dropped++;
      return undefined;
    }
    this.count++;
    return this.out;
  }

  take(): Lines {
    const { out, count, dropped } = this;
    const bytes = new Uint8Array(out.bytes.subarray(0, out.length));
    out.clear();
    this.count = 0;
    this.dropped = 0;
    return { bytes, count, dropped };
  }
}
