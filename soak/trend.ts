/** A measurement: hours since the beginning, and MB. */
export interface Point {
  readonly hours: number;
  readonly megabytes: number;
}

/** Shorter runs say nothing of growth: heaps are still finding their size. */
const LEAST_HOURS = 0.15;
/** What the second half may grow by, however short it is: heaps breathe. */
const BREATH = 8;

/** Slope of the line with the least squares through the points of the second half; MB per hour. */
export function slope(points: readonly Point[]): number {
  const half = points.slice(Math.floor(points.length / 2));
  const mean = (pick: (point: Point) => number) => half.reduce((sum, point) => sum + pick(point), 0) / half.length;
  const [x, y] = [mean(({ hours }) => hours), mean(({ megabytes }) => megabytes)];
  const spread = half.reduce((sum, { hours }) => sum + (hours - x) ** 2, 0);
  if (spread === 0) return 0;
  return half.reduce((sum, { hours, megabytes }) => sum + (hours - x) * (megabytes - y), 0) / spread;
}

/** Whether memory grows for good, as far as so long a run can tell. */
export function verdict(points: readonly Point[]): 'flat' | 'grows' | 'too short to tell' {
  const hours = points.at(-1)?.hours ?? 0;
  if (hours < LEAST_HOURS) return 'too short to tell';
  return (slope(points) * hours) / 2 > BREATH ? 'grows' : 'flat';
}
