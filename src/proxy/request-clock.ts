import type { Core } from './core.ts';
import type { Plan } from './plan.ts';
import type { Timed } from './timers.ts';

/** How long one request takes, and how long it may: timeouts of its rule and of the proxy. */
export class RequestClock implements Timed {
  nextTimed: Timed | undefined = undefined;
  prevTimed: Timed | undefined = undefined;
  dueTick = 0;
  slotTick = 0;
  private readonly core: Core;
  private readonly owner: { onTimeout(): void };
  private startedAt = 0;
  /** As much as the request itself asks for; ms. */
  private asked = Number.POSITIVE_INFINITY;

  constructor(core: Core, owner: { onTimeout(): void }) {
    this.core = core;
    this.owner = owner;
  }

  begin(): void {
    this.startedAt = this.core.timers.now();
    this.asked = Number.POSITIVE_INFINITY;
  }

  /** The request wants to be answered within `ms`: it never has longer than its rule gives. */
  limit(ms: number): void {
    this.asked = ms;
  }

  /** Since `begin`; ms. */
  get elapsed(): number {
    return this.core.timers.now() - this.startedAt;
  }

  /** A try begins: the time for the backend counts from now, that for the whole request runs on. */
  beginTry(plan: Plan): void {
    const { backendRequestTimeout } = plan;
    let ms = this.left(plan);
    if (backendRequestTimeout > 0) ms = Math.min(ms, backendRequestTimeout);
    if (ms < Number.POSITIVE_INFINITY) this.core.timers.set(this, ms);
  }

  /** Between two tries only the time for the whole request counts. */
  beginPause(plan: Plan): void {
    const ms = this.left(plan);
    if (ms < Number.POSITIVE_INFINITY) this.core.timers.set(this, ms);
    else this.stop();
  }

  /** Of the time for the whole request; ms, Infinity where it has no limit. */
  left({ requestTimeout }: Plan): number {
    const own = this.core.options.requestTimeout;
    const { asked } = this;
    if (requestTimeout === 0 && own === 0 && asked === Number.POSITIVE_INFINITY) return asked;
    const whole = Math.min(requestTimeout || Number.POSITIVE_INFINITY, own || Number.POSITIVE_INFINITY, asked);
    return Math.max(0, whole - this.elapsed);
  }

  /** The proxy's own limit is over, whatever the rule says. */
  get tooLong(): boolean {
    const { requestTimeout } = this.core.options;
    return requestTimeout > 0 && this.elapsed >= requestTimeout;
  }

  stop(): void {
    if (this.nextTimed !== undefined) this.core.timers.clear(this);
  }

  onTimeout(): void {
    this.owner.onTimeout();
  }
}
