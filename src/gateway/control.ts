import type { Publisher } from '../fleet/index.ts';
import { type Delta, type Listener, seal, type Unit, type UnitName } from '../ir/index.ts';
import type { Applied } from '../proxy/index.ts';
import { type Gateway, type ObjectRef, refKey, refOf } from '../resources/index.ts';
import type { Batch } from '../sources/index.ts';
import type { Output, Placement, Translator } from '../translate/index.ts';
import type { Echo } from './endpoints/echo.ts';
import type { AddressChange, EndpointLane } from './endpoints/endpoint-lane.ts';
import { takeObjects, wantBackends } from './intake.ts';
import type { Inventory, ObjectChange } from './inventory.ts';
import type { AddressPlan } from './placement/address-plan.ts';
import type { GatewayFacts } from './placement/claims.ts';
import { placementOf } from './placement/placement-status.ts';
import type { Placer } from './placement/placer.ts';
import type { StatusStore } from './status/status-store.ts';

export interface ControlParts {
  readonly inventory: Inventory;
  readonly translator: Translator;
  readonly lane: EndpointLane;
  readonly placer: Placer;
  readonly publisher: Publisher;
  readonly statuses: StatusStore;
  readonly addresses: AddressPlan;
  /** Objects that stand in the manifests and could not be read. */
  readonly unread: () => readonly ObjectRef[];
  /** Absent: backends without endpoints stay without. */
  readonly echo: Pick<Echo, 'endpointOf'> | undefined;
  /** Called for each status that is another now; undefined: the object has none (any more). */
  readonly onStatus?: (object: ObjectRef, status: object | undefined) => void;
}

/** What a step brought about. */
export interface Step {
  readonly changes: readonly ObjectChange[];
  /** When the data plane served it, in ms of `performance.now()`. */
  readonly live: number;
  /** Objects whose status is another now. */
  readonly statuses: readonly ObjectRef[];
}

export interface TakeOptions {
  /** Something happened to sockets: those that could not be bound are tried again, whatever changed. */
  readonly retry: boolean;
}

/** The way of a change: objects → translation → sockets and addresses → data plane → statuses. */
export interface Control {
  /** Without batches: addresses changed by other ways than manifests. */
  take(batches: readonly Batch[], options?: TakeOptions): Promise<Step>;
  /** A new worker took the configuration; a socket that it could not bind again is looked for elsewhere. */
  recover(applied: Applied): Promise<void>;
}

export function createControl(parts: ControlParts): Control {
  const { inventory, translator, lane, placer, publisher } = parts;
  const listeners = new Map<string, Listener>();
  const told = new Map<string, string>();

  /** Endpoints for the backends that are referred to, sockets for the listeners that are there. */
  async function complete({ upserts, removals }: Delta, replan: boolean): Promise<Delta> {
    wantBackends({ upserts, removals }, lane);
    const addresses = await addressUnits(lane.settle(), parts.echo);
    const moved = follow(upserts, removals) || replan;
    const binds = moved ? plan() : NOTHING;
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

  function facts(): readonly GatewayFacts[] {
    return parts.addresses.assign(inventory.gateways().filter(isOurs));
  }

  /** Translation gives a status to Gateways of ours, and to no other. */
  function isOurs(gateway: Gateway): boolean {
    return translator.statusOf(refOf(gateway)) !== undefined;
  }

  function plan(): Delta {
    return placer.plan(facts(), [...listeners.values()]);
  }

  /** A socket that can't be bound gets the next port of its list, until it has one or none is left. */
  async function publish(delta: Delta): Promise<void> {
    for (let next: Delta | undefined = delta; next && !isEmpty(next); ) {
      next = placer.report(await publisher.apply(next));
    }
  }

  /** What the data plane acknowledged goes back into translation, which knows what it means for statuses. */
  function acknowledge(): Output {
    const places = Map.groupBy(placer.places(), place => place.gateway);
    const standing = facts();
    for (const fact of standing) {
      tell(fact.gateway, placementOf(fact, places.get(fact.gateway) ?? []));
    }
    const names = new Set(standing.map(fact => fact.gateway));
    for (const gateway of [...told.keys()]) if (!names.has(gateway)) tell(gateway, undefined);
    return translator.settle();
  }

  function tell(gateway: string, acknowledged: Placement | undefined): void {
    const text = JSON.stringify(acknowledged);
    if (told.get(gateway) !== text) translator.place(gateway, acknowledged);
    if (acknowledged) told.set(gateway, text);
    else told.delete(gateway);
  }

  function report(outputs: readonly Output[]): ObjectRef[] {
    const latest = new Map(
      outputs.flatMap(output => output.statuses.map(entry => [refKey(entry.object), entry] as const)),
    );
    for (const { object, status } of latest.values()) {
      parts.statuses.set(object, status);
      parts.onStatus?.(object, parts.statuses.get(object));
    }
    return [...latest.values()].map(({ object }) => object);
  }

  return {
    async take(batches, { retry } = { retry: false }) {
      const changes = batches.flatMap(batch => takeObjects(batch, parts));
      if (batches.length > 0) translator.unread(parts.unread());
      const output = translator.settle();
      const replan = retry || changes.some(isGateway);
      await publish(await complete(output.delta, replan));
      const live = performance.now();
      // Endpoints alone come often, and are no affair of any Gateway.
      const outputs = replan || !isEmpty(output.delta) || output.statuses.length > 0 ? [output, acknowledge()] : [];
      return { changes, live, statuses: report(outputs) };
    },
    async recover(applied) {
      const next = placer.report(applied);
      if (!next) return;
      await publish(next);
      await publish(plan());
    },
  };
}

const NOTHING: Delta = { upserts: [], removals: [] };

function isEmpty(delta: Delta): boolean {
  return delta.upserts.length + delta.removals.length === 0;
}

function isGateway(change: ObjectChange): boolean {
  return change.ref.kind === 'Gateway';
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
