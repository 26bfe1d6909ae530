import type { ConfigView, Difference, Explanation } from '../explain/index.ts';
import type { Unit } from '../ir/index.ts';
import type { WorkerCount } from '../proxy/index.ts';
import type { Problem } from '../resources/index.ts';
import type { Probed, Prober, TestRequest } from '../testing/index.ts';
import { addressesAsAsked } from './address-plan.ts';
import type { ListenerEvent } from './events.ts';
import { createExplaining, type Explaining } from './explaining.ts';
import type { FollowingProber } from './following-prober.ts';
import type { HandlerServers } from './handler-servers.ts';
import { type ReadBackends, readBackends } from './handlers.ts';
import { type ManifestInput, type ObjectChanges, openInput } from './manifest-input.ts';
import type { MemoryRequests } from './memory-requests.ts';
import { createModel, type Model } from './model.ts';
import type { GatewayOptions } from './options.ts';
import { createProblemLog } from './problem-log.ts';
import { relaySource } from './relay-source.ts';
import { type GatewayAnswer, questionOf, type RequestOptions, wireRequest } from './request.ts';
import { createServedGateway, type ServedGateway } from './served-gateway.ts';
import { StartError } from './start-error.ts';
import type { StatusItem } from './status-items.ts';

/**
 * A gateway inside a program. It answers questions about its manifests at once and without any socket; `start` makes it serve
 * them, with a data plane in threads of its own, and from then on the answers are about what is served.
 */
export interface Gateway extends Prober {
  /** Resolves when every port serves the first configuration; rejects with a {@link StartError}. Call it once. */
  start(): Promise<void>;
  /** Where the listeners are reached; none before `start`. */
  listeners(): readonly ListenerEvent[];
  /** What stands against the manifests now, with file and line where they are known. */
  problems(): Promise<readonly Problem[]>;
  /** Every object that has a status, as the Kubernetes API would show it. */
  status(): Promise<readonly StatusItem[]>;
  /** What the data plane is told to do. */
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
  /** Ends everything at once. */
  close(): Promise<void>;
}

/** Throws a TypeError unless exactly one of `manifests`, `objects` and `source` is given. */
export function createGateway(options: GatewayOptions): Gateway {
  const { manifests: _m, objects: _o, source: _s, watch: _w, backends, ...serving } = options;
  const input = openInput(options);
  const { handlers, overrides } = readBackends(backends);
  const source = relaySource(input.source);
  let { workers = 1 } = options;
  let reading: Promise<Model> | undefined;
  let served: ServedGateway | undefined;
  let handling: HandlerServers | undefined;
  let requests: MemoryRequests | undefined;
  let explained: { readonly view: ConfigView; readonly by: Explaining } | undefined;
  let prober: FollowingProber | undefined;

  async function read(): Promise<Model> {
    const { controllerName, addresses = addressesAsAsked(options.listen ?? '127.0.0.1') } = options;
    const model = createModel(source, { addresses, ...(controllerName !== undefined && { controllerName }) });
    await source.start(model.take).catch((error: Error) => {
      reading = undefined;
      throw new StartError('NothingToRead', error.message);
    });
    return model;
  }

  /** What speaks of the manifests: what serves them, else what would be served. */
  async function present(): Promise<Pick<ServedGateway, 'view' | 'problems' | 'status'>> {
    if (served) return served;
    reading ??= read();
    return reading;
  }

  /** Another one when another view speaks: that of what is served. */
  function explainingOf(view: ConfigView): Explaining {
    if (explained?.view !== view) {
      explained?.by.close();
      explained = { view, by: createExplaining(view, { proxy: options.proxy }) };
    }
    return explained.by;
  }

  /** Of manifests: as this gateway would read them. */
  async function unitsOf(other: Gateway | ManifestInput): Promise<readonly Unit[]> {
    if ('config' in other) return other.config();
    const { manifests, objects, source } = other;
    const once = createGateway({ ...serving, manifests, objects, source, watch: false });
    return once.config().finally(once.close);
  }

  async function inMemory(): Promise<MemoryRequests> {
    const { createMemoryRequests } = await import('./memory-requests.ts');
    requests ??= createMemoryRequests(handlers, options.proxy);
    return requests;
  }

  return {
    async start() {
      await reading?.catch(() => {});
      handling = await serveHandlers(handlers);
      const programs = [...overrides, ...(handling?.overrides ?? [])];
      served = createServedGateway({ ...serving, source, workers, backends: programs });
      reading = undefined;
      await served.start();
    },
    listeners: () => served?.listeners() ?? [],
    problems: async () => (await present()).problems(),
    status: async () => (await present()).status(),
    config: async () => (await present()).view.units,
    async request(url, asked) {
      const [wire, { view }, memory] = await Promise.all([wireRequest(url, asked), present(), inMemory()]);
      return memory.send(view.units, wire);
    },
    async explain(url, asked) {
      const { view } = await present();
      const answer = await explainingOf(view).explain(questionOf(url, asked));
      if ('refused' in answer) throw new TypeError(`explain: ${answer.refused}`);
      return answer;
    },
    async diff(other) {
      const { diffUnits } = await import('../explain/index.ts');
      return diffUnits((await present()).view.units, await unitsOf(other));
    },
    async probe(request) {
      const [{ view }, { createFollowingProber }] = await Promise.all([present(), import('./following-prober.ts')]);
      prober ??= createFollowingProber();
      return prober.probe(view.units, request);
    },
    async update(change) {
      const log = createProblemLog();
      log.update((await present()).problems());
      await input.update(change);
      await served?.idle();
      return log.update((await present()).problems()).fresh;
    },
    metrics: async () => served?.metrics() ?? '',
    async resize(count) {
      workers = count;
      await served?.resize(count);
    },
    drain: async deadline => served?.drain(deadline),
    async close() {
      handling?.close();
      requests?.close();
      explained?.by.close();
      prober?.close();
      if (served) await served.close();
      else await source.close();
    },
  };
}

/** Loaded when there is one: `node:http` costs time at start. */
async function serveHandlers(handlers: ReadBackends['handlers']): Promise<HandlerServers | undefined> {
  if (handlers.size === 0) return undefined;
  const { startHandlers } = await import('./handler-servers.ts');
  return startHandlers(handlers);
}
