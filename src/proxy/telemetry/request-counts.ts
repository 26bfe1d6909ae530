import { line } from './exposition.ts';

export interface RequestLabels {
  /** `namespace/name`. */
  readonly gateway: string;
  /** Section of the Gateway. */
  readonly listener: string;
  /** `namespace/name`. */
  readonly route: string;
  /** Name of the rule, else its position. */
  readonly rule: string;
  readonly backend: string;
}

/** Upper bounds of the duration histogram, in seconds. */
export const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** What was counted in one series, as data. */
export interface RequestCounts {
  readonly labels: RequestLabels;
  /** The route that it goes with. */
  readonly owner: string;
  readonly byCode: ReadonlyMap<number, number>;
  /** One for each bound, not cumulative, and one for what is slower than all. */
  readonly buckets: readonly number[];
  readonly milliseconds: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** Two series with the same key are one. */
export function seriesKey({ gateway, listener, route, rule, backend }: RequestLabels, owner: string): string {
  return [owner, gateway, listener, route, rule, backend].join('\n');
}

export function addCounts(a: RequestCounts, b: RequestCounts): RequestCounts {
  const byCode = new Map(a.byCode);
  for (const [code, count] of b.byCode) byCode.set(code, (byCode.get(code) ?? 0) + count);
  return {
    labels: a.labels,
    owner: a.owner,
    byCode,
    buckets: a.buckets.map((count, at) => count + b.buckets[at]!),
    milliseconds: a.milliseconds + b.milliseconds,
    bytesIn: a.bytesIn + b.bytesIn,
    bytesOut: a.bytesOut + b.bytesOut,
  };
}

/** The buckets, sum and count of the histogram `name`, in seconds. */
export function bucketLines(name: string, labels: string, { buckets, milliseconds }: RequestCounts): string {
  let below = 0;
  let text = '';
  for (const [at, count] of buckets.entries()) {
    below += count;
    text += line(`${name}_bucket`, `${labels},le="${BOUNDS[at] ?? '+Inf'}"`, below);
  }
  return text + line(`${name}_sum`, labels, milliseconds / 1000) + line(`${name}_count`, labels, below);
}
