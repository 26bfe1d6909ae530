import type { Delta } from '../ir/index.ts';
import { createMetricsSum, type MetricsReport, retireSeries } from '../proxy/index.ts';
import type { Fleet } from './fleet.ts';
import { fleetReadings } from './fleet-readings.ts';
import type { UnitBook } from './unit-book.ts';

/** The metrics of all workers as those of one data plane. */
export interface FleetMetrics {
  /** What was counted for things that the delta removes is shown once more. */
  follow(delta: Delta): void;
  /** A worker has ended. */
  keep(report: MetricsReport): void;
  /** Prometheus text. */
  text(fleet: Pick<Fleet, 'living' | 'serving' | 'restarts'>): Promise<string>;
}

/** @param units the configuration that stands */
export function createFleetMetrics(units: Pick<UnitBook, 'get' | 'has'>): FleetMetrics {
  const counted = createMetricsSum();
  let reloads = 0;

  /** Of whatever way to it. */
  function isKnown(backend: string): boolean {
    const kinds = ['Backend', 'Endpoints'] as const;
    return backend === '' || kinds.some(kind => units.has({ kind, name: backend }));
  }

  return {
    follow(delta) {
      reloads++;
      retireSeries(counted, delta);
      if (delta.removals.some(({ kind }) => kind === 'Backend')) counted.forget(isKnown);
    },
    keep(report) {
      counted.keep(report);
      // What it said last may be about routes and backends that have gone since.
      const owners = [...new Set(report.requests.map(({ owner }) => owner))].filter(owner => owner !== '');
      const names = owners.map(name => ({ kind: 'Route' as const, name }));
      const upserts = names.flatMap(name => units.get(name) ?? []);
      retireSeries(counted, { upserts, removals: names.filter(name => !units.has(name)) });
      counted.forget(isKnown);
    },
    async text(fleet) {
      const able = fleet.living().filter(({ phase }) => phase !== 'stuck');
      await Promise.all(able.map(({ worker }) => worker.report()));
      // Who has ended meanwhile is counted already.
      const reports = fleet.living().map(({ worker }) => worker.lastReport);
      return counted.text(
        reports,
        fleetReadings({ workers: fleet.serving().length, restarts: fleet.restarts, reloads }),
      );
    },
  };
}
