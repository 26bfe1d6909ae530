import { type ApiClient, type Pace, pauseAfter } from '../../kubernetes/index.ts';
import { sameJson } from '../same-json.ts';
import { createWriteContests } from '../writing/write-contests.ts';
import { createWriteProblems } from '../writing/write-problems.ts';
import { createWriteQueue, LEAST_PAUSE } from '../writing/write-queue.ts';
import { createWriteRate, type Rate } from '../writing/write-rate.ts';
import { judge, type ObjectSlot, see, slotName } from './apply/object-slot.ts';
import {
  emptyPlace,
  isBare,
  isStanding,
  loseAt,
  type Place,
  slotOf,
  stepsOf as stepsAt,
  wantAt,
} from './apply/place.ts';
import { createPlaneWriter } from './apply/plane-writer.ts';
import type { DataPlaneFacts } from './data-plane-facts.ts';
import type { DataPlaneSpec } from './data-plane-spec.ts';
import { planeFacts } from './observe/plane-facts.ts';
import { startPlaneWatches } from './observe/plane-watches.ts';
import { PROVISIONED_KINDS } from './observe/provisioned-kinds.ts';
import { createUnmanagedPlanes } from './observe/unmanaged-planes.ts';
import { createPlaneProblems } from './plane-problems.ts';
import { createProvisionMetrics } from './provision-metrics.ts';
import type { Provisioner, ProvisionerEvents, Render } from './provisioner.ts';

export interface ProvisionerOptions extends ProvisionerEvents {
  readonly client: ApiClient;
  /** Objects are ours by this name: several controllers may share a cluster. */
  readonly controllerName: string;
  readonly render: Render;
  /** Whether all has been read that could want a data plane; else nothing is deleted. Asked at each `want`; default: it has. */
  readonly mayDelete?: () => boolean;
  /** Default 100 requests a second, 200 at once. */
  readonly rate?: Rate;
  /** Between failures in a row; default 0.2 s to 60 s. Contested objects come at the slowest pace. */
  readonly pace?: Pace;
  /** More than `most` mendings of one object within `window` ms are a contest; default 5 in a minute. */
  readonly contest?: { readonly most: number; readonly window: number };
}

const IN_FLIGHT = 8;
/** The queue counts data planes; requests have a rate of their own. */
const UNLIMITED: Rate = { perSecond: 1_000_000, burst: 1_000_000 };

