import type { Difference, Explanation } from '../../explain/index.ts';
import { redacted, type Unit } from '../../ir/index.ts';
import type { WorkerCount } from '../../proxy/index.ts';
import type { Problem } from '../../resources/index.ts';
import type { Probed, Prober, TestRequest } from '../../testing/index.ts';
import type { ListenerEvent } from '../events.ts';
import type { GatewayOptions } from '../options.ts';
import { createProblemLog } from '../status/problem-log.ts';
import type { StatusItem } from '../status/status-items.ts';
import { createAnswering } from './answering.ts';
import { readBackends } from './handlers.ts';
import type { ManifestInput, ObjectChanges } from './manifest-input.ts';
import type { GatewayAnswer, RequestOptions } from './request.ts';
import { createStanding } from './standing.ts';

/**
 * A gateway inside a program. It answers questions about its manifests at once and without any socket; `start` makes it serve
 * them, with a data plane in threads of its own, and from then on the answers are about what is served.
 */
export interface Gateway extends Prober {
  /** Resolves when every port serves the first configuration; rejects with a {@link StartError}. */
  start(): Promise<void>;
  /** Where the listeners are reached; none before `start`. */
  listeners(): readonly ListenerEvent[];
  /** What stands against the manifests now, with file and line where they are known. */
  problems(): Promise<readonly Problem[]>;
  /** What is valid and hardly meant, as `sluice check` tells it besides: rules that no request reaches, patterns that match nothing. */
  lint(): Promise<readonly Problem[]>;
  /** Every object that has a status, as the Kubernetes API would show it. */
  status(): Promise<readonly StatusItem[]>;
  /** What the data plane is told to do, without private keys. */
  config(): Promise<readonly Unit[]>;
  /**
   * What becomes of a request, in memory: no socket is opened, before start nor after it. Backends with a handler answer by it, all
   * others as the built-in echo does. Rejects where nothing listens, as `fetch` would, and where a handler throws.
   */
  request(url: string | URL | Request, options?: RequestOptions): Promise<GatewayAnswer>;
  /**
   * Why a request goes where it goes: the rule that takes it, what decided, who lost and why, what its filters do, and what would
   * have to be otherwise. Rejects with a TypeError that says what is wrong with the question.
   */
  explain(url: string | URL, options?: Omit<RequestOptions, 'body'>): Promise<Explanation>;
  /**
   * Which requests another configuration would treat otherwise: another gateway, or manifests or objects that are read for it. Nothing
   * where only names, order or files differ.
   */
  diff(other: Gateway | ManifestInput): Promise<Difference>;
  /** For tests that `defineTest` made: every answer that a request can get. */
  probe(request: TestRequest): Promise<Probed>;
  /**
   * Other objects, for a gateway that was made of `objects`: a list or a text in the place of all there were, or single ones to
   * add, replace and delete. Resolves with the problems that this brought, after start when it is live.
   */
  update(change: string | readonly object[] | ObjectChanges): Promise<readonly Problem[]>;
  /** Prometheus text; empty before `start`. */
  metrics(): Promise<string>;
  /**
   * Another number of worker threads, at most 16, or half as many again as in the options if that is more. Resolves when new
   * ones serve and surplus ones have finished what they did.
   */
  resize(workers: WorkerCount): Promise<void>;
  /** Stops accepting and lets requests under way finish, for at most `deadline` ms. */
  drain(deadline: number): Promise<void>;
  /** Ends everything at once; what is asked afterwards rejects. */
  close(): Promise<void>;
}

/** Throws a TypeError unless exactly one of `manifests`, `objects` and `source` is given. */
export function createGateway(options: GatewayOptions = {}): Gateway {
  const backends = readBackends(options.backends);
  const standing = createStanding(options, backends);
  const { present, served } = standing;
  const { proxy } = options;
  const live = () => served() !== undefined;
  const unitsOf = (other: Gateway | ManifestInput) => unitsToCompare(other, options);
  const answering = createAnswering({ present, live, unitsOf, handlers: backends.handlers, proxy });
  let { workers } = options;
  return {
    ...answering,
    start: () => standing.start(workers),
    listeners: () => served()?.listeners() ?? [],
    problems: async () => (await present()).problems(),
    status: async () => (await present()).status(),
    config: async () => (await present()).view.units.map(redacted),
    async update(change) {
      const log = createProblemLog();
      log.update((await present()).problems());
      await standing.update(change);
      return log.update((await present()).problems()).fresh;
    },
    metrics: async () => served()?.metrics() ?? '',
    async resize(count) {
      workers = count;
      await served()?.resize(count);
    },
    drain: async deadline => served()?.drain(deadline),
    async close() {
      answering.close();
      await standing.close();
    },
  };
}

/** Manifests are read as the gateway that asks would read them, once. */
async function unitsToCompare(other: Gateway | ManifestInput, asking: GatewayOptions): Promise<readonly Unit[]> {
  if ('config' in other) return other.config();
  const { manifests, objects, source } = other;
  const once = createGateway({ ...asking, manifests, objects, source, watch: false });
  return once.config().finally(once.close);
}
