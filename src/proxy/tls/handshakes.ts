/** Whoever waits for its turn to shake hands. */
export interface Waiting {
  begin(): void;
}

/** Handshakes with clients that are under way, no more than a bound: each holds some 50 KB, and OpenSSL's time. */
export class Handshakes {
  private underWay = 0;
  private readonly queue = new Set<Waiting>();
  private readonly most: number;

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
      return;
    }
    this.underWay++;
    waiting.begin();
  }

  /** `begun`: it had its turn; else it gives up waiting. */
  leave(waiting: Waiting, begun: boolean): void {
    if (!begun) {
      this.queue.delete(waiting);
      return;
    }
    this.underWay--;
    const next = this.queue.values().next().value;
    if (next === undefined) return;
    this.queue.delete(next);
    this.underWay++;
    next.begin();
  }
}
