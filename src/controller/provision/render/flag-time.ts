const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
/** Flags take six digits. */
const MOST = 999_999;

/** Milliseconds as a flag takes them, rounded up where they are too many. */
export function flagTime(ms: number): string {
  const [unit, size] = Object.entries(UNITS).find(([, each]) => ms / each <= MOST) ?? ['h', UNITS.h];
  return `${Math.ceil(ms / size)}${unit}`;
}
