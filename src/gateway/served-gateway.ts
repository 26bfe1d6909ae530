import { type Admin, createTailing, healthPages, jsonPage, requestsPage } from '../admin/index.ts';
import type { ConfigView } from '../explain/index.ts';
import { createPublisher, createWorkerSizing, deathOf, later, serial, silenceOf, unboundOf } from '../fleet/index.ts';
import { redacted } from '../ir/index.ts';
import {
  type Applied,
  countWorkers,
  DEFAULT_PROXY_OPTIONS,
  mostWorkers,
  startWorker,
  type WorkerCount,
  within,
} from '../proxy/index.ts';
import type { Problem, ProblemCode } from '../resources/index.ts';
import type { Batch } from '../sources/index.ts';
import { createTranslator } from '../translate/index.ts';
import { adminOnDemand } from './admin/admin-on-demand.ts';
import { explainPage } from './admin/explain-page.ts';
import { statusPage } from './admin/status-page.ts';
import { viewOf } from './config-view.ts';
import { createControl } from './control.ts';
import { createBackendHosts } from './endpoints/backend-hosts.ts';
import { createBackendOverrides } from './endpoints/backend-overrides.ts';
import { createEchoOnDemand } from './endpoints/echo-on-demand.ts';
import { createEndpointLane } from './endpoints/endpoint-lane.ts';
import type { ListenerEvent } from './events.ts';
import { createExplainOnDemand } from './explain-on-demand.ts';
import { createInventory } from './inventory.ts';
import type { ServedOptions } from './options.ts';
import { addressesAsAsked } from './placement/address-plan.ts';
import { createPlacer } from './placement/placer.ts';
import { selfSignedSource } from './self-signed/self-signed-source.ts';
import { StartError } from './start-error.ts';
import { located } from './status/problem-log.ts';
import { createReporter } from './status/reporter.ts';
import { createStandingProblems } from './status/standing-problems.ts';
import { type StatusItem, statusItems } from './status/status-items.ts';
import { createStatusStore } from './status/status-store.ts';
import { unreadObjects } from './status/unread-objects.ts';
import { createTidying } from './tidying.ts';
import { translationMetrics } from './translation-metrics.ts';

/** A gateway that serves what its source holds, as the command line and the library start one. */
export interface ServedGateway {
  /** Resolves when every port serves the first configuration; rejects with a {@link StartError}. Call it once. */
  start(): Promise<void>;
  /** Where the listeners are reached. */
  listeners(): readonly ListenerEvent[];
  /** What stands against the manifests now, with file and line where they are known. */
  problems(): readonly Problem[];
  /** Every object that has a status, as the Kubernetes API would show it. */
  status(): readonly StatusItem[];
  /** What questions about the configuration are asked of. */
  readonly view: ConfigView;
  /** Resolves when everything that the source has told is live, and statuses say so. */
  idle(): Promise<void>;
  /** Prometheus text. */
  metrics(): Promise<string>;
  /** As {@link Gateway} has it. */
  resize(workers: WorkerCount): Promise<void>;
  /** Stops accepting and lets requests under way finish, for at most `deadline` ms. */
  drain(deadline: number): Promise<void>;
  /** Ends everything at once. */
  close(): Promise<void>;
}

/** What leads to a step. */
type Work =
  | { readonly kind: 'batch'; readonly batch: Batch }
  | { readonly kind: 'addresses' }
  | { readonly kind: 'unbound' }
  | { readonly kind: 'replaced'; readonly applied: Applied };

/** In ms. */
const REBIND_AFTER = 5_000;
const EXPIRY_CHECK_AFTER = 3_600_000;
const DRAIN_TIMEOUT = 10_000;

function isOfSockets({ kind }: Work): boolean {
  return kind === 'unbound' || kind === 'replaced';
}

