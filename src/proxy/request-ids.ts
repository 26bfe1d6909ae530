import { randomFillSync } from 'node:crypto';
import type { MessageWriter } from './http1/message-writer.ts';

const BYTES = 16;
const DIGITS = 2 * BYTES;
/** Ids that are made at once: a small draw from the system costs nearly as much as a large one. */
const BATCH = 512;

/** Random ids of 128 bits. */
export class RequestIds {
  private readonly random = Buffer.alloc(BYTES * BATCH);
  private readonly text = Buffer.alloc(DIGITS * BATCH);
  private at = this.text.length;

  /** Appends a new id as 32 hexadecimal digits. */
  append(out: MessageWriter): void {
    if (this.at === this.text.length) this.draw();
    out.span(this.text, this.at, this.at + DIGITS);
    this.at += DIGITS;
  }

  /** Appends the id that was made last, once more. */
  appendLast(out: MessageWriter): void {
    out.span(this.text, this.at - DIGITS, this.at);
  }

  private draw(): void {
    randomFillSync(this.random);
    this.text.write(this.random.toString('hex'), 'latin1');
    this.at = 0;
  }
}
