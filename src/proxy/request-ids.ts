import { randomFillSync } from 'node:crypto';
import type { MessageWriter } from './http1/message-writer.ts';

const SIZE = 16;

/** Random ids of 128 bits; drawn from the system in bulk. */
export class RequestIds {
  private readonly pool = Buffer.alloc(SIZE * 256);
  private at = this.pool.length;

  /** Appends a new id as 32 hexadecimal digits. */
  append(out: MessageWriter): void {
    if (this.at === this.pool.length) {
      randomFillSync(this.pool);
      this.at = 0;
    }
    out.hex(this.pool, this.at, this.at + SIZE);
    this.at += SIZE;
  }
}
