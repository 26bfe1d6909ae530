import type { Bind, Delta, Listener } from '../../ir/index.ts';
import type { DataPlaneFacts } from '../provision/data-plane-facts.ts';
import type { DataPlaneSpec } from '../provision/data-plane-spec.ts';
import { gatewayNames, type PlannedPlane, planPlane } from './planned-plane.ts';

/** The data planes that there are to be, and under which scopes their proxies find them. */
export interface PlannedPlanes {
  /** The whole plan. Costs what differs, a comparison of the rest apart. */
  specify(specs: readonly DataPlaneSpec[], listeners: readonly Listener[]): void;
  /** The cluster shows another thing of it (`DataPlaneSpec.scope`). */
  factsChanged(key: string): void;
  /** Carries through what was told. */
  settle(): PlaneChanges;
  /** As they were specified; the same object for as long as a data plane stays as it is. */
  specs(): readonly DataPlaneSpec[];
  all(): Iterable<PlannedPlane>;
  /** By `DataPlaneSpec.scope`. */
  get(key: string): PlannedPlane | undefined;
  withScope(scope: string): PlannedPlane | undefined;
  /** By `namespace/name`. */
  ofGateway(gateway: string): PlannedPlane | undefined;
}

export interface PlaneChanges {
  /** By scope; those that are new have an entry, whether they have sockets or not. */
  readonly binds: ReadonlyMap<string, Delta>;
  /** Gateways whose scope is another one, or that came or went. */
  readonly moved: readonly string[];
  /** Scopes that are no more. */
  readonly closed: readonly string[];
  /** What is not as it was. */
  readonly touched: readonly PlannedPlane[];
}

interface Wanted {
  readonly spec: DataPlaneSpec;
  readonly text: string;
  readonly listeners: readonly Listener[];
}

const NO_CHANGES: PlaneChanges = { binds: new Map(), moved: [], closed: [], touched: [] };

export function createPlannedPlanes(factsOf: (key: string) => DataPlaneFacts | undefined): PlannedPlanes {
  let wanted: ReadonlyMap<string, Wanted> = new Map();
  /** Each by itself; `planes`: as they stand beside one another. */
  let alone: ReadonlyMap<string, PlannedPlane> = new Map();
  let planes: ReadonlyMap<string, PlannedPlane> = new Map();
  let byScope: ReadonlyMap<string, PlannedPlane> = new Map();
  let byGateway: ReadonlyMap<string, PlannedPlane> = new Map();
  const dirty = new Set<string>();

  function wantedOf(spec: DataPlaneSpec, listenersOf: (gateway: string) => readonly Listener[]): Wanted {
    const before = wanted.get(spec.scope);
    const text = JSON.stringify(spec);
    const listeners = gatewayNames(spec).flatMap(listenersOf);
    const isSame = before?.text === text;
    if (isSame && sameItems(before.listeners, listeners)) return before;
    dirty.add(spec.scope);
    return { spec: isSame ? before.spec : spec, text, listeners };
  }

  function planned(key: string, { spec, listeners }: Wanted): PlannedPlane {
    const before = alone.get(key);
    return before && !dirty.has(key) ? before : planPlane(spec, listeners, factsOf(key), before);
  }

  function stands({ spec }: PlannedPlane): boolean {
    return factsOf(spec.scope)?.standing !== undefined;
  }

  function replan(): PlaneChanges {
    const before = { planes, byScope, byGateway };
    alone = new Map([...wanted].map(([key, each]) => [key, planned(key, each)] as const));
    planes = distinct(alone);
    byScope = new Map([...planes.values()].flatMap(each => (each.scope === undefined ? [] : [[each.scope, each]])));
    const candidates = [...planes.values()].flatMap(plane => gatewayNames(plane.spec).map(name => ({ name, plane })));
    byGateway = new Map(
      [...Map.groupBy(candidates, ({ name }) => name)].map(([name, found]) => {
        const its = found.map(({ plane }) => plane);
        return [name, homeOf(its, stands, before.byGateway.get(name))] as const;
      }),
    );
    dirty.clear();
    const names = new Set([...before.byGateway.keys(), ...byGateway.keys()]);
    return {
      binds: new Map([...byScope].flatMap(([scope, plane]) => bindEntry(scope, before.byScope.get(scope), plane))),
      moved: [...names].filter(name => hasMoved(before.byGateway.get(name), byGateway.get(name))),
      closed: [...before.byScope.keys()].filter(scope => !byScope.has(scope)),
      touched: [...planes].flatMap(([key, plane]) => (before.planes.get(key) === plane ? [] : plane)),
    };
  }

  return {
    specify(specs, listeners) {
      const byGateway = Map.groupBy(listeners, ({ gateway }) => gateway);
      const next = new Map(
        specs.map(spec => [spec.scope, wantedOf(spec, gateway => byGateway.get(gateway) ?? [])] as const),
      );
      for (const key of wanted.keys()) if (!next.has(key)) dirty.add(key);
      wanted = next;
    },
    factsChanged: key => void dirty.add(key),
    settle: () => (dirty.size === 0 ? NO_CHANGES : replan()),
    specs: () => [...wanted.values()].map(({ spec }) => spec),
    all: () => planes.values(),
    get: key => planes.get(key),
    withScope: scope => byScope.get(scope),
    ofGateway: gateway => byGateway.get(gateway),
  };
}

