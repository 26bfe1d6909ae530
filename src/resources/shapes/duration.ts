const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** Milliseconds of a GEP-2257 duration such as `1m30s`; the schema has checked its form. */
export function durationMs(text: string): number {
  let sum = 0;
  for (const [, count, unit] of text.matchAll(/([0-9]+)(h|ms|m|s)/g)) sum += Number(count) * UNIT_MS[unit!]!;
  return sum;
}
