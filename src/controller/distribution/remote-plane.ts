import { createUnitStore, type MakePlane, type Plane, type PlaneContext } from '../../gateway/index.ts';
import { type Delta, type Listener, type Secret, seal, type Unit } from '../../ir/index.ts';
import { type Gateway, keyOf, nameKey, type Problem } from '../../resources/index.ts';
import { createScopes, type Hub } from '../../stream/index.ts';
import type { GatewayView, Placement } from '../../translate/index.ts';
import { planDataPlanes } from '../provision/plan/plan-data-planes.ts';
import type { Provisioner } from '../provision/provisioner.ts';
import { hubMetrics } from './hub-metrics.ts';
import { planePlacement } from './plane-placement.ts';
import { gatewayNames, type PlannedPlane } from './planned-plane.ts';
import { createPlannedPlanes } from './planned-planes.ts';
import { joinDeltas } from './scope-deltas.ts';
import { sessionSecret } from './session-secret.ts';

export interface RemotePlaneOptions {
  readonly hub: Hub;
  readonly provisioner: Provisioner;
  /** The controller's. */
  readonly namespace: string;
  /** Nothing is published before: what stands in the cluster decides where sockets are, and proxies must not lose theirs. */
  readonly known: () => Promise<void>;
  /** Keys that follow from the controller's own, for sessions of a scope; none: each proxy makes up its own. */
  readonly sessionKeys: (scope: string) => readonly Uint8Array[];
  /** What stands in the way of proxies, beside what provisioning tells. */
  readonly problems: () => readonly Problem[];
}

/** Proxies in pods of their own: what changes goes to those whom it concerns, and what they say comes back. */
export interface RemotePlane {
  readonly make: MakePlane;
  /** The hub has something to tell of the proxies of a scope. */
  proxiesChanged(scope: string): void;
  /** The provisioner has something to tell of a data plane (`DataPlaneSpec.scope`). */
  factsChanged(key: string): void;
  /** What is made for proxies depends on something that is another one now. */
  renderAnew(): void;
  /** What was not deleted, because not all was known, may be now. */
  wantAgain(): void;
  problemsChanged(): void;
  /** Whether there is a data plane whose proxies have this identity; waits for the first step. */
  serves(scope: string): Promise<boolean>;
  /** Whether all pods that are ready have connected and acknowledged: before, statuses would say less than is true. */
  isGathered(): boolean;
}

const NOTHING: Delta = { upserts: [], removals: [] };
const DONE = Promise.resolve();

