/** What a timer needs of its owner. The fields belong to {@link Timers}; start them as undefined and 0. */
export interface Timed {
  onTimeout(): void;
  /** Neighbours in the slot; `nextTimed` is undefined while the timer is not armed. */
  nextTimed: Timed | undefined;
  prevTimed: Timed | undefined;
  /** Tick at which it fires, and tick of the slot it stands in (no later than `dueTick`). */
  dueTick: number;
  slotTick: number;
}

/** A timer for an owner that has several: allocated once with the owner, armed as often as needed. */
export class Alarm<T> implements Timed {
  nextTimed: Timed | undefined = undefined;
  prevTimed: Timed | undefined = undefined;
  dueTick = 0;
  slotTick = 0;
  readonly owner: T;
  readonly act: (owner: T) => void;

  constructor(owner: T, act: (owner: T) => void) {
    this.owner = owner;
    this.act = act;
  }

  onTimeout(): void {
    this.act(this.owner);
  }
}

const TICK = 10;
const SLOTS = 4096;
const MASK = SLOTS - 1;
/** While nothing is due sooner, the wheel looks again after this many ticks. */
const LOOK_AHEAD = 50;

/** Head of the ring of a slot; never fires. */
function ringHead(): Timed {
  const head: Timed = { onTimeout() {}, nextTimed: undefined, prevTimed: undefined, dueTick: 0, slotTick: 0 };
  head.nextTimed = head;
  head.prevTimed = head;
  return head;
}

/** Moves the whole ring of `head` to a head of its own. */
function takeRing(head: Timed): Timed {
  const batch = ringHead();
  batch.nextTimed = head.nextTimed;
  batch.prevTimed = head.prevTimed;
  head.nextTimed!.prevTimed = batch;
  head.prevTimed!.nextTimed = batch;
  head.nextTimed = head;
  head.prevTimed = head;
  return batch;
}

/**
 * A timer wheel of 10 ms ticks: arming, re-arming and clearing cost a few field writes and no allocation, so every
 * request can have its timeouts. A timer fires at its time or up to a tick late, never early. Re-arming an armed
 * timer to a later time only moves its `dueTick`; it changes slots when its old slot comes round. The one system timer
 * runs only while something is armed and doesn't keep the process alive.
 */
export class Timers {
  private readonly slots: Timed[] = Array.from({ length: SLOTS }, ringHead);
  private readonly clock: () => number;
  /** Timers that are set. */
  armed = 0;
  /** The last tick whose slot was served. */
  private served = 0;
  /** The tick at which the system timer wakes us. */
  private wakeTick = 0;
  private wake: NodeJS.Timeout | undefined = undefined;
  private held = false;
  private heldTime = 0;

  /** @param clock ms, monotonic; replaced in tests */
  constructor(clock: () => number = () => performance.now()) {
    this.clock = clock;
    this.served = Math.floor(clock() / TICK);
  }

  /** Milliseconds of the monotonic clock. */
  now(): number {
    return this.held ? this.heldTime : this.clock();
  }

  /** Lets time stand still until {@link letGo}: all that one event of a socket causes costs one look at the clock. */
  hold(): void {
    this.heldTime = this.clock();
    this.held = true;
  }

  letGo(): void {
    this.held = false;
  }

  /** Arms or re-arms; `ms` of 0 fires at the next tick. */
  set(timed: Timed, ms: number): void {
    const now = this.now();
    if (this.armed === 0) this.served = Math.floor(now / TICK);
    const due = Math.max(Math.ceil((now + ms) / TICK), this.served + 1);
    timed.dueTick = due;
    if (timed.nextTimed !== undefined) {
      if (due >= timed.slotTick) return;
      this.unlink(timed);
    }
    this.link(timed);
    if (this.wake === undefined || due < this.wakeTick) this.schedule(due);
  }

  clear(timed: Timed): void {
    if (timed.nextTimed === undefined) return;
    this.unlink(timed);
    if (this.armed === 0) this.sleep();
  }

  /** Fires what is due. Called by the system timer; tests with a clock of their own call it. */
  run(): void {
    const now = Math.floor(this.clock() / TICK);
    // After a long stop of the process every slot is visited once, not once per missed tick.
    let tick = Math.max(this.served + 1, now - SLOTS + 1);
    for (; tick <= now && this.armed > 0; tick++) this.serve(tick, now);
    this.served = Math.max(this.served, now);
    if (this.armed === 0) this.sleep();
    else this.schedule(this.nextTick());
  }

  /** Empties the slot before anything fires: an owner may arm or clear any timer from `onTimeout`. */
  private serve(tick: number, now: number): void {
    this.served = tick;
    const head = this.slots[tick & MASK]!;
    if (head.nextTimed === head) return;
    const batch = takeRing(head);
    for (let timed = batch.nextTimed!; timed !== batch; timed = batch.nextTimed!) {
      this.unlink(timed);
      if (timed.dueTick <= now) timed.onTimeout();
      else this.link(timed);
    }
  }

  private nextTick(): number {
    for (let tick = this.served + 1; tick < this.served + LOOK_AHEAD; tick++) {
      const head = this.slots[tick & MASK]!;
      if (head.nextTimed !== head) return tick;
    }
    return this.served + LOOK_AHEAD;
  }

  private schedule(tick: number): void {
    const now = this.now();
    clearTimeout(this.wake);
    this.wakeTick = Math.min(tick, Math.floor(now / TICK) + LOOK_AHEAD);
    this.wake = setTimeout(onWake, Math.max(1, Math.ceil(this.wakeTick * TICK - now)), this);
    this.wake.unref();
  }

  private sleep(): void {
    clearTimeout(this.wake);
    this.wake = undefined;
  }

  private link(timed: Timed): void {
    timed.slotTick = timed.dueTick;
    const head = this.slots[timed.dueTick & MASK]!;
    const last = head.prevTimed!;
    timed.prevTimed = last;
    timed.nextTimed = head;
    last.nextTimed = timed;
    head.prevTimed = timed;
    this.armed++;
  }

  private unlink(timed: Timed): void {
    const next = timed.nextTimed!;
    const prev = timed.prevTimed!;
    prev.nextTimed = next;
    next.prevTimed = prev;
    timed.nextTimed = undefined;
    timed.prevTimed = undefined;
    this.armed--;
  }
}

function onWake(timers: Timers): void {
  timers.run();
}