/**
 * Of the data planes that may be a Gateway's the one that has its traffic. One whose parameters can't be read stays where it
 * is served; a controller that has just begun sees by what stands where that is.
 */
function homeOf(
  found: readonly PlannedPlane[],
  stands: (plane: PlannedPlane) => boolean,
  before: PlannedPlane | undefined,
): PlannedPlane {
  const was = ({ spec }: PlannedPlane) => spec.scope === before?.spec.scope;
  return (
    found.findLast(({ spec }) => !spec.held) ??
    found.find(plane => was(plane) && stands(plane)) ??
    found.findLast(stands) ??
    found.find(was) ??
    found.at(-1)!
  );
}

/** Proxies of one identity get one configuration: an unmanaged data plane that shares its account with another one gets nobody. */
function distinct(planes: ReadonlyMap<string, PlannedPlane>): ReadonlyMap<string, PlannedPlane> {
  const holders = new Map<string, string>();
  const managedFirst = [...planes].sort(([, a], [, b]) => Number(isUnmanaged(a)) - Number(isUnmanaged(b)));
  for (const [key, { scope }] of managedFirst) if (scope !== undefined && !holders.has(scope)) holders.set(scope, key);
  return new Map(
    [...planes].map(([key, plane]) => {
      const holder = plane.scope === undefined ? key : holders.get(plane.scope);
      return [key, holder === key ? plane : withoutScope(plane, plane.scope!, planes.get(holder!)!)];
    }),
  );
}

function hasMoved(before: PlannedPlane | undefined, now: PlannedPlane | undefined): boolean {
  return before?.scope !== now?.scope || (before === undefined) !== (now === undefined);
}

function isUnmanaged({ spec }: PlannedPlane): boolean {
  return spec.mode === 'unmanaged';
}

function withoutScope(plane: PlannedPlane, scope: string, { spec }: PlannedPlane): PlannedPlane {
  const refused = `its pods run as ServiceAccount ${scope}, as those of data plane ${spec.namespace}/${spec.name} do: give its Deployment a ServiceAccount of its own`;
  return { ...plane, scope: undefined, spec: { ...plane.spec, refused } };
}

function bindEntry(
  scope: string,
  before: PlannedPlane | undefined,
  now: PlannedPlane,
): readonly (readonly [string, Delta])[] {
  if (before === now) return [];
  const had: ReadonlyMap<string, Bind> = before?.binds ?? new Map();
  const upserts = [...now.binds.values()].filter(bind => had.get(bind.name)?.hash !== bind.hash);
  const removals = [...had.keys()].filter(name => !now.binds.has(name)).map(name => ({ kind: 'Bind' as const, name }));
  return before && upserts.length + removals.length === 0 ? [] : [[scope, { upserts, removals }]];
}

function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
