import type { Seen } from '../../cluster/index.ts';
import { type ApiClient, type Pace, pauseAfter, type RawObject } from '../../kubernetes/index.ts';
import { type ObjectRef, type Problem, refKey } from '../../resources/index.ts';
import { sameJson } from '../same-json.ts';
import { createWriteContests } from '../writing/write-contests.ts';
import { createWriteProblems } from '../writing/write-problems.ts';
import { createWriteQueue, LEAST_PAUSE } from '../writing/write-queue.ts';
import { createWriteRate, type Rate } from '../writing/write-rate.ts';
import type { Writer } from '../writing/writer.ts';
import { hasStatus, mergeStatus, type StatusPatch } from './merge-status.ts';
import { createStatusHolds } from './status-holds.ts';
import { liveOf } from './status-live.ts';
import { createStatusMetrics, type WriteResult } from './status-metrics.ts';
import { getNewest, type Outcome, patchStatus, type StatusTarget } from './status-request.ts';
import { emptySlot, isSettled, learn, lose, type Slot, see, type Wish } from './status-slot.ts';

export interface StatusWriterOptions {
  readonly client: ApiClient;
  /** Entries of routes under this name are ours. */
  readonly controllerName: string;
  readonly now?: () => Date;
  /** Default 50 writes a second, 100 at once. */
  readonly rate?: Rate;
  /** Between failures in a row; default 50 ms to 30 s. Refused and contested writes come at the slowest pace. */
  readonly pace?: Pace;
  /** More than `most` rewritings within `window` ms are a contest; default 5 in a minute. */
  readonly contest?: { readonly most: number; readonly window: number };
  /** What `problems` gives has changed. */
  readonly onProblems?: () => void;
}

/** Brings the statuses of the cluster to what is wanted: only differences, only what is ours, only while it leads. */
export interface StatusWriter extends Writer {
  /** Must be called before `want` is called for the same state of the object. */
  observe(seen: Seen): void;
  /** The last one stands, and is kept while nothing can be written. `undefined`: what is ours goes. */
  want(object: ObjectRef, status: object | undefined): void;
  /** Every status that there is has been wanted: objects without one lose what we wrote into them at another time. */
  complete(): void;
  /** Which object of that name there is, as far as it is observed. */
  identify(object: ObjectRef): { readonly apiVersion: string; readonly uid: string } | undefined;
  /** Prometheus text. */
  metrics(): string;
}

const IN_FLIGHT = 8;
/** In ms. */
const SLOWEST_AFTER_CONFLICT = 1_000;
/** So many failures in a row are worth telling: about 5 s. */
const WORTH_TELLING = 7;
const NOTHING: Wish = { status: undefined };