export function createServedGateway(options: ServedOptions): ServedGateway {
  const { controllerName, listen = '127.0.0.1', onEvent: emit = () => {} } = options;
  const source = options.selfSigned === true ? selfSignedSource(options.source) : options.source;
  const inventory = createInventory();
  const statuses = createStatusStore();
  const lane = createEndpointLane({ routable: options.routableEndpoints ?? false });
  const placer = createPlacer({ map: options.map ?? new Map(), exact: options.exactPorts ?? false });
  const overrides = createBackendOverrides(options.backends ?? []);
  const hosts = createBackendHosts({
    lane,
    privateNames: options.privateNames ?? false,
    ...(options.dnsServers && { servers: options.dnsServers }),
    onChange: () => !closed && work.push({ kind: 'addresses' }),
  });
  const translator = createTranslator(controllerName === undefined ? {} : { controllerName });
  const echo = options.echo === true ? createEchoOnDemand() : undefined;
  const reporter = createReporter({ emit, inventory, statuses, placer, source });
  const tidying = createTidying();
  const problems = createStandingProblems({ source, translator, placer, inventory, overrides, hosts });
  const tailing = createTailing();
  const publisher = createPublisher({
    onStarted: tailing.join,
    onEnded: tailing.leave,
    workers: countWorkers(options.workers ?? 1),
    most: mostWorkers(options.workers ?? 1),
    ...(options.worker ? { first: options.worker } : {}),
    start: (memory, lane) => startWorker({ ...DEFAULT_PROXY_OPTIONS, ...options.proxy }, { memory, lane }),
    onDeath: (message, others) => accident('WorkerDied', deathOf(message, others)),
    onReplaced(applied, whole) {
      if (whole) problems.over('WorkerDied');
      work.push({ kind: 'replaced', applied });
    },
    onSilent(count) {
      if (count === 0) problems.over('WorkerSilent');
      else problems.accident('WorkerSilent', silenceOf(count));
      reporter.problems(problems.all());
    },
    onUnbound(failure) {
      accident('WorkerUnbound', unboundOf(failure));
      lookAgain();
    },
  });
  const addresses = options.addresses ?? addressesAsAsked(listen);
  const { onStatus } = options;
  const control = createControl({
    inventory,
    translator,
    lane,
    placer,
    publisher,
    statuses,
    addresses,
    unread: () => unreadObjects(source, inventory),
    echo,
    ...(onStatus && { onStatus }),
  });
  const overridesKnown = Promise.withResolvers<void>();
  const firstStep = Promise.withResolvers<void>();
  const work = serial<Work>(step, error => {
    if (closed) return;
    firstStep.reject(error);
    accident('InternalError', error instanceof Error ? error.message : String(error));
  });
  const rebinding = later(options.rebindAfter ?? REBIND_AFTER, () => {
    if (!closed && draining === undefined) work.push({ kind: 'unbound' });
  });
  const expiry = later(EXPIRY_CHECK_AFTER, () => {
    reporter.problems(problems.all());
    expiry.ask();
  });
  const sizing = createWorkerSizing(options.workers ?? 1, setWorkers);
  let admin: Admin | undefined;
  let ready = false;
  let closed = false;
  let draining: string | undefined;

  async function step(items: readonly Work[]): Promise<void> {
    await overridesKnown.promise;
    for (const item of items) if (item.kind === 'replaced') await control.recover(item.applied);
    const batches = items.flatMap(item => (item.kind === 'batch' ? item.batch : []));
    const done = await control.take(batches, { retry: items.some(isOfSockets) });
    tidying.took(done.changes.length);
    hosts.follow();
    if (items.some(isOfSockets)) await publisher.makeWhole();
    if (publisher.isWhole()) problems.over('WorkerUnbound');
    lookAgain();
    if (!ready && unlistenable()) return firstStep.resolve();
    if (ready) reporter.step(done);
    else reporter.first(done);
    // A source that is closed knows nothing any more.
    if (!closed && draining === undefined) reporter.problems(problems.all());
    if (batches.length > 0) firstStep.resolve();
  }

  /** Nothing tells when a port is free, or an address has come to this machine. */
  function lookAgain(): void {
    const open = placer.places().every(place => place.bound !== undefined) && publisher.isWhole();
    if (!open && !closed) rebinding.ask();
  }

  function accident(code: ProblemCode, message: string): void {
    problems.accident(code, message);
    reporter.problems(problems.all());
  }

  async function startAdmin(): Promise<void> {
    const notReady = () => (ready ? draining : 'the first configuration is not live yet');
    admin = await adminOnDemand(options.admin, {
      ...healthPages({ notReady, metrics }),
      '/config': () => jsonPage({ units: publisher.units().map(redacted) }),
      '/status': statusPage({ view: () => view, status }),
      '/requests': requestsPage(tailing),
      '/explain': explainPage(explainer),
    });
    if (closed) admin?.close();
  }

  async function readSource(): Promise<void> {
    await source
      .start(batch => work.push({ kind: 'batch', batch }))
      .catch((error: Error) => {
        throw new StartError('NothingToRead', error.message);
      });
    await firstStep.promise;
    const reason = unlistenable();
    if (reason !== undefined) throw new StartError('AddressNotUsable', `can't listen: ${reason}`);
  }

  /** Why `listen` can't be: an affair of who starts the gateway, not of the Gateways that ask for no address. */
  function unlistenable(): string | undefined {
    return placer.places().find(place => place.foreign && place.host === listen)?.reason;
  }

  async function startOverrides(): Promise<void> {
    const refresh = () => ready && work.push({ kind: 'addresses' });
    await overrides.start((backend, endpoints) => {
      lane.override(backend, endpoints);
      refresh();
    }, refresh);
    overridesKnown.resolve();
  }

  async function metrics(): Promise<string> {
    return (await publisher.metrics()) + translationMetrics(translator.counters) + (options.metrics?.() ?? '');
  }

  async function setWorkers(count: number): Promise<void> {
    if (!closed && draining === undefined) await publisher.resize(count, options.drainTimeout ?? DRAIN_TIMEOUT);
  }

  function allProblems(): readonly Problem[] {
    return problems.all().map(problem => located(problem, source));
  }

  function status(): readonly StatusItem[] {
    return statusItems(translator, inventory, statuses.get);
  }

  const { units, health } = publisher;
  const view = viewOf({ inventory, translator, source, units, problems: allProblems, health });
  const explainer = createExplainOnDemand(view, { proxy: options.proxy, echo: false });

  return {
    async start() {
      const began = options.began ?? performance.now();
      publisher.start();
      sizing.start();
      const parts = await Promise.allSettled([readSource(), startAdmin(), startOverrides()]);
      for (const part of parts) if (part.status === 'rejected') throw part.reason;
      if (closed || draining !== undefined) return;
      ready = true;
      expiry.ask();
      // Names that took long may have been resolved since the first step.
      if (options.backends?.length) work.push({ kind: 'addresses' });
      emit({ event: 'ready', ms: performance.now() - began, ...(admin ? { admin: admin.url } : {}) });
    },
    listeners: reporter.listeners,
    problems: allProblems,
    status,
    view,
    idle: work.idle,
    metrics,
    resize: sizing.resize,
    async drain(deadline) {
      sizing.stop();
      expiry.stop();
      draining = 'requests under way are being finished before the end';
      firstStep.resolve();
      await source.close();
      // A worker that hangs lets changes wait, and must not let clients.
      await within(work.idle(), deadline);
      await publisher.drain(deadline);
    },
    async close() {
      closed = true;
      // What has not started yet never will: the source tells nothing any more.
      firstStep.resolve();
      sizing.stop();
      expiry.stop();
      tidying.stop();
      rebinding.stop();
      tailing.close();
      explainer.close();
      admin?.close();
      overrides.close();
      hosts.close();
      echo?.close();
      await source.close();
      await publisher.close();
    },
  };
}
