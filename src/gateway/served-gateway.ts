import { type Admin, healthPages, jsonPage } from '../admin/index.ts';
import type { ConfigView } from '../explain/index.ts';
import { later, serial } from '../fleet/index.ts';
import { redacted } from '../ir/index.ts';
import { type WorkerCount, within } from '../proxy/index.ts';
import type { Problem } from '../resources/index.ts';
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
import { createLocalPlane } from './local-plane.ts';
import type { ServedOptions } from './options.ts';
import type { Plane, PlaneContext } from './plane.ts';
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
  | { readonly kind: 'addresses' | 'sockets' | 'placements' };

/** In ms. */
const EXPIRY_CHECK_AFTER = 3_600_000;

export function createServedGateway(options: ServedOptions): ServedGateway {
  const { controllerName, onEvent: emit = () => {} } = options;
  const source = options.selfSigned === true ? selfSignedSource(options.source) : options.source;
  const inventory = createInventory();
  const statuses = createStatusStore();
  const lane = createEndpointLane({ routable: options.routableEndpoints ?? false });
  const overrides = createBackendOverrides(options.backends ?? []);
  const hosts = createBackendHosts({
    lane,
    privateNames: options.privateNames ?? false,
    ...(options.dnsServers && { servers: options.dnsServers }),
    onChange: () => !closed && work.push({ kind: 'addresses' }),
  });
  // A plane of somebody else's is proxies elsewhere.
  const provisions = options.plane !== undefined;
  const translator = createTranslator({ provisions, ...(controllerName !== undefined && { controllerName }) });
  const echo = options.echo === true ? createEchoOnDemand() : undefined;
  const plane = planeOf({
    translator,
    onChange: kind => !closed && draining === undefined && work.push({ kind }),
    onProblems: () => reporter.problems(problems.all()),
  });
  const reporter = createReporter({ emit, inventory, statuses, plane, source });
  const tidying = createTidying();
  const problems = createStandingProblems({ source, translator, plane, inventory, overrides, hosts });
  const { onStatus } = options;
  const control = createControl({
    inventory,
    translator,
    lane,
    plane,
    statuses,
    unread: () => unreadObjects(source, inventory),
    echo,
    ...(onStatus && { onStatus }),
    onLate: reporter.states,
  });
  const overridesKnown = Promise.withResolvers<void>();
  const firstStep = Promise.withResolvers<void>();
  const work = serial<Work>(step, error => {
    if (closed) return;
    firstStep.reject(error);
    problems.accident('InternalError', error instanceof Error ? error.message : String(error));
    reporter.problems(problems.all());
  });
  const expiry = later(EXPIRY_CHECK_AFTER, () => {
    reporter.problems(problems.all());
    expiry.ask();
  });
  let admin: Admin | undefined;
  let ready = false;
  let closed = false;
  let draining: string | undefined;

  function planeOf(context: PlaneContext): Plane {
    return options.plane?.(context) ?? createLocalPlane(options, context);
  }

  async function step(items: readonly Work[]): Promise<void> {
    await overridesKnown.promise;
    const has = (wanted: Work['kind']) => items.some(({ kind }) => kind === wanted);
    const retry = has('sockets');
    if (retry) await plane.recover();
    const batches = items.flatMap(item => (item.kind === 'batch' ? item.batch : []));
    const done = await control.take(batches, { retry, placements: has('placements') });
    tidying.took(done.changes.length);
    hosts.follow();
    if (!ready && plane.unusable() !== undefined) return firstStep.resolve();
    if (ready) reporter.step(done);
    else reporter.first(done);
    // A source that is closed knows nothing any more.
    if (!closed && draining === undefined) reporter.problems(problems.all());
    if (batches.length > 0) firstStep.resolve();
  }

  async function startAdmin(): Promise<void> {
    const notReady = () => (ready ? draining : 'the first configuration is not live yet');
    admin = await adminOnDemand(options.admin, {
      ...healthPages({ notReady, metrics }),
      '/config': () => jsonPage({ units: plane.units().map(redacted) }),
      '/status': statusPage({ view: () => view, status }),
      '/explain': explainPage(explainer),
      ...plane.pages,
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
    const reason = plane.unusable();
    if (reason !== undefined) throw new StartError('AddressNotUsable', `can't listen: ${reason}`);
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
    return (await plane.metrics()) + translationMetrics(translator.counters) + (options.metrics?.() ?? '');
  }

  function allProblems(): readonly Problem[] {
    return problems.all().map(problem => located(problem, source));
  }

  function status(): readonly StatusItem[] {
    return statusItems(translator, inventory, statuses.get);
  }

  const { units, health } = plane;
  const view = viewOf({ inventory, translator, source, units, problems: allProblems, ...(health && { health }) });
  const explainer = createExplainOnDemand(view, { proxy: options.proxy, echo: false });

  return {
    async start() {
      const began = options.began ?? performance.now();
      plane.start();
      const parts = await Promise.allSettled([readSource(), startAdmin(), startOverrides()]);
      for (const part of parts) if (part.status === 'rejected') throw part.reason;
      if (closed || draining !== undefined) return;
      ready = true;
      expiry.ask();
      // Names that took long may have been resolved since the first step.
      if (options.backends?.length) work.push({ kind: 'addresses' });
      emit({ event: 'ready', ms: performance.now() - began, ...(admin ? { admin: admin.url } : {}) });
    },
    listeners: plane.listeners,
    problems: allProblems,
    status,
    view,
    async idle() {
      await work.idle();
      await control.idle();
    },
    metrics,
    resize: plane.resize,
    async drain(deadline) {
      expiry.stop();
      draining = 'requests under way are being finished before the end';
      firstStep.resolve();
      await source.close();
      // A worker that hangs lets changes wait, and must not let clients.
      await within(work.idle(), deadline);
      await plane.drain(deadline);
    },
    async close() {
      closed = true;
      // What has not started yet never will: the source tells nothing any more.
      firstStep.resolve();
      expiry.stop();
      tidying.stop();
      explainer.close();
      admin?.close();
      overrides.close();
      hosts.close();
      echo?.close();
      await source.close();
      await plane.close();
    },
  };
}
