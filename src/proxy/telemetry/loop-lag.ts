import type { Reading } from './metrics.ts';

/** Milliseconds between two looks, and looks that make one window. */
const STEP = 100;
const WINDOW = 50;

/** How late the timers of this thread fire: the longest delay of the last 5 to 10 seconds. */
export interface LoopLag {
  readonly reading: Reading;
  stop(): void;
}

/** @param clock ms, monotonic; replaced in tests */
export function watchLoopLag(clock: () => number = () => performance.now()): LoopLag {
  let expected = clock() + STEP;
  let looks = 0;
  let longest = 0;
  let before = 0;
  const look = (): void => {
    longest = Math.max(longest, clock() - expected);
    expected = clock() + STEP;
    looks++;
    if (looks < WINDOW) return;
    before = longest;
    longest = 0;
    looks = 0;
  };
  const timer = setInterval(look, STEP);
  timer.unref();
  return {
    reading: {
      name: 'sluice_loop_lag_seconds',
      help: 'Longest delay of the event loop of the data plane in the last seconds.',
      type: 'gauge',
      over: 'max',
      read: () => Math.max(longest, before, clock() - expected) / 1000,
    },
    stop: () => clearInterval(timer),
  };
}
