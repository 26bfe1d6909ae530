import type { Delta, Unit, UnitName } from '../ir/index.ts';
import { createMetricsSum, type MetricsReport, retireSeries } from '../proxy/index.ts';
import type { Fleet } from './fleet.ts';
import { fleetReadings } from './fleet-readings.ts';

/** The metrics of all workers as those of one data plane. */
export interface FleetMetrics {
  /** What was counted for things that the delta removes is shown once more. */
  follow(delta: Delta): void;
  /** A worker has ended. */
  keep(report: MetricsReport): void;
  /** Prometheus text. */
  text(fleet: Pick<Fleet, 'living' | 'serving' | 'restarts'>): Promise<string>;
}

/** @param find a unit of the configuration that stands */
export function createFleetMetrics(find: (name: UnitName) => Unit | undefined): FleetMetrics {
  const counted = createMetricsSum();
  let reloads = 0;

  /** Of whatever way to it. */
  function isKnown(backend: string): boolean {
    const kinds = ['Backend', 'Endpoints'] as const;
    return backend === '' || kinds.some(kind => find({ kind, name: backend }) !== undefined);
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
      const upserts = names.flatMap(name => find(name) ?? []);
      retireSeries(counted, { upserts, removals: names.filter(name => find(name) === undefined) });
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
