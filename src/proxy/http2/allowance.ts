/**
 * How much of something a peer may do that costs it little and us much: so many at once, then so many a second; useful work earns
 * some back (RFC 9113 §10.5).
 */
export class Allowance {
  private readonly burst: number;
  private readonly perSecond: number;
  private left: number;
  private since = 0;

  constructor(burst: number, perSecond: number) {
    this.burst = burst;
    this.perSecond = perSecond;
    this.left = burst;
  }

  /** Takes one; false when nothing is left. `now` in ms, of a monotonic clock. */
  take(now: number): boolean {
    if (this.left < 1) this.refill(now);
    else if (this.left >= this.burst) this.since = now;
    if (this.left < 1) return false;
    this.left--;
    return true;
  }

  private refill(now: number): void {
    this.earn(((now - this.since) * this.perSecond) / 1000);
    this.since = now;
  }

  earn(count: number): void {
    this.left = Math.min(this.burst, this.left + count);
  }
}
