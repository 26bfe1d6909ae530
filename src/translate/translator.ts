import { Graph, type Readable } from '../collections/index.ts';
import type { Delta, Unit } from '../ir/index.ts';
import type { AnyResource, ObjectRef, Problem } from '../resources/index.ts';
import type { GatewayView } from './gateway-view.ts';
import { createInputs, remove, setUnread, upsert } from './inputs.ts';
import { createRejections, type Rejections } from './rejections.ts';
import { type RouteView, viewRoute } from './routes/route-view.ts';
import { outdatedCertificate } from './status/outdated-certificate.ts';
import type { Placement } from './status/placement.ts';
import type { Report, Status } from './status/report.ts';
import { createReportLedger, type StatusChange } from './status/report-ledger.ts';
import { type Pipeline, type TranslatorOptions, translate } from './translate.ts';
import { createUnitLedger } from './unit-ledger.ts';

/** What one step changed. */
export interface Output {
  readonly delta: Delta;
  /** Objects whose status is another one now; undefined: it has none any more. */
  readonly statuses: readonly StatusChange[];
  /** Gateways (`namespace/name`) of which {@link Translator.gateways} says something else now, those that came or went included. */
  readonly gateways: ReadonlySet<string>;
}

/** Work done since the start: what is counted twice was done twice. */
export interface Counters {
  /** Routes that were put together. */
  readonly translated: number;
  /** Routes whose parents were looked up. */
  readonly attached: number;
  /** Routes whose rules were translated and references resolved. */
  readonly resolved: number;
  readonly gateways: number;
  /** ListenerSets of which the listeners were understood. */
  readonly listenerSets: number;
  /** ListenerSets that were compared with what comes before them. */
  readonly setConflicts: number;
  /** Secrets that were read as certificates. */
  readonly certificates: number;
}

/** Resources in, IR and statuses out, in steps. Knows no I/O and no clock. */
export interface Translator {
  /** Kinds that have no part in translation (endpoints) are let pass. */
  upsert(resource: AnyResource): void;
  remove(object: ObjectRef): void;
  /** All objects that stand in the manifests and could not be read: what refers to one says so. */
  unread(objects: readonly ObjectRef[]): void;
  /** What the data plane says of a Gateway (`namespace/name`); undefined: nothing (any more). */
  place(gateway: string, placement: Placement | undefined): void;
  /** Carries all changes since the last call through. */
  settle(): Output;
  statusOf(object: ObjectRef): Status | undefined;
  /** Ordered by kind, namespace and name. */
  allStatuses(): readonly { readonly object: ObjectRef; readonly status: Status }[];
  /** Every problem that stands, ordered by kind, namespace and name. */
  problems(): readonly Problem[];
  /** Of certificates that data planes got and that have expired at `now`, in ms since 1970. */
  expired(now: number): readonly Problem[];
  /** Every route, ordered by kind, namespace and name. */
  routes(): readonly RouteView[];
  /** Every Gateway of ours with what its data plane needs, ordered by namespace and name. The same list until one changes. */
  gateways(): readonly GatewayView[];
  readonly counters: Counters;
}

