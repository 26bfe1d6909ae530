import { createTailing } from '../admin/index.ts';
import {
  createPublisher,
  createWorkerSizing,
  deathOf,
  later,
  rejectionOf,
  silenceOf,
  unboundOf,
} from '../fleet/index.ts';
import type { Delta } from '../ir/index.ts';
import { type Applied, compactHeap, countWorkers, mostWorkers, startWorker } from '../proxy/index.ts';
import type { Outcome, SubscriptionState } from '../stream/index.ts';
import { agentMetrics } from './agent-metrics.ts';
import { type Endpoints, openEndpoints } from './endpoints.ts';
import type { AgentOptions } from './options.ts';
import { readSaved, writeSaved } from './saved-config.ts';
import { createSaving } from './saving.ts';
import { createSockets } from './sockets.ts';
import { createTroubles } from './troubles.ts';

/** A data plane that follows a controller. */
export interface Agent {
  /** Resolves when a configuration is served; rejects with a {@link StartError}. Call it once. */
  start(): Promise<void>;
  /** Takes connections for a while yet, then lets what is under way finish, for at most `deadline` ms. */
  drain(deadline: number): Promise<void>;
  /** Ends everything at once. */
  close(): Promise<void>;
}

/** In ms. */
const REBIND_AFTER = 5_000;
const SAVE_AFTER = 1_000;
const TIDY_AFTER = 1_000;
/** Units in one delta that leave enough memory behind to be worth the trouble. */
const LARGE = 500;

