import { setTimeout as sleep } from 'node:timers/promises';

/** Whether `test` held within a time, in ms; asked every 100 ms. */
export async function until(test: () => Promise<boolean> | boolean, limit: number): Promise<boolean> {
  for (const end = Date.now() + limit; ; await sleep(100)) {
    if (await test()) return true;
    if (Date.now() > end) return false;
  }
}

/** The time until `test` held, in ms; undefined if it did not. */
export async function timeUntil(test: () => Promise<boolean> | boolean, limit: number): Promise<number | undefined> {
  const begin = Date.now();
  return (await until(test, limit)) ? Date.now() - begin : undefined;
}
