import { labelText, type MetricType, type Sample } from './exposition.ts';
import { type MetricsReport, type Over, type ReadingValues, reportText } from './report.ts';
import { type RequestLabels, seriesKey } from './request-counts.ts';
import { RequestSeries } from './request-series.ts';

/** A metric whose value lies elsewhere and is read when somebody asks. */
export interface Reading {
  readonly name: string;
  readonly help: string;
  readonly type: Exclude<MetricType, 'histogram'>;
  /** What the values of several threads come to; their sum, if nothing is said. */
  readonly over?: Over;
  read(): number | readonly Sample[];
}

interface Entry {
  readonly series: RequestSeries;
  readonly owner: string;
  retired: boolean;
}

/** Retired series that wait to be shown once more; perhaps nobody ever asks. */
const MAX_RETIRED = 1_000;

/** The metrics of one data plane. */
export class Metrics {
  private readonly entries = new Map<string, Entry>();
  private readonly byOwner = new Map<string, Set<string>>();
  private readonly readings: Reading[] = [];
  private retired = 0;

  /** Adds a metric that is read at each {@link report}. */
  register(reading: Reading): void {
    this.readings.push(reading);
  }

  /**
   * Where requests with these labels are counted: the same object for the same labels. `owner` names what the series goes
   * with when it is {@link retire}d: a route.
   */
  series(labels: RequestLabels, owner = ''): RequestSeries {
    const key = seriesKey(labels, owner);
    const known = this.entries.get(key);
    if (known) {
      if (known.retired) this.retired--;
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
      const retired = !stays(entry.series.labels);
      if (retired !== entry.retired) this.retired += retired ? 1 : -1;
      entry.retired = retired;
    }
    if (this.retired > MAX_RETIRED) this.forgetRetired();
  }

  /** All there is to say now. Series without requests are left out. */
  report(): MetricsReport {
    const used = [...this.entries.values()].filter(({ series }) => series.count > 0);
    const requests = used.map(({ series, owner }) => series.counts(owner));
    this.forgetRetired();
    return { requests, readings: this.readings.map(valuesOf) };
  }

  /** The same as Prometheus text. */
  text(): string {
    return reportText(this.report());
  }

  private forgetRetired(): void {
    if (this.retired === 0) return;
    this.retired = 0;
    for (const [key, { owner, retired }] of this.entries) {
      if (!retired) continue;
      this.entries.delete(key);
      const keys = this.keysOf(owner);
      keys.delete(key);
      if (keys.size === 0) this.byOwner.delete(owner);
    }
  }
}

/** What a reading says now. */
export function valuesOf({ name, help, type, over = 'sum', read }: Reading): ReadingValues {
  const value = read();
  const samples = typeof value === 'number' ? [{ labels: {}, value }] : value;
  return { name, help, type, over, samples: new Map(samples.map(each => [labelText(each.labels), each.value])) };
}
