import type { Delta } from '../../ir/index.ts';
import type { TransportCounts } from './transport-counts.ts';
import { isCounted } from './transport-plan.ts';

/** What is counted for backends that a route of bytes no longer has is shown once more, then forgotten. */
export function retireTransport(counts: Pick<TransportCounts, 'retire'>, { upserts, removals }: Delta): void {
  for (const { kind, name } of removals) if (kind === 'TransportRoute') counts.retire(name);
  for (const unit of upserts) {
    if (unit.kind === 'TransportRoute') counts.retire(unit.name, labels => isCounted(unit, labels));
  }
}
