const EMPTY = Buffer.alloc(0);

/** Bytes that came too early or in pieces, kept until they can be used; empty most of the time. */
export class Stash {
  bytes: Buffer = EMPTY;
  start = 0;
  end = 0;

  get length(): number {
    return this.end - this.start;
  }

  append(source: Uint8Array, from: number, to: number): void {
    const count = to - from;
    if (this.end + count > this.bytes.length) this.makeRoom(count);
    this.bytes.set(source.subarray(from, to), this.end);
    this.end += count;
  }

  private makeRoom(count: number): void {
    const { length } = this;
    const target = length + count <= this.bytes.length / 2 ? this.bytes : newBuffer(length + count, this.bytes.length);
    target.set(this.bytes.subarray(this.start, this.end));
    this.bytes = target;
    this.start = 0;
    this.end = length;
  }

  /** Forgets the bytes, and a large buffer with them. */
  clear(): void {
    this.start = 0;
    this.end = 0;
    if (this.bytes.length > 4096) this.bytes = EMPTY;
  }

  /** Forgets the bytes, and the buffer: nothing follows. */
  drop(): void {
    this.start = 0;
    this.end = 0;
    this.bytes = EMPTY;
  }
}

function newBuffer(needed: number, present: number): Buffer {
  return Buffer.allocUnsafeSlow(Math.max(512, needed, present * 2));
}
