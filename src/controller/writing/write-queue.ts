import type { WriteRate } from './write-rate.ts';

/** Which objects are to be written next: each at most once in the queue and once under way, a few at a time. */
export interface WriteQueue {
  /** At the end; in `ms` from now if given. Nothing changes for a key that waits already. */
  add(key: string, ms?: number): void;
  drop(key: string): void;
  clear(): void;
  /** Starts nothing for `ms`; true if nothing stood still before. */
  pause(ms: number): boolean;
  /** Keys that wait or are under way. */
  size(): number;
  /** Resolves when there are none. */
  idle(): Promise<void>;
}

export interface WriteQueueOptions {
  /** Asked when its turn has come; false: it leaves the queue. */
  readonly isDue: (key: string) => boolean;
  /** Never rejects. */
  readonly run: (key: string) => Promise<void>;
  /** How many at a time. */
  readonly most: number;
  readonly rate: WriteRate;
}

/** Of what a pace says at least, for `pauseAfter`: a queue that tries again at once would spin. */
export const LEAST_PAUSE = 0.5;

export function createWriteQueue({ isDue, run, most, rate }: WriteQueueOptions): WriteQueue {
  const ready = new Set<string>();
  const later = new Map<string, NodeJS.Timeout>();
  const underWay = new Set<string>();
  let standstill: NodeJS.Timeout | undefined;
  let idle = Promise.withResolvers<void>();

  function wait(ms: number): void {
    standstill = setTimeout(() => {
      standstill = undefined;
      pump();
    }, ms);
  }

  function pump(): void {
    for (const key of ready) {
      if (standstill || underWay.size >= most) break;
      if (underWay.has(key)) continue;
      if (isDue(key)) launch(key);
      else ready.delete(key);
    }
    if (size() > 0) return;
    idle.resolve();
    idle = Promise.withResolvers();
  }

  function launch(key: string): void {
    const ms = rate.take();
    if (ms > 0) wait(ms);
    else void start(key);
  }

  async function start(key: string): Promise<void> {
    ready.delete(key);
    underWay.add(key);
    await run(key);
    underWay.delete(key);
    pump();
  }

  function addNow(key: string): void {
    later.delete(key);
    ready.add(key);
    pump();
  }

  const size = () => ready.size + later.size + underWay.size;

  function drop(key: string): void {
    clearTimeout(later.get(key));
    later.delete(key);
    ready.delete(key);
  }

  return {
    add(key, ms = 0) {
      if (ready.has(key) || later.has(key)) return;
      if (ms > 0) later.set(key, setTimeout(addNow, ms, key));
      else addNow(key);
    },
    drop(key) {
      drop(key);
      pump();
    },
    clear() {
      for (const key of [...ready, ...later.keys()]) drop(key);
      clearTimeout(standstill);
      standstill = undefined;
      pump();
    },
    pause(ms) {
      if (standstill) return false;
      wait(ms);
      return true;
    },
    size,
    idle: () => (size() === 0 ? Promise.resolve() : idle.promise),
  };
}