export function createStatusWriter(options: StatusWriterOptions): StatusWriter {
  const { client, controllerName, now = () => new Date(), pace = { firstMs: 50, mostMs: 30_000 } } = options;
  const slots = new Map<string, Slot>();
  const closing = new AbortController();
  const metrics = createStatusMetrics();
  const problems = createWriteProblems(() => options.onProblems?.());
  const queue = createWriteQueue({
    isDue: key => !isHeld(key),
    run,
    most: IN_FLIGHT,
    rate: createWriteRate(options.rate ?? { perSecond: 50, burst: 100 }),
  });
  const holds = createStatusHolds({
    retry: pace.mostMs,
    problems,
    onDue: keys => keys.map(key => slots.get(key)).filter(slot => slot !== undefined && consider(slot)).length > 0,
  });
  const contests = createWriteContests({
    ...(options.contest ?? { most: 5, window: 60_000 }),
    onChange(key, contested) {
      const slot = slots.get(key);
      if (contested && slot) problems.set(`contested ${key}`, contestedProblem(slot.object, controllerName));
      else problems.delete(`contested ${key}`);
    },
  });
  let leading = false;
  let completed = false;
  let outages = 0;

  function slotOf(object: ObjectRef): Slot {
    const key = refKey(object);
    const slot = slots.get(key) ?? emptySlot(object);
    slots.set(key, slot);
    return slot;
  }

  function isHeld(key: string): boolean {
    const object = slots.get(key)?.object;
    return object !== undefined && holds.hold(key, object);
  }

  const wishOf = ({ wish }: Slot): Wish | undefined => wish ?? (completed ? NOTHING : undefined);

  function patchFor(slot: Slot): StatusPatch | undefined {
    const { object, live, refused } = slot;
    const wish = wishOf(slot);
    if (!leading || !live || !wish || refused === wish || isSettled(slot, wish)) return undefined;
    return mergeStatus({ object, live, ours: wish.status, controllerName, now: now() });
  }

  /** In ms. Whoever was overtaken is heard by the server, and need not wait as for one that is in trouble. */
  function pauseOf({ failures, overtaken }: Slot, key: string): number {
    if (contests.isContested(key)) return pace.mostMs;
    if (failures === 0) return 0;
    const mostMs = overtaken ? Math.min(pace.mostMs, SLOWEST_AFTER_CONFLICT) : pace.mostMs;
    return pauseAfter(failures, { ...pace, mostMs }, LEAST_PAUSE);
  }

  /** Puts it into the queue or takes it out; true if it is to be written. */
  function consider(slot: Slot): boolean {
    const key = refKey(slot.object);
    if (slots.get(key) !== slot) return false;
    if (patchFor(slot)) {
      if (holds.hold(key, slot.object)) queue.drop(key);
      else queue.add(key, pauseOf(slot, key));
      return true;
    }
    queue.drop(key);
    slot.failures = 0;
    if (slot.refused === undefined || slot.refused !== wishOf(slot)) problems.delete(key);
    if (!slot.live && slot.wish?.status === undefined) slots.delete(key);
    return false;
  }

  async function run(key: string): Promise<void> {
    const slot = slots.get(key);
    const patch = slot && patchFor(slot);
    if (!patch || !slot.live) return;
    const { object, live } = slot;
    const wish = wishOf(slot)!;
    const target = { client, object, apiVersion: live.apiVersion, signal: closing.signal };
    const outcome = await patchStatus(target, live, patch);
    if (closing.signal.aborted) return;
    metrics.count(resultOf(outcome));
    outages = outcome.kind === 'unreachable' ? outages : 0;
    await conclude(slot, wish, target, outcome);
    // What came in meanwhile must not be quicker than a failure allows.
    queue.drop(key);
    consider(slot);
  }

  async function conclude(slot: Slot, wish: Wish, target: StatusTarget, outcome: Outcome): Promise<void> {
    switch (outcome.kind) {
      case 'ok':
        return written(slot, wish, outcome);
      case 'conflict':
        return outdated(slot, target);
      case 'gone':
        return lose(slot);
      case 'unreachable':
        // Nobody else will get through either.
        if (queue.pause(pauseAfter(outages + 1, pace, LEAST_PAUSE))) outages++;
        return;
      case 'forbidden':
        return holds.forbid(refKey(slot.object), slot.object, outcome.message);
      case 'refused':
        slot.refused = wish;
        return problems.set(refKey(slot.object), refusedProblem(slot.object, outcome.message));
      case 'failed':
        return failed(slot, outcome.message);
    }
  }

  function written(slot: Slot, wish: Wish, { live }: Outcome & { readonly kind: 'ok' }): void {
    const key = refKey(slot.object);
    learn(slot, live);
    problems.delete(key);
    holds.permit(slot.object);
    if (slot.done === wish) contests.rewritten(key);
    slot.done = wish;
    slot.failures = 0;
    if (slot.live === live && wishOf(slot) === wish && patchFor(slot))
      slot.settled = { wish, resourceVersion: live.resourceVersion };
  }

  /** The watch would bring the newest too, but it may be seconds behind. */
  async function outdated(slot: Slot, target: StatusTarget): Promise<void> {
    const newest = await getNewest(target);
    if (newest.kind === 'ok') learn(slot, newest.live);
    if (newest.kind === 'gone') lose(slot);
    failed(slot, 'the object changes faster than its status can be written', true);
  }

  function failed(slot: Slot, why: string, overtaken = false): void {
    slot.failures++;
    slot.overtaken = overtaken;
    if (slot.failures >= WORTH_TELLING) problems.set(refKey(slot.object), failingProblem(slot.object, why));
  }

  return {
    observe(seen) {
      const object = 'gone' in seen ? seen.gone : refOfRaw(seen.object);
      if (!hasStatus(object.kind)) return;
      const slot = slotOf(object);
      if ('gone' in seen) lose(slot);
      else see(slot, liveOf(seen.object));
      consider(slot);
    },
    want(object, status) {
      if (!hasStatus(object.kind)) return;
      const slot = slotOf(object);
      if (!slot.wish || !sameJson(slot.wish.status, status)) slot.wish = { status };
      consider(slot);
    },
    complete() {
      if (completed) return;
      completed = true;
      for (const slot of slots.values()) consider(slot);
    },
    identify(object) {
      const { uid, apiVersion } = slots.get(refKey(object))?.live ?? {};
      return uid === undefined || apiVersion === undefined ? undefined : { apiVersion, uid };
    },
    lead(now) {
      if (leading === now) return;
      leading = now;
      queue.clear();
      holds.clear();
      problems.clear();
      for (const slot of slots.values()) {
        slot.refused = undefined;
        slot.failures = 0;
        consider(slot);
      }
    },
    idle: queue.idle,
    metrics: () => metrics.text({ pending: queue.size() + holds.size(), leading }),
    problems: problems.all,
    async close() {
      leading = false;
      closing.abort();
      queue.clear();
      holds.clear();
      contests.close();
      await queue.idle();
    },
  };
}

function refOfRaw({ kind, metadata }: RawObject): ObjectRef {
  return { kind, namespace: metadata.namespace ?? '', name: metadata.name };
}

function resultOf({ kind }: Outcome): WriteResult {
  switch (kind) {
    case 'ok':
    case 'conflict':
    case 'forbidden':
    case 'gone':
      return kind;
    default:
      return 'error';
  }
}

function refusedProblem(object: ObjectRef, why: string): Problem {
  const message = `the API server refuses the status that Sluice writes: ${why}; it keeps the one before`;
  return { severity: 'error', code: 'StatusRefused', message, object };
}

function failingProblem(object: ObjectRef, why: string): Problem {
  const message = `the status could not be written for some time: ${why}; it is tried again`;
  return { severity: 'warning', code: 'StatusNotWritten', message, object };
}

function contestedProblem(object: ObjectRef, controllerName: string): Problem {
  const message = `something else changes what Sluice writes into the status as ${controllerName}, so it is written less often: look for a second controller of that name`;
  return { severity: 'warning', code: 'StatusContested', message, object };
}