export function createAgent(options: AgentOptions): Agent {
  const { onEvent: emit, stateDir, workers } = options;
  const troubles = createTroubles(emit);
  const sockets = createSockets();
  const tailing = createTailing();
  /** A configuration is. */
  const served = Promise.withResolvers<void>();
  let isLive = false;
  let connected = false;
  let changed = 0;
  /** A delta of the controller was taken. */
  let followed = false;
  let ending = false;
  let endpoints: Endpoints | undefined;

  const publisher = createPublisher({
    version: options.facts.version,
    keep: 'texts',
    workers: countWorkers(workers),
    most: mostWorkers(workers),
    ...(options.worker && { first: options.worker }),
    start: (memory, lane) => startWorker(options.proxy, { memory, lane }),
    onStarted: tailing.join,
    onEnded: tailing.leave,
    onDeath: (message, others) => troubles.set('WorkerDied', [deathOf(message, others)]),
    onReplaced(applied, whole) {
      if (whole) troubles.set('WorkerDied', []);
      subscription.tell(settle(applied));
    },
    onSilent: count => troubles.set('WorkerSilent', count === 0 ? [] : [silenceOf(count)]),
    onUnbound(failure) {
      troubles.set('WorkerUnbound', [unboundOf(failure)]);
      rebinding.ask();
    },
  });
  const sizing = createWorkerSizing(workers, async count => {
    if (!ending) await publisher.resize(count, options.drainTimeout);
  });
  const rebinding = later(options.rebindAfter ?? REBIND_AFTER, () => void rebind());
  const tidying = later(TIDY_AFTER, compactHeap);
  const saving = createSaving(save, options.saveAfter ?? SAVE_AFTER);
  const subscription = options.subscribe({ ...options, known: publisher.kept.names, apply: take, onState: follow });

  /** Takes a delta of the controller. */
  async function take(delta: Delta): Promise<Outcome> {
    const began = performance.now();
    const outcome = await apply(delta);
    saving.ask();
    tell(delta, performance.now() - began);
    return outcome;
  }

  async function apply(delta: Delta): Promise<Outcome> {
    const applied = await publisher.apply(delta).catch((error: Error) => {
      troubles.set('InternalError', [error.message]);
      throw error;
    });
    troubles.set('InternalError', []);
    changed = Date.now() / 1000;
    if (delta.upserts.length >= LARGE) tidying.ask();
    if (applied.failures.length === 0 || !delta.removals.some(({ kind }) => kind === 'Bind'))
      return settle(applied, delta);
    // In the way was perhaps what goes with the same delta: the socket of another address.
    sockets.took(applied, delta);
    return settle(await publisher.reopen());
  }

  /** What stands against the configuration now, told to people and given to whoever tells the controller. */
  function settle(applied: Applied, delta?: Delta): Outcome {
    sockets.took(applied, delta);
    const rejections = publisher.rejections();
    troubles.set('PortUnavailable', sockets.messages(publisher.kept.binds()));
    troubles.set('RejectedByProxy', rejections.map(rejectionOf));
    if (publisher.isWhole()) troubles.set('WorkerUnbound', []);
    const failures = sockets.failures();
    if (failures.length > 0 || !publisher.isWhole()) rebinding.ask();
    return { failures, rejections };
  }

  /** Nothing tells when a port is free. */
  async function rebind(): Promise<void> {
    if (ending) return;
    await publisher.makeWhole();
    if (sockets.failures().length === 0) return void settle(NOTHING_NEW);
    const before = JSON.stringify(sockets.failures());
    const outcome = settle(await publisher.reopen());
    if (JSON.stringify(outcome.failures) !== before) subscription.tell(outcome);
  }

  function tell({ upserts, removals }: Delta, ms: number): void {
    const own = [...upserts, ...removals].filter(({ kind }) => kind !== 'Endpoints');
    const [unit] = own;
    if (!followed) live('controller', ms);
    else if (unit) emit({ event: 'change', unit: `${unit.kind} ${unit.name}`, units: own.length, ms });
    followed = true;
  }

  function live(from: 'saved' | 'controller', ms: number): void {
    emit({ event: 'live', from, units: publisher.kept.names().length, ms });
    isLive = true;
    served.resolve();
  }

  function follow(state: SubscriptionState): void {
    connected = state.kind === 'connected';
    if (state.kind === 'connected') emit({ event: 'connected', controller: state.controller });
    else emit({ event: 'waiting', reason: state.reason });
  }

  async function save(): Promise<void> {
    if (stateDir === undefined) return;
    const reason = await writeSaved(stateDir, publisher.kept.texts());
    troubles.set('SavedConfigNotUsable', reason === undefined ? [] : [reason]);
  }

  /** What was served last is served until a controller says otherwise. */
  async function resume(): Promise<void> {
    const saved = stateDir === undefined ? undefined : await readSaved(stateDir);
    if (saved?.kind === 'unusable') troubles.set('SavedConfigNotUsable', [saved.reason]);
    if (saved?.kind !== 'units') return;
    const began = performance.now();
    // Who can't serve it is told, and need not end over it at each start: the controller has another one.
    const outcome = await apply({ upserts: saved.units, removals: [] }).catch(() => undefined);
    if (outcome !== undefined) live('saved', performance.now() - began);
  }

  function notReady(): string | undefined {
    if (ending) return 'it is about to end';
    return isLive ? undefined : 'there is no configuration yet';
  }

  async function metrics(): Promise<string> {
    const numbers = {
      connected,
      changed,
      rejected: publisher.rejections().length,
      unopened: sockets.failures().length,
    };
    return (await publisher.metrics()) + agentMetrics(numbers);
  }

  return {
    async start() {
      const began = options.began ?? performance.now();
      publisher.start();
      sizing.start();
      endpoints = await openEndpoints(options, { notReady, metrics, units: publisher.units, tailing });
      await resume();
      if (!ending) subscription.start();
      await served.promise;
      const { health, admin } = endpoints;
      const ms = performance.now() - began;
      if (!ending)
        emit({ event: 'ready', ms, ...(health && { health: health.url }), ...(admin && { admin: admin.url }) });
    },
    async drain(deadline) {
      ending = true;
      sizing.stop();
      subscription.leaving();
      // Who serves nothing yet need not wait until nobody asks.
      const delay = isLive ? options.shutdownDelay : 0;
      emit({ event: 'draining', delay, most: deadline });
      await publisher.drain(deadline, true, delay);
      await saving.finish();
    },
    async close() {
      ending = true;
      served.resolve();
      sizing.stop();
      rebinding.stop();
      tidying.stop();
      subscription.close();
      tailing.close();
      endpoints?.close();
      await saving.finish();
      await publisher.close();
    },
  };
}

/** No delta, and no socket tried. */
const NOTHING_NEW: Applied = { bound: {}, failures: [] };