export function createProvisioner(options: ProvisionerOptions): Provisioner {
  const { client, controllerName, pace = { firstMs: 200, mostMs: 60_000 } } = options;
  const closing = new AbortController();
  const synced = Promise.withResolvers<void>();
  const places = new Map<string, Place>();
  const planes = new Map<string, DataPlaneSpec>();
  const hosts = new Map<string, readonly string[]>();
  const told = new Map<string, DataPlaneFacts>();
  const problems = createWriteProblems(options.onProblems);
  const planeProblems = createPlaneProblems(problems);
  const metrics = createProvisionMetrics(PROVISIONED_KINDS.map(({ kind }) => kind));
  let leading = false;
  let wished = false;
  let read = false;
  let mayDelete = true;

  const queue = createWriteQueue({
    isDue: key => mayWrite() && isDue(key),
    run,
    most: IN_FLIGHT,
    rate: createWriteRate(UNLIMITED),
  });
  const contests = createWriteContests({
    ...(options.contest ?? { most: 5, window: 60_000 }),
    onChange(key, contested) {
      const plane = places.get(key.slice(key.indexOf(' ') + 1))?.plane;
      if (plane) planeProblems.contested(plane, key, contested);
    },
  });
  const writer = createPlaneWriter({
    client,
    controllerName,
    rate: options.rate ?? { perSecond: 100, burst: 200 },
    signal: closing.signal,
    problems,
    stepsOf: place => stepsOf(place),
    count: ({ kind }, outcome) => metrics.count(kind.kind, outcome),
    redone: slot => contests.rewritten(slotName(slot)),
  });
  const watches = startPlaneWatches({
    client,
    problems,
    onSeen(kind, object) {
      const place = placeAt(object.metadata.namespace ?? '', object.metadata.name);
      see(slotOf(place, kind), object, controllerName, wished);
      consider(place);
    },
    onGone(kind, namespace, name) {
      const place = placeAt(namespace, name);
      loseAt(place, kind);
      consider(place);
      forgetIfBare(place);
    },
    onSynced() {
      read = true;
      synced.resolve();
      for (const place of places.values()) consider(place);
    },
  });
  const unmanaged = createUnmanagedPlanes({
    client,
    onChange(namespace) {
      for (const plane of planes.values()) if (plane.mode === 'unmanaged' && plane.namespace === namespace) tell(plane);
    },
  });

  const mayWrite = () => leading && wished && read;
  const stepsOf = (place: Place) => stepsAt(place, mayDelete);

  function placeAt(namespace: string, name: string): Place {
    const key = `${namespace}/${name}`;
    const place = places.get(key) ?? emptyPlace(namespace, name);
    places.set(key, place);
    return place;
  }

  function isDue(key: string): boolean {
    const place = places.get(key);
    return place !== undefined && stepsOf(place).length > 0;
  }

  /** In ms. */
  function pauseOf(place: Place): number {
    if (stepsOf(place).some(({ slot }) => contests.isContested(slotName(slot)))) return pace.mostMs / 2;
    return place.failures === 0 ? 0 : pauseAfter(place.failures, pace, LEAST_PAUSE);
  }

  /** Puts it into the queue or takes it out, and tells what is new of it. */
  function consider(place: Place): void {
    if (mayWrite() && stepsOf(place).length > 0) queue.add(place.key, pauseOf(place));
    else queue.drop(place.key);
    if (place.plane) tell(place.plane);
  }

  async function run(key: string): Promise<void> {
    const place = places.get(key);
    if (!place) return;
    const plane = place.plane;
    const { well, made } = await writer.bring(place);
    if (closing.signal.aborted) return;
    if (plane && made.length > 0) options.onMade?.(plane, made.map(slotName));
    // What was wanted meanwhile has no failures yet.
    if (place.plane === plane) place.failures = well ? 0 : place.failures + 1;
    queue.drop(key);
    consider(place);
  }

  function evidence(plane: DataPlaneSpec): DataPlaneFacts | undefined {
    const common = { plane, hosts: hosts.get(plane.scope) ?? [] };
    if (plane.mode === 'unmanaged') {
      const parts = plane.refused === undefined ? unmanaged.partsOf(plane) : {};
      if (!parts) return undefined;
      const { service, deployment, trouble } = parts;
      const troubles = [plane.refused, trouble];
      return planeFacts({ ...common, service, deployment, troubles, refused: troubles.some(Boolean) });
    }
    if (!read) return undefined;
    const place = placeAt(plane.namespace, plane.name);
    const slots = [...place.slots.values()];
    const [service, deployment] = ['Service', 'Deployment'].map(kind => place.slots.get(kind)?.seen);
    return planeFacts({
      ...common,
      service: service?.service,
      deployment: deployment?.deployment,
      troubles: [plane.refused, ...slots.map(({ failure }) => failure), place.renderTrouble],
      refused: plane.refused !== undefined || mayBeOfOthers(place.slots.get('ServiceAccount'), told.get(plane.scope)),
    });
  }

  function tell(plane: DataPlaneSpec): void {
    const facts = evidence(plane);
    if (!facts) return;
    planeProblems.trouble(plane, leading ? facts.trouble : undefined);
    if (sameJson(told.get(plane.scope), facts)) return;
    told.set(plane.scope, facts);
    options.onFacts(plane.scope);
  }

  function tellAll(): void {
    for (const plane of planes.values()) tell(plane);
  }

  function take(plane: DataPlaneSpec): void {
    const before = planes.get(plane.scope);
    if (before === plane) return;
    planes.set(plane.scope, plane);
    if (before && !sameJson(before.gateways, plane.gateways)) planeProblems.forget(before);
    if (plane.mode === 'unmanaged') return;
    const place = placeAt(plane.namespace, plane.name);
    place.plane = plane;
    if (!isStanding(plane) && plane.refused === undefined) wantAt(place, options.render(plane), controllerName);
    renew(place);
  }

  function release(plane: DataPlaneSpec): void {
    for (const map of [planes, hosts, told]) map.delete(plane.scope);
    planeProblems.forget(plane);
    const place = places.get(`${plane.namespace}/${plane.name}`);
    if (place?.plane !== plane) return;
    place.plane = undefined;
    wantAt(place, undefined, controllerName);
    renew(place);
    forgetIfBare(place);
  }

  /** What is still being written there comes back by the watches. */
  function forgetIfBare(place: Place): void {
    if (isBare(place)) places.delete(place.key);
  }

  /** At once, whatever failed before. */
  function renew(place: Place): void {
    queue.drop(place.key);
    if (wished) consider(place);
  }

  /** From now on it is known what is wanted. */
  function begin(): void {
    for (const { slots } of places.values()) for (const slot of slots.values()) judge(slot);
    wished = true;
    for (const place of places.values()) consider(place);
  }

  return {
    want(wishes) {
      const withheld = !mayDelete;
      mayDelete = options.mayDelete?.() ?? true;
      const scopes = new Set(wishes.map(({ scope }) => scope));
      for (const plane of [...planes.values()]) if (!scopes.has(plane.scope)) release(plane);
      unmanaged.follow(new Set(wishes.filter(({ mode }) => mode === 'unmanaged').map(({ namespace }) => namespace)));
      for (const plane of wishes) take(plane);
      if (!wished) begin();
      else if (withheld) for (const place of places.values()) consider(place);
      tellAll();
    },
    lead(now) {
      if (leading === now) return;
      leading = now;
      queue.clear();
      for (const { kind } of PROVISIONED_KINDS) problems.delete(`forbidden ${kind}`);
      for (const place of places.values()) {
        place.failures = 0;
        for (const slot of place.slots.values()) slot.failure = undefined;
        consider(place);
      }
      tellAll();
    },
    hosts(scope, addresses) {
      if (sameJson(hosts.get(scope), addresses)) return;
      hosts.set(scope, addresses);
      const plane = planes.get(scope);
      if (plane) tell(plane);
    },
    facts: scope => {
      const plane = planes.get(scope);
      return plane && (told.get(scope) ?? evidence(plane));
    },
    problems: problems.all,
    synced: () => synced.promise,
    idle: queue.idle,
    metrics: () => metrics.text({ planes: planes.size, pending: queue.size() }),
    async close() {
      leading = false;
      closing.abort();
      watches.close();
      unmanaged.close();
      queue.clear();
      contests.close();
      await queue.idle();
    },
  };
}

/**
 * Whoever made an account of that name has pods of their own that run as it. Where nobody can look it is taken for ours; one that was,
 * and is gone, is until somebody else's is found in its place: proxies must not lose their controller for that.
 */
function mayBeOfOthers(account: ObjectSlot | undefined, before: DataPlaneFacts | undefined): boolean {
  if (account?.seen) return !account.seen.ours;
  return account?.wanted !== undefined && account.failure === undefined && before?.serviceAccount === undefined;
}
