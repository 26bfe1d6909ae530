/** A peer has no more streams open than it may, so that the frames on their way belong to the last ones. */
const REMEMBERED = 256;

/** The streams that we have reset lately: their last frames may still be on their way, and are no error. */
export class RecentResets {
  private ids: Int32Array | undefined = undefined;
  private next = 0;

  add(id: number): void {
    this.ids ??= new Int32Array(REMEMBERED);
    this.ids[this.next] = id;
    this.next = (this.next + 1) % REMEMBERED;
  }

  has(id: number): boolean {
    return this.ids?.includes(id) === true;
  }
}
