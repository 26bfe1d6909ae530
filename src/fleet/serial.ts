/**
 * Runs one step at a time over everything that came in since the step before, so that a burst is one step and no step
 * sees another half done. `failed` gets what a step throws; the next one runs all the same.
 */
export function serial<T>(step: (items: readonly T[]) => Promise<void>, failed: (error: unknown) => void) {
  let waiting: T[] = [];
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const items = waiting;
      waiting = [];
      await step(items).catch(failed);
    }
    running = undefined;
  }

  return {
    push(item: T): void {
      waiting.push(item);
      running ??= run();
    },
    /** Resolves when nothing is waiting or under way. */
    idle: async (): Promise<void> => running,
  };
}