export function createTranslator(options: TranslatorOptions = {}): Translator {
  const graph = new Graph();
  const inputs = createInputs(graph);
  const pipeline = translate(graph, inputs, options);
  const units = createUnitLedger();
  const reports = createReportLedger();
  const rejections = createRejections();

  /** As of the last step: whoever asks why asks more than once. */
  let views: readonly RouteView[] | undefined;
  let gatewayViews: readonly GatewayView[] | undefined;

  function settle(): Output {
    graph.settle();
    views = undefined;
    const gateways = pipeline.views.changes;
    if (gateways.size > 0) gatewayViews = undefined;
    return {
      delta: units.record(changedUnits(pipeline)),
      statuses: reports.record(changedReports(pipeline, rejections)),
      gateways,
    };
  }

  function view(key: string): RouteView {
    const parents = pipeline.rivals.parentsOf(key, pipeline.attachments.get(key)!, (from, at) => from.get(at));
    return viewRoute(inputs.routes.get(key)!, parents, pipeline.resolved.get(key)!);
  }

  function expired(key: string, now: number): Problem | undefined {
    const pair = pipeline.pairUnits.get(key) && pipeline.certificates.get(key);
    if (pair?.fault !== undefined || !pair || now < pair.expires) return undefined;
    const [namespace = '', name = ''] = key.split('/');
    return outdatedCertificate({ kind: 'Secret', namespace, name }, pair, now);
  }

  return {
    upsert: resource => upsert(inputs, resource),
    remove: object => remove(inputs, object),
    unread: objects => setUnread(inputs, objects),
    place(gateway, placement) {
      rejections.set(gateway, placement?.rejections ?? []);
      if (placement) inputs.placements.set(gateway, placement);
      else inputs.placements.delete(gateway);
    },
    settle,
    statusOf: object => reports.statusOf(object),
    allStatuses: () => reports.allStatuses(),
    problems: () => reports.problems(),
    expired: now => [...pipeline.pairUnits.keys()].flatMap(key => expired(key, now) ?? []),
    routes() {
      views ??= [...inputs.routes.keys()].sort().map(view);
      return views;
    },
    gateways() {
      gatewayViews ??= [...pipeline.views.keys()].sort().map(key => pipeline.views.get(key)!);
      return gatewayViews;
    },
    get counters() {
      return {
        translated: pipeline.routes.computed,
        attached: pipeline.attachments.computed,
        resolved: pipeline.resolved.computed,
        gateways: pipeline.gateways.computed,
        listenerSets: pipeline.added.work.viewed,
        setConflicts: pipeline.added.work.compared,
        certificates: pipeline.certificates.computed,
      };
    },
  };
}

/** Everything that a changed value owns; its key in its collection is part of the owner's name. */
function* changedUnits(pipeline: Pipeline): Generator<readonly [string, readonly Unit[]]> {
  yield* changes(
    pipeline.pairUnits,
    key => `Secret/${key}`,
    unit => [unit],
  );
  yield* changes(
    pipeline.authorityUnits,
    key => `ConfigMap/${key}`,
    unit => [unit],
  );
  yield* changes(
    pipeline.backends,
    name => `Backend/${name}`,
    unit => [unit],
  );
  yield* changes(
    pipeline.routes,
    key => key,
    route => route.units,
  );
  yield* changes(
    pipeline.listeners,
    key => `Gateway/${key}`,
    units => units,
  );
  yield* changes(
    pipeline.added.units,
    key => `ListenerSet/${key}`,
    units => units,
  );
}

function* changes<V>(
  from: Readable<V>,
  ownerOf: (key: string) => string,
  unitsOf: (value: V) => readonly Unit[],
): Generator<readonly [string, readonly Unit[]]> {
  for (const key of from.changes) {
    const value = from.get(key);
    yield [ownerOf(key), value === undefined ? [] : unitsOf(value)];
  }
}

function* changedRoutes(pipeline: Pipeline, rejections: Rejections): Generator<readonly [string, Report | undefined]> {
  const touched = rejections.touched(backend => pipeline.users.get(backend) ?? []);
  for (const key of new Set([...pipeline.routes.changes, ...touched])) {
    const route = pipeline.routes.get(key);
    yield [key, route && rejections.reportOf(route)];
  }
}

function* changedReports(pipeline: Pipeline, rejections: Rejections): Generator<readonly [string, Report | undefined]> {
  for (const key of pipeline.classReports.changes) yield [`GatewayClass/${key}`, pipeline.classReports.get(key)];
  for (const key of pipeline.judgedSets.changes) yield [`ListenerSet/${key}`, pipeline.judgedSets.get(key)?.report];
  for (const key of pipeline.gatewayReports.changes) yield [`Gateway/${key}`, pipeline.gatewayReports.get(key)];
  yield* changedRoutes(pipeline, rejections);
  for (const key of pipeline.extensionReports.changes) yield [key, pipeline.extensionReports.get(key)];
  for (const key of pipeline.policyReports.changes) yield [`BackendTLSPolicy/${key}`, pipeline.policyReports.get(key)];
  for (const key of pipeline.trafficReports.changes)
    yield [`XBackendTrafficPolicy/${key}`, pipeline.trafficReports.get(key)];
  for (const key of pipeline.xBackendReports.changes) yield [`XBackend/${key}`, pipeline.xBackendReports.get(key)];
  for (const key of pipeline.otherReports.changes) yield [key, pipeline.otherReports.get(key)];
}
