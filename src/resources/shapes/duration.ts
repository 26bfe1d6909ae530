import { text } from '../schema/build.ts';

const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
const DURATION = /^([0-9]{1,5}(h|m|s|ms)){1,4}$/;

/** GEP-2257: up to four numbers with a unit of h, m, s or ms. */
export const duration = text({ pattern: DURATION, meaning: 'a duration such as 10s, 500ms or 1m30s' });

/** Whether a text has the form of a GEP-2257 duration, where no schema has refused others. */
export function isDuration(text: string): boolean {
  return DURATION.test(text);
}

/** Milliseconds of a GEP-2257 duration such as `1m30s`; its form has been checked. */
export function durationMs(text: string): number {
  let sum = 0;
  for (const [, count, unit] of text.matchAll(/([0-9]+)(h|ms|m|s)/g)) sum += Number(count) * UNIT_MS[unit!]!;
  return sum;
}
