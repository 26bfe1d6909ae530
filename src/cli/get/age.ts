const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** How long ago that was, as kubectl writes it: `42s`, `3m20s`, `5h`, `2d4h`, `1y30d`; undefined for what is no time. */
export function ageOf(timestamp: unknown, now: number): string | undefined {
  const since = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN;
  if (Number.isNaN(since)) return undefined;
  const age = Math.max(0, now - since);
  const [, large, small] = STEPS.find(([until]) => age < until) ?? LAST;
  const rest = small === undefined ? 0 : Math.floor((age % large.ms) / small.ms);
  return `${Math.floor(age / large.ms)}${large.letter}${rest > 0 ? `${rest}${small?.letter}` : ''}`;
}

interface Measure {
  readonly ms: number;
  readonly letter: string;
}

const s: Measure = { ms: SECOND, letter: 's' };
const m: Measure = { ms: MINUTE, letter: 'm' };
const h: Measure = { ms: HOUR, letter: 'h' };
const d: Measure = { ms: DAY, letter: 'd' };
const y: Measure = { ms: YEAR, letter: 'y' };

/** Up to which age what is counted. */
const STEPS: readonly (readonly [until: number, large: Measure, small?: Measure])[] = [
  [2 * MINUTE, s],
  [10 * MINUTE, m, s],
  [3 * HOUR, m],
  [8 * HOUR, h, m],
  [2 * DAY, h],
  [8 * DAY, d, h],
  [2 * YEAR, d],
  [8 * YEAR, y, d],
];
const LAST = [Number.POSITIVE_INFINITY, y] as const satisfies readonly [number, Measure];
