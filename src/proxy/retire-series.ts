import type { Delta } from '../ir/index.ts';
import { seriesKeys } from './plan.ts';
import type { Metrics } from './telemetry/metrics.ts';

/** What is counted for rules and backends that a route no longer has is shown once more, then forgotten. */
export function retireSeries(metrics: Pick<Metrics, 'retire'>, { upserts, removals }: Delta): void {
  for (const { kind, name } of removals) if (kind === 'Route') metrics.retire(name);
  for (const unit of upserts) {
    if (unit.kind !== 'Route') continue;
    const kept = seriesKeys(unit);
    metrics.retire(unit.name, ({ rule, backend }) => kept.has(`${rule}\n${backend}`));
  }
}
