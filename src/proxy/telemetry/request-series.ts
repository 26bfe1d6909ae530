import { type Labels, labelText, line } from './exposition.ts';

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
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;
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

  /** Lines of `name{…,code="…"}`. */
  requestLines(name: string): string {
    const labels = this.text();
    return this.codes.map((code, at) => line(name, `${labels},code="${code}"`, this.byCode[at]!)).join('');
  }

  /** The buckets, sum and count of the histogram `name`, in seconds. */
  durationLines(name: string): string {
    const labels = this.text();
    let below = 0;
    let text = '';
    for (const [at, bound] of BOUNDS.entries()) {
      below += this.buckets[at]!;
      text += line(`${name}_bucket`, `${labels},le="${bound}"`, below);
    }
    text += line(`${name}_bucket`, `${labels},le="+Inf"`, this.count);
    return text + line(`${name}_sum`, labels, this.sums[0]! / 1000) + line(`${name}_count`, labels, this.count);
  }

  requestByteLine(name: string): string {
    return line(name, this.text(), this.sums[1]!);
  }

  responseByteLine(name: string): string {
    return line(name, this.text(), this.sums[2]!);
  }

  private text(): string {
    const { gateway, listener, route, rule, backend } = this.labels;
    return labelText({ gateway, listener, route, rule, backend } satisfies Labels);
  }
}
