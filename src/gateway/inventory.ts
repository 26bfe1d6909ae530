import { type AnyResource, byAge, type Gateway, type ObjectRef, refKey, refOf } from '../resources/index.ts';
import type { Batch } from '../sources/index.ts';
import type { Action } from './events.ts';

/** An object of a batch and what happened to it. */
export interface ObjectChange {
  readonly ref: ObjectRef;
  readonly action: Action;
  /** When its file changed, in ms of `performance.now()`. */
  readonly since: number;
}

/** The objects that stand. */
export interface Inventory {
  take(batch: Batch): readonly ObjectChange[];
  get(ref: ObjectRef): AnyResource | undefined;
  all(): readonly AnyResource[];
  /** Oldest first, then by name: who came first keeps what two want. */
  gateways(): readonly Gateway[];
}

export function createInventory(): Inventory {
  const objects = new Map<string, AnyResource>();
  /** Few among many Services and EndpointSlices. */
  const gateways = new Map<string, Gateway>();
  return {
    take({ upserts, deletes, since }) {
      const gone = deletes.filter(ref => objects.delete(refKey(ref)));
      for (const ref of gone) gateways.delete(refKey(ref));
      const came = upserts.map((resource): ObjectChange => {
        const ref = refOf(resource);
        const action = objects.has(refKey(ref)) ? 'updated' : 'created';
        objects.set(refKey(ref), resource);
        if (resource.kind === 'Gateway') gateways.set(refKey(ref), resource);
        return { ref, action, since };
      });
      return [...gone.map((ref): ObjectChange => ({ ref, action: 'deleted', since })), ...came];
    },
    get: ref => objects.get(refKey(ref)),
    all: () => [...objects.values()],
    gateways: () => [...gateways.values()].sort(byAge),
  };
}
