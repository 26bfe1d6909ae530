import type { Delta } from '../ir/index.ts';
import type { Batch } from '../sources/index.ts';
import type { Translator } from '../translate/index.ts';
import type { EndpointLane } from './endpoints/endpoint-lane.ts';
import type { Inventory, ObjectChange } from './inventory.ts';

/** Whatever reads objects. */
export interface IntakeParts {
  readonly inventory: Inventory;
  readonly translator: Translator;
  readonly lane: EndpointLane;
}

/** Nothing is translated before it settles. */
export function takeObjects(batch: Batch, { inventory, translator, lane }: IntakeParts): readonly ObjectChange[] {
  for (const ref of batch.deletes) {
    translator.remove(ref);
    lane.remove(ref);
  }
  for (const resource of batch.upserts) {
    translator.upsert(resource);
    lane.upsert(resource);
  }
  return inventory.take(batch);
}

/** Endpoints are wanted of backends that are referred to. */
export function wantBackends({ upserts, removals }: Delta, lane: EndpointLane): void {
  for (const unit of upserts) if (unit.kind === 'Backend') lane.want(unit);
  for (const { kind, name } of removals) if (kind === 'Backend') lane.unwant(name);
}
