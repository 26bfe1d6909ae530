/** Whoever waits for its turn to shake hands. */
export interface Waiting {
  begin(): void;
  /** Another waits: what it has begun is to come to an end soon. Called once at most. */
  hurry(): void;
}

/**
 * Handshakes with clients that are under way, no more than a bound: each holds some 50 KB, and OpenSSL's time. For each that has to
 * wait, one is told to hurry, the one that began first: so clients that go silent in theirs do not keep others out.
 */
export class Handshakes {
  private underWay = 0;
  /** Those that have all the time they like, in the order in which they began. */
  private readonly unhurried = new Set<Waiting>();
  private readonly queue = new Set<Waiting>();
  private readonly most: number;
  private proceeding = false;

  /** 0: no bound. */
  constructor(most: number) {
    this.most = most;
  }

  get open(): number {
    return this.underWay;
  }

  /** Begins at once, or when others are done. */
  enter(waiting: Waiting): void {
    if (this.most > 0 && this.underWay >= this.most) {
      this.queue.add(waiting);
      this.hurryOne();
    } else this.begin(waiting);
  }

  private begin(waiting: Waiting): void {
    this.underWay++;
    this.unhurried.add(waiting);
    waiting.begin();
  }

  private hurryOne(): void {
    const first = this.unhurried.values().next().value;
    if (first === undefined) return;
    this.unhurried.delete(first);
    first.hurry();
  }

  /** `begun`: it had its turn; else it gives up waiting. */
  leave(waiting: Waiting, begun: boolean): void {
    if (!begun) {
      this.queue.delete(waiting);
      return;
    }
    this.underWay--;
    this.unhurried.delete(waiting);
    this.proceed();
  }

  /** One after the other, and none inside of another: whoever finds no certificate leaves as it begins. */
  private proceed(): void {
    const { queue } = this;
    if (this.proceeding) return;
    this.proceeding = true;
    while (queue.size > 0 && this.underWay < this.most) {
      const next = queue.values().next().value!;
      queue.delete(next);
      this.begin(next);
    }
    this.proceeding = false;
    if (queue.size > 0) this.hurryOne();
  }
}
