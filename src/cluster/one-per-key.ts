/** Runs a task at most once at a time for each key, and again afterwards where that was asked for meanwhile. */
export interface OnePerKey {
  run(key: string): void;
}

/** `limit`: how many tasks run at a time, over all keys; the others wait in the order of their keys. `task` never rejects. */
export function createOnePerKey(task: (key: string) => Promise<void>, limit: number): OnePerKey {
  const waiting = new Set<string>();
  const running = new Set<string>();

  const next = () => {
    for (const key of waiting) {
      if (running.size >= limit) return;
      if (running.has(key)) continue;
      waiting.delete(key);
      void start(key);
    }
  };

  const start = async (key: string) => {
    running.add(key);
    await task(key);
    running.delete(key);
    next();
  };

  return {
    run(key) {
      waiting.add(key);
      next();
    },
  };
}
