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

/** @param pause ms between two times at least; more where saving takes long */
export function createSaving(save: () => Promise<void>, pause: number): Saving {
  let due = false;
  let running: Promise<void> | undefined;
  let rested = 0;
  const timer = later(pause, () => {
    if (performance.now() < rested) timer.ask();
    else void run();
  });

  /** One at a time. */
  function run(): Promise<void> {
    running ??= work().finally(() => {
      running = undefined;
    });
    return running;
  }

  async function work(): Promise<void> {
    if (!due) return;
    due = false;
    const began = performance.now();
    await save();
    const now = performance.now();
    rested = now + (now - began) / SHARE;
  }

  return {
    ask() {
      due = true;
      timer.ask();
    },
    async finish() {
      timer.stop();
      await running;
      await run();
    },
  };
}