export function createRemotePlane(options: RemotePlaneOptions): RemotePlane {
  const { hub, provisioner } = options;
  const planes = createPlannedPlanes(provisioner.facts);
  const scopes = createScopes({ scopeOf: gateway => planes.ofGateway(gateway)?.scope });
  const store = createUnitStore();
  /** By Gateway; what is absent has to be worked out anew. */
  const placements = new Map<string, Placement>();
  const published = Promise.withResolvers<void>();
  let first = true;
  let shown: readonly Unit[] | undefined;
  let told: PlaneContext | undefined;
  let planned = false;
  /** By scope, as they were sent. */
  const sessionKeys = new Map<string, Secret>();

  function forget({ spec }: PlannedPlane): void {
    for (const gateway of gatewayNames(spec)) placements.delete(gateway);
  }

  function plan(gateways: readonly Gateway[], listeners: readonly Listener[], views: readonly GatewayView[]): void {
    const byName = new Map(views.map(view => [keyOf(view.gateway), view] as const));
    const ours = gateways.flatMap(gateway => byName.get(keyOf(gateway)) ?? []);
    planned = true;
    planes.specify(planDataPlanes(ours, listeners, options), listeners);
    provisioner.want(planes.specs());
  }

  /** Gives the scopes to which something goes. */
  function send(delta: Delta): readonly string[] {
    store.apply(delta);
    shown = undefined;
    const { binds, moved, closed, touched } = planes.settle();
    touched.forEach(forget);
    for (const gateway of moved) placements.delete(gateway);
    for (const scope of closed) sessionKeys.delete(scope);
    const deltas = joinDeltas([scopes.apply(delta, binds), ...moved.map(scopes.rescope), newSessionKeys()]);
    const open = [...new Set([...deltas.keys(), ...binds.keys()])].filter(scope => planes.withScope(scope));
    for (const scope of open) hub.publish(scope, deltas.get(scope) ?? NOTHING);
    for (const scope of closed) hub.drop(scope);
    published.resolve();
    return open;
  }

  /** Of all scopes that have others than these. */
  function newSessionKeys(): ReadonlyMap<string, Delta> {
    const fresh = [...planes.all()].flatMap(({ scope }) => {
      if (scope === undefined || sessionKeys.has(scope)) return [];
      const unit = sessionSecret(options.sessionKeys(scope));
      return unit ? [[scope, unit] as const] : [];
    });
    for (const [scope, unit] of fresh) sessionKeys.set(scope, unit);
    return new Map(fresh.map(([scope, unit]) => [scope, { upserts: [unit], removals: [] }] as const));
  }

  function publish(delta: Delta): { readonly sent: Promise<void>; readonly taken: Promise<void> } {
    // Without a single Gateway nobody asks for a plan, and what stands is too much.
    if (!planned) plan([], [], []);
    const ready = first ? options.known().then(() => planes.all()) : DONE;
    first = false;
    const sent = ready.then(() => send(delta));
    return { sent: sent.then(() => {}), taken: sent.then(to => (to.length === 0 ? undefined : hub.taken(to))) };
  }

  function placementOf(gateway: string): Placement | undefined {
    const plane = planes.ofGateway(gateway);
    if (!plane) return undefined;
    const proxies = plane.scope === undefined ? [] : hub.proxies(plane.scope);
    return planePlacement(gateway, plane, provisioner.facts(plane.spec.scope), proxies);
  }

  function placed(gateway: string): readonly (readonly [string, Placement])[] {
    const placement = placements.get(gateway) ?? placementOf(gateway);
    if (!placement) return [];
    placements.set(gateway, placement);
    return [[gateway, placement]];
  }

  /** Sockets of different pods may have one name. */
  function units(): readonly Unit[] {
    shown ??= [...store.all(), ...[...planes.all()].flatMap(bindsShown)];
    return shown;
  }

  function proxiesOfPlanes() {
    const open = [...planes.all()].flatMap(({ spec, scope }) => (scope === undefined ? [] : [{ spec, scope }]));
    return new Map(open.map(({ spec, scope }) => [nameKey(spec.namespace, spec.name), hub.proxies(scope)] as const));
  }

  const make = (context: PlaneContext): Plane => {
    told = context;
    return {
      start() {},
      recover: () => DONE,
      plan(gateways, listeners) {
        plan(gateways, listeners, context.translator.gateways());
        return NOTHING;
      },
      publish,
      placements: gateways => new Map(gateways.flatMap(gateway => placed(keyOf(gateway)))),
      listeners: () => [],
      problems: () => [...provisioner.problems(), ...options.problems()],
      unusable: () => undefined,
      units,
      pages: {},
      metrics: async () => hubMetrics(proxiesOfPlanes()) + provisioner.metrics(),
      resize: () => DONE,
      drain: () => DONE,
      close: () => DONE,
    };
  };

  return {
    make,
    proxiesChanged(scope) {
      const plane = planes.withScope(scope);
      if (!plane) return;
      forget(plane);
      const hosts = hub.proxies(scope).flatMap(({ facts }) => facts.hostAddresses);
      provisioner.hosts(plane.spec.scope, [...new Set(hosts)].sort());
      told?.onChange('placements');
    },
    factsChanged(key) {
      planes.factsChanged(key);
      told?.onChange('placements');
    },
    // Before the first step nothing is known to be wanted, and what stands would seem to be too much.
    renderAnew() {
      if (!planned) return;
      provisioner.want(planes.specs().map(spec => ({ ...spec })));
      sessionKeys.clear();
      told?.onChange('placements');
    },
    wantAgain: () => planned && provisioner.want(planes.specs()),
    problemsChanged: () => told?.onProblems(),
    async serves(scope) {
      await published.promise;
      return planes.withScope(scope) !== undefined;
    },
    isGathered: () =>
      [...planes.all()].every(({ spec, scope }) => {
        const ready = provisioner.facts(spec.scope)?.readyReplicas ?? 0;
        return scope === undefined || hub.proxies(scope).filter(({ synced }) => synced).length >= ready;
      }),
  };
}

function bindsShown({ spec, binds }: PlannedPlane): readonly Unit[] {
  return [...binds.values()].map(bind => seal({ ...bind, name: `${spec.namespace}/${spec.name} ${bind.name}` }));
}
