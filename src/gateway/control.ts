import { type Delta, type Listener, seal, type Unit, type UnitName } from '../ir/index.ts';
import { type Gateway, type ObjectRef, refKey, refOf } from '../resources/index.ts';
import type { Batch } from '../sources/index.ts';
import type { Output, Placement, Translator } from '../translate/index.ts';
import type { Echo } from './endpoints/echo.ts';
import type { AddressChange, EndpointLane } from './endpoints/endpoint-lane.ts';
import { takeObjects, wantBackends } from './intake.ts';
import type { Inventory, ObjectChange } from './inventory.ts';
import type { Plane } from './plane.ts';
import { createHeldStatuses, type StatusChange } from './status/held-statuses.ts';
import type { StatusStore } from './status/status-store.ts';

export interface ControlParts {
  readonly inventory: Inventory;
  readonly translator: Translator;
  readonly lane: EndpointLane;
  readonly plane: Plane;
  readonly statuses: StatusStore;
  /** Objects that stand in the manifests and could not be read. */
  readonly unread: () => readonly ObjectRef[];
  /** Absent: backends without endpoints stay without. */
  readonly echo: Pick<Echo, 'endpointOf'> | undefined;
  /** Called for each status that is another now; undefined: the object has none (any more). */
  readonly onStatus?: (object: ObjectRef, status: object | undefined) => void;
  /** These statuses had to wait for the data plane, and are told now. */
  readonly onLate: (objects: readonly ObjectRef[]) => void;
}

/** What a step brought about. */
export interface Step {
  readonly changes: readonly ObjectChange[];
  /** When it was on its way to all of the data plane (of this process: served), in ms of `performance.now()`. */
  readonly live: number;
  /** Objects whose status is another now. */
  readonly statuses: readonly ObjectRef[];
}

export interface TakeOptions {
  /** Something happened to sockets: those that could not be bound are tried again, whatever changed. */
  readonly retry?: boolean;
  /** The data plane has something to say of Gateways. */
  readonly placements?: boolean;
}

/** The way of a change: objects → translation → sockets and addresses → data plane → statuses. */
export interface Control {
  /** Without batches: addresses changed by other ways than manifests. */
  take(batches: readonly Batch[], options?: TakeOptions): Promise<Step>;
  /** Resolves when no status waits for the data plane. */
  idle(): Promise<void>;
}

export function createControl(parts: ControlParts): Control {
  const { inventory, translator, lane, plane } = parts;
  const listeners = new Map<string, Listener>();
  const told = new Map<string, { readonly placement: Placement; readonly text: string }>();
  const held = createHeldStatuses(changes => parts.onLate(report(changes)));

  /** Endpoints for the backends that are referred to, sockets for the listeners that are there. */
  async function complete({ upserts, removals }: Delta, replan: boolean): Promise<Delta> {
    wantBackends({ upserts, removals }, lane);
    const addresses = await addressUnits(lane.settle(), parts.echo);
    const moved = follow(upserts, removals) || replan;
    const binds = moved ? plane.plan(ours(), [...listeners.values()]) : NOTHING;
    return {
      upserts: [...upserts, ...addresses.upserts, ...binds.upserts],
      removals: [...binds.removals, ...removals, ...addresses.removals],
    };
  }

  function follow(upserts: readonly Unit[], removals: readonly UnitName[]): boolean {
    const came = upserts.filter(unit => unit.kind === 'Listener');
    for (const listener of came) listeners.set(listener.name, listener);
    const gone = removals.filter(unit => unit.kind === 'Listener' && listeners.delete(unit.name));
    return came.length + gone.length > 0;
  }

  /** Translation gives a status to Gateways of ours, and to no other. */
  function ours(): readonly Gateway[] {
    return inventory.gateways().filter(gateway => translator.statusOf(refOf(gateway)) !== undefined);
  }

  /** What the data plane acknowledged goes back into translation, which knows what it means for statuses. */
  function acknowledge(): Output {
    const placements = plane.placements(ours());
    for (const [gateway, placement] of placements) tell(gateway, placement);
    for (const gateway of [...told.keys()]) if (!placements.has(gateway)) tell(gateway, undefined);
    return translator.settle();
  }

  function tell(gateway: string, placement: Placement | undefined): void {
    const before = told.get(gateway);
    if (before?.placement === placement) return;
    const text = JSON.stringify(placement);
    if (before?.text !== text) translator.place(gateway, placement);
    if (placement) told.set(gateway, { placement, text });
    else told.delete(gateway);
  }

  function report(changes: readonly StatusChange[]): readonly ObjectRef[] {
    for (const { object, status } of changes) {
      parts.statuses.set(object, status);
      parts.onStatus?.(object, parts.statuses.get(object));
    }
    return changes.map(({ object }) => object);
  }

  return {
    async take(batches, { retry = false, placements = false } = {}) {
      const changes = batches.flatMap(batch => takeObjects(batch, parts));
      if (batches.length > 0) translator.unread(parts.unread());
      const output = translator.settle();
      const replan = retry || output.gateways.size > 0;
      const { sent, taken } = plane.publish(await complete(output.delta, replan));
      await sent;
      const live = performance.now();
      // Endpoints alone come often, and are no affair of any Gateway.
      const matters = replan || placements || !isEmpty(output.delta) || output.statuses.length > 0;
      const latest = matters ? latestOf([output, acknowledge()]) : [];
      if (taken === sent) return { changes, live, statuses: report(latest) };
      held.hold(latest, taken);
      return { changes, live, statuses: [] };
    },
    idle: held.idle,
  };
}

/** The last status of each object. */
function latestOf(outputs: readonly Output[]): readonly StatusChange[] {
  const changes = outputs.flatMap(output => output.statuses);
  return [...new Map(changes.map(change => [refKey(change.object), change] as const)).values()];
}

const NOTHING: Delta = { upserts: [], removals: [] };

function isEmpty(delta: Delta): boolean {
  return delta.upserts.length + delta.removals.length === 0;
}

/** Backends without endpoints get the echo's, if there is one; not those for which the user named a program. */
async function addressUnits(changes: readonly AddressChange[], echo: ControlParts['echo']): Promise<Delta> {
  const upserts: Unit[] = [];
  const removals: UnitName[] = [];
  for (const { backend, endpoints, overridden } of changes) {
    if (!endpoints) removals.push({ kind: 'Endpoints', name: backend });
    else {
      const filled = endpoints.length === 0 && !overridden && echo ? [await echo.endpointOf(backend)] : endpoints;
      upserts.push(seal({ kind: 'Endpoints', name: backend, endpoints: filled }));
    }
  }
  return { upserts, removals };
}
