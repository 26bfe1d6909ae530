import { later } from '../fleet/index.ts';

/** Saves something that changes, not too often. */
export interface Saving {
  /** It is another now. */
  ask(): void;
  /** Saves what is not saved yet. */
  finish(): Promise<void>;
}

/** The share of the time that saving may take. */
const SHARE = 1 / 50;
/** Ms. However slow a disk is, a restart must not find what is long gone. */
const LONGEST_REST = 5_000;

/**
 * @param pause ms between two times at least; more where saving takes long
 * @param clock in ms
 */
export function createSaving(save: () => Promise<void>, pause: number, clock = () => performance.now()): Saving {
  let due = false;
  let running: Promise<void> | undefined;
  let rested = 0;
  const timer = later(pause, () => {
    if (clock() < rested) timer.ask();
    else void run();
  });

  /** One at a time. */
  function run(): Promise<void> {
    running ??= work().finally(() => {
      running = undefined;
      // What was asked for meanwhile may have had its time while this was still at work.
      if (due) timer.ask();
    });
    return running;
  }

  async function work(): Promise<void> {
    if (!due) return;
    due = false;
    const began = clock();
    await save();
    const now = clock();
    rested = now + Math.min((now - began) / SHARE, LONGEST_REST);
  }

  return {
    ask() {
      due = true;
      timer.ask();
    },
    async finish() {
      await running;
      await run();
      timer.stop();
    },
  };
}
