import { type MetricsReport, type ReadingValues, reportText } from './report.ts';
import { addCounts, type RequestCounts, type RequestLabels, seriesKey } from './request-counts.ts';

/** The metrics of many threads as those of one. Counters don't fall when a thread ends. */
export interface MetricsSum {
  /** Prometheus text of what the threads that there are said last, and of what others had counted. */
  text(living: readonly MetricsReport[], more: readonly ReadingValues[]): string;
  /** A thread has ended: what it counted stays, what it held is gone. */
  keep(report: MetricsReport): void;
  /** As `Metrics.retire`, for what is kept. */
  retire(owner: string, stays?: (labels: RequestLabels) => boolean): void;
  /** What is kept of backends that `known` denies is no longer shown; what is of no backend has the name ''. */
  forget(known: (backend: string) => boolean): void;
}

export function createMetricsSum(): MetricsSum {
  /** By owner: each change of a route asks for its own, and there may be thousands. */
  let requests = new Map<string, readonly RequestCounts[]>();
  let readings: readonly ReadingValues[] = [];
  /** To be shown once more. */
  let leaving: RequestCounts[] = [];

  return {
    text(living, more) {
      const kept = { requests: [...requests.values()].flat(), readings };
      const all = [kept, { requests: leaving, readings: [] }, ...living];
      leaving = [];
      const summed = {
        requests: addRequests(all.flatMap(report => report.requests)),
        readings: [...addReadings(all.flatMap(report => report.readings)), ...more],
      };
      return reportText(summed);
    },
    keep(report) {
      requests = Map.groupBy(addRequests([...[...requests.values()].flat(), ...report.requests]), ({ owner }) => owner);
      readings = addReadings([...readings, ...report.readings.filter(isCounter)]);
    },
    retire(owner, stays = () => false) {
      const own = requests.get(owner);
      if (own === undefined) return;
      leaving.push(...own.filter(({ labels }) => !stays(labels)));
      const staying = own.filter(({ labels }) => stays(labels));
      if (staying.length > 0) requests.set(owner, staying);
      else requests.delete(owner);
    },
    forget(known) {
      readings = readings.map(values => ({
        ...values,
        samples: new Map([...values.samples].filter(([labels]) => known(BACKEND.exec(labels)?.[1] ?? ''))),
      }));
    },
  };
}

const BACKEND = /(?:^|,)backend="([^"]*)"/;

function isCounter({ type }: ReadingValues): boolean {
  return type === 'counter';
}

function addRequests(all: readonly RequestCounts[]): readonly RequestCounts[] {
  const sums = new Map<string, RequestCounts>();
  for (const counts of all) {
    const key = seriesKey(counts.labels, counts.owner);
    const sum = sums.get(key);
    sums.set(key, sum === undefined ? counts : addCounts(sum, counts));
  }
  return [...sums.values()];
}

function addReadings(all: readonly ReadingValues[]): readonly ReadingValues[] {
  const byName = Map.groupBy(all, values => values.name);
  return [...byName.values()].map(same => ({ ...same[0]!, samples: addSamples(same) }));
}

function addSamples(same: readonly ReadingValues[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { over, samples } of same) {
    for (const [labels, value] of samples) {
      const sum = sums.get(labels);
      if (sum === undefined) sums.set(labels, value);
      else sums.set(labels, over === 'sum' ? sum + value : Math.max(sum, value));
    }
  }
  return sums;
}
