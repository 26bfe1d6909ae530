/** A measurement: hours since the beginning, and MB. */
export interface Point {
  readonly hours: number;
  readonly megabytes: number;
}

/** Shorter runs say nothing of growth: between two collections of all garbage there are minutes, and memory rises. */
const LEAST_HOURS = 0.4;
/** The share of a run in which heaps find their size. */
const WARM_UP = 0.15;
/** What the floor may rise by, in MB: heaps breathe. */
const BREATH = 8;

function half(points: readonly Point[], second: boolean): readonly Point[] {
  const middle = Math.floor(points.length / 2);
  return second ? points.slice(middle) : points.slice(Math.floor(points.length * WARM_UP), middle);
}

/** Slope of the line with the least squares through the points of the second half; MB per hour. */
export function slope(points: readonly Point[]): number {
  const later = half(points, true);
  const mean = (pick: (point: Point) => number) => later.reduce((sum, point) => sum + pick(point), 0) / later.length;
  const [x, y] = [mean(({ hours }) => hours), mean(({ megabytes }) => megabytes)];
  const spread = later.reduce((sum, { hours }) => sum + (hours - x) ** 2, 0);
  if (spread === 0) return 0;
  return later.reduce((sum, { hours, megabytes }) => sum + (hours - x) * (megabytes - y), 0) / spread;
}

/** The least of the first half, without its beginning, and of the second: what is left when garbage has gone; MB. */
export function floors(points: readonly Point[]): readonly [number, number] {
  const least = (second: boolean) => Math.min(...half(points, second).map(({ megabytes }) => megabytes));
  return [least(false), least(true)];
}

/** Whether memory grows for good, as far as so long a run can tell. */
export function verdict(points: readonly Point[]): 'flat' | 'grows' | 'too short to tell' {
  if ((points.at(-1)?.hours ?? 0) < LEAST_HOURS) return 'too short to tell';
  const [before, after] = floors(points);
  return after - before > BREATH ? 'grows' : 'flat';
}
