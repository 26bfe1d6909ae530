import { BOUNDS, type RequestCounts, type RequestLabels } from './request-counts.ts';

const LIMITS = Float64Array.from(BOUNDS, seconds => seconds * 1000);
const BUCKETS = LIMITS.length;

/** The requests of one (listener, route, rule, backend). Recording costs a few additions and no allocation. */
export class RequestSeries {
  readonly labels: RequestLabels;
  /** Bumped by every record; tells whether something happened since somebody looked. */
  count = 0;
  /** Room for the access log: the labels as its lines have them. */
  logged: Uint8Array | undefined = undefined;
  private readonly codes: number[] = [];
  private readonly byCode: number[] = [];
  /** Not cumulative; the last one is for what is slower than every bound. */
  private readonly buckets = new Float64Array(BUCKETS + 1);
  /** Milliseconds, request bytes, response bytes. */
  private readonly sums = new Float64Array(3);

  constructor(labels: RequestLabels) {
    this.labels = labels;
  }

  /** One finished request: its status (499: the client was gone), how long it took, and the bytes of its bodies. */
  record(code: number, durationMs: number, bytesIn: number, bytesOut: number): void {
    const { codes, sums } = this;
    let at = 0;
    while (at < codes.length && codes[at] !== code) at++;
    this.byCode[at] = at === codes.length ? 1 : this.byCode[at]! + 1;
    codes[at] = code;
    let bucket = 0;
    while (bucket < BUCKETS && durationMs > LIMITS[bucket]!) bucket++;
    this.buckets[bucket]!++;
    this.count++;
    sums[0]! += durationMs;
    sums[1]! += bytesIn;
    sums[2]! += bytesOut;
  }

  /** All of it so far; `owner`: the route that it goes with. */
  counts(owner: string): RequestCounts {
    const { labels, codes, byCode, buckets, sums } = this;
    return {
      labels,
      owner,
      byCode: new Map(codes.map((code, at) => [code, byCode[at]!])),
      buckets: [...buckets],
      milliseconds: sums[0]!,
      bytesIn: sums[1]!,
      bytesOut: sums[2]!,
    };
  }
}
