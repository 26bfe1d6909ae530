import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

/** Fails if it doesn't come true in twenty seconds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 20_000; performance.now() < end; await pause(5)) if (await holds()) return;
  assert.fail(`in vain: ${what}`);
}
