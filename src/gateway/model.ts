import type { ConfigView } from '../explain/index.ts';
import { type Bind, type Listener, seal, type Unit } from '../ir/index.ts';
import type { Applied } from '../proxy/index.ts';
import { byPlace, nameKey, type Problem, refOf } from '../resources/index.ts';
import type { Batch, Source } from '../sources/index.ts';
import { createTranslator } from '../translate/index.ts';
import { viewOf } from './config-view.ts';
import { createEndpointLane } from './endpoints/endpoint-lane.ts';
import { takeObjects, wantBackends } from './intake.ts';
import { createInventory } from './inventory.ts';
import { type AddressPlan, addressesAsAsked } from './placement/address-plan.ts';
import { placementOf } from './placement/placement-status.ts';
import { createPlacer } from './placement/placer.ts';
import { located } from './status/problem-log.ts';
import { type StatusItem, statusItems } from './status/status-items.ts';
import { unreadObjects } from './status/unread-objects.ts';
import { createUnitStore } from './unit-store.ts';

export interface ModelOptions {
  /** As in `ServingOptions`. */
  readonly controllerName?: string;
  /** Default: as the Gateways ask, else 127.0.0.1. */
  readonly addresses?: AddressPlan;
}

/** What manifests come to, as if a data plane had taken everything: what questions are asked of, without any socket. */
export interface Model {
  take(batch: Batch): void;
  /** What a data plane would get, in wire order. */
  units(): readonly Unit[];
  /** Conditions carry no lastTransitionTime, for nothing has happened yet. */
  status(): readonly StatusItem[];
  /** In the order of files and lines. */
  problems(): readonly Problem[];
  readonly view: ConfigView;
}

export function createModel(source: Pick<Source, 'problems' | 'locate'>, options: ModelOptions = {}): Model {
  const { controllerName, addresses = addressesAsAsked('127.0.0.1') } = options;
  const inventory = createInventory();
  const translator = createTranslator(controllerName === undefined ? {} : { controllerName });
  const lane = createEndpointLane();
  const placer = createPlacer({ map: new Map() });
  const units = createUnitStore();

  function read(batch: Batch): void {
    takeObjects(batch, { inventory, translator, lane });
    translator.unread(unreadObjects(source, inventory));
  }

  function translate(): void {
    const { delta } = translator.settle();
    wantBackends(delta, lane);
    units.apply(delta);
    for (const { backend, endpoints } of lane.settle()) {
      if (endpoints) put(seal({ kind: 'Endpoints', name: backend, endpoints }));
      else units.apply({ upserts: [], removals: [{ kind: 'Endpoints', name: backend }] });
    }
  }

  function put(unit: Unit): void {
    units.apply({ upserts: [unit], removals: [] });
  }

  /** Every socket is had where it is wanted. */
  function place(): void {
    const facts = addresses.assign(inventory.gateways().filter(each => translator.statusOf(refOf(each)) !== undefined));
    const listeners = units.all().filter(isListener);
    const delta = placer.plan(facts, listeners);
    units.apply(delta);
    placer.report(allBound(delta.upserts));
    const places = Map.groupBy(placer.places(), each => each.gateway);
    for (const fact of facts) {
      const own = placementOf(fact, places.get(fact.gateway) ?? []);
      translator.place(fact.gateway, own);
    }
    translator.settle();
  }

  function problems(): readonly Problem[] {
    const standing = translator.problems().map(problem => located(problem, source));
    return [...source.problems(), ...standing].sort(byPlace);
  }

  return {
    take(batch) {
      read(batch);
      for (const { kind, namespace, name } of batch.deletes) {
        if (kind === 'Gateway') translator.place(nameKey(namespace, name), undefined);
      }
      translate();
      place();
    },
    units: units.all,
    status: () => statusItems(translator, inventory, translator.statusOf),
    problems,
    view: viewOf({ inventory, translator, source, units: units.all, problems }),
  };
}

/** Reads a source once and closes it; or why there is nothing to read. */
export async function readModel(
  source: Source,
  options: ModelOptions = {},
): Promise<Model | { readonly unreadable: string }> {
  let found: readonly Problem[] | undefined;
  const kept = { problems: () => found ?? source.problems(), locate: source.locate };
  const model = createModel(kept, options);
  try {
    await source.start(model.take);
  } catch (error) {
    return { unreadable: error instanceof Error ? error.message : String(error) };
  }
  // A source that follows an API server knows nothing any more once it is closed.
  found = source.problems();
  await source.close();
  return model;
}

function isListener(unit: Unit): unit is Listener {
  return unit.kind === 'Listener';
}

function allBound(units: readonly Unit[]): Applied {
  const binds = units.filter((unit): unit is Bind => unit.kind === 'Bind');
  return { bound: Object.fromEntries(binds.map(({ name, host, port }) => [name, { host, port }])), failures: [] };
}
