const LEAST = 256;
const MOST = 4_096;

/** The streams that we have reset lately: their last frames may still be on their way, and are no error. */
export class RecentResets {
  private readonly size: number;
  private ids: Int32Array | undefined = undefined;
  private next = 0;

  /** @param streams that a peer may have open: frames on their way belong to the last ones. 0: any number */
  constructor(streams: number) {
    this.size = streams === 0 ? MOST : Math.min(MOST, Math.max(LEAST, streams));
  }

  add(id: number): void {
    this.ids ??= new Int32Array(this.size);
    this.ids[this.next] = id;
    this.next = (this.next + 1) % this.size;
  }

  has(id: number): boolean {
    return this.ids?.includes(id) === true;
  }
}
