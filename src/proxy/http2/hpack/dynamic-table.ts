/** What each entry takes besides its name and value, as the RFC counts (§4.1). */
export const ENTRY_OVERHEAD = 32;
/** Numbers that are kept of an entry: where its line begins, lengths of name and value, and two of whoever uses the table. */
const STRIDE = 5;
const EMPTY = Buffer.alloc(0);

/**
 * The dynamic table of one direction of a connection (RFC 7541 §2.3.2): entries are lines `name: value\r\n`, in one buffer that
 * grows to twice the table's size at most. Index 0 is the newest.
 */
export class DynamicTable {
  bytes: Buffer = EMPTY;
  /** Entries. */
  count = 0;
  /** Of all entries, as the RFC counts. */
  size = 0;
  /** Entries so far, modulo 2³². */
  inserted = 0;
  maxSize: number;
  private next = 0;
  private meta = new Int32Array(0);
  private mask = -1;

  constructor(maxSize: number) {
    this.maxSize = maxSize;
  }

  /** In bytes; what does not fit any more is gone. */
  resize(maxSize: number): void {
    this.maxSize = maxSize;
    this.evict(maxSize);
    if (maxSize === 0) this.bytes = EMPTY;
  }

  private evict(size: number): void {
    while (this.size > size) {
      const oldest = this.at(this.count - 1);
      this.size -= this.meta[oldest + 1]! + this.meta[oldest + 2]! + ENTRY_OVERHEAD;
      this.count--;
    }
    if (this.count === 0) this.next = 0;
  }

  private at(index: number): number {
    return ((this.inserted - 1 - index) & this.mask) * STRIDE;
  }

  start(index: number): number {
    return this.meta[this.at(index)]!;
  }

  nameLength(index: number): number {
    return this.meta[this.at(index) + 1]!;
  }

  valueLength(index: number): number {
    return this.meta[this.at(index) + 2]!;
  }

  /** What whoever added the entry wanted to know again. */
  first(index: number): number {
    return this.meta[this.at(index) + 3]!;
  }

  second(index: number): number {
    return this.meta[this.at(index) + 4]!;
  }

  /**
   * Makes room for an entry, which is the newest then: where its line of name, `: `, value and CRLF is to be written in `bytes`,
   * or -1 if it is larger than the table, which is empty then.
   */
  reserve(nameLength: number, valueLength: number, first: number, second: number): number {
    const size = nameLength + valueLength + ENTRY_OVERHEAD;
    this.evict(Math.max(0, this.maxSize - size));
    if (size > this.maxSize) return -1;
    const length = nameLength + valueLength + 4;
    if (this.next + length > this.bytes.length) this.makeRoom(length);
    if (this.count > this.mask) this.growMeta();
    const start = this.next;
    this.next += length;
    this.inserted = (this.inserted + 1) >>> 0;
    this.count++;
    this.size += size;
    const at = this.at(0);
    this.meta[at] = start;
    this.meta[at + 1] = nameLength;
    this.meta[at + 2] = valueLength;
    this.meta[at + 3] = first;
    this.meta[at + 4] = second;
    return start;
  }

  /** Moves all lines to the front, of a larger buffer if half of this one would be full. */
  private makeRoom(length: number): void {
    const from = this.count === 0 ? this.next : this.start(this.count - 1);
    const live = this.next - from;
    const needed = (live + length) * 2;
    const target = needed <= this.bytes.length ? this.bytes : Buffer.allocUnsafeSlow(Math.max(256, needed));
    target.set(this.bytes.subarray(from, this.next));
    this.bytes = target;
    for (let i = 0; i < this.count; i++) this.meta[this.at(i)]! -= from;
    this.next = live;
  }

  private growMeta(): void {
    const capacity = Math.max(8, (this.mask + 1) * 2);
    const grown = new Int32Array(capacity * STRIDE);
    for (let i = 0; i < this.count; i++) {
      const from = this.at(i);
      grown.set(this.meta.subarray(from, from + STRIDE), ((this.inserted - 1 - i) & (capacity - 1)) * STRIDE);
    }
    this.meta = grown;
    this.mask = capacity - 1;
  }
}
