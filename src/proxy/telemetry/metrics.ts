import { header, labelText, line, type MetricType, type Sample } from './exposition.ts';
import { type RequestLabels, RequestSeries } from './request-series.ts';

export type { RequestLabels, RequestSeries } from './request-series.ts';

/** A metric whose value lies elsewhere and is read when somebody asks. */
export interface Reading {
  readonly name: string;
  readonly help: string;
  readonly type: Exclude<MetricType, 'histogram'>;
  read(): number | readonly Sample[];
}

type Render = (series: RequestSeries, name: string) => string;

/** What every request series shows. */
const PER_REQUEST: readonly (readonly [name: string, help: string, type: MetricType, render: Render])[] = [
  [
    'sluice_http_requests_total',
    'Requests answered, by status; 499: the client went away before the end of the answer.',
    'counter',
    (series, name) => series.requestLines(name),
  ],
  [
    'sluice_http_request_duration_seconds',
    'From the end of the head of a request to the end of its answer.',
    'histogram',
    (series, name) => series.durationLines(name),
  ],
  [
    'sluice_http_request_bytes_total',
    'Bytes of request bodies.',
    'counter',
    (series, name) => series.requestByteLine(name),
  ],
  [
    'sluice_http_response_bytes_total',
    'Bytes of response bodies.',
    'counter',
    (series, name) => series.responseByteLine(name),
  ],
];

interface Entry {
  readonly series: RequestSeries;
  readonly owner: string;
  retired: boolean;
}

/** The metrics of one data plane. */
export class Metrics {
  private readonly entries = new Map<string, Entry>();
  private readonly byOwner = new Map<string, Set<string>>();
  private readonly readings: Reading[] = [];

  /** Adds a metric that is read at each {@link text}. */
  register(reading: Reading): void {
    this.readings.push(reading);
  }

  /**
   * Where requests with these labels are counted: the same object for the same labels. `owner` names what the series goes
   * with when it is {@link retire}d: a route.
   */
  series(labels: RequestLabels, owner = ''): RequestSeries {
    const key = keyOf(labels, owner);
    const known = this.entries.get(key);
    if (known) {
      known.retired = false;
      return known.series;
    }
    const series = new RequestSeries(labels);
    this.entries.set(key, { series, owner, retired: false });
    this.keysOf(owner).add(key);
    return series;
  }

  private keysOf(owner: string): Set<string> {
    let keys = this.byOwner.get(owner);
    if (keys === undefined) {
      keys = new Set();
      this.byOwner.set(owner, keys);
    }
    return keys;
  }

  /** The owner is gone, or some of its series are: those that `stays` denies are shown once more, then forgotten. */
  retire(owner: string, stays: (labels: RequestLabels) => boolean = () => false): void {
    for (const key of this.byOwner.get(owner) ?? []) {
      const entry = this.entries.get(key)!;
      entry.retired = !stays(entry.series.labels);
    }
  }

  /** Prometheus text. A series without requests is not shown. */
  text(): string {
    const shown = [...this.entries.values()].filter(({ series }) => series.count > 0).map(({ series }) => series);
    const requests = PER_REQUEST.map(
      ([name, help, type, render]) => header(name, help, type) + shown.map(series => render(series, name)).join(''),
    );
    const text = requests.join('') + this.readings.map(readingText).join('');
    this.forgetRetired();
    return text;
  }

  private forgetRetired(): void {
    for (const [key, { owner, retired }] of this.entries) {
      if (!retired) continue;
      this.entries.delete(key);
      const keys = this.keysOf(owner);
      keys.delete(key);
      if (keys.size === 0) this.byOwner.delete(owner);
    }
  }
}

function keyOf({ gateway, listener, route, rule, backend }: RequestLabels, owner: string): string {
  return [owner, gateway, listener, route, rule, backend].join('\n');
}

function readingText({ name, help, type, read }: Reading): string {
  const value = read();
  const samples = typeof value === 'number' ? [{ labels: {}, value }] : value;
  return header(name, help, type) + samples.map(sample => line(name, labelText(sample.labels), sample.value)).join('');
}
