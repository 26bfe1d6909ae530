import type { ProxyOptions, ProxyWorker, WorkerCount } from '../proxy/index.ts';
import type { Subscription, SubscriptionOptions } from '../stream/index.ts';
import type { AgentEvent } from './events.ts';

/** Where an endpoint listens; port 0: the system chooses. */
interface Place {
  readonly host: string;
  readonly port: number;
}

/** What a proxy is made of. Times are in ms. */
export interface AgentOptions
  extends Pick<SubscriptionOptions, 'controller' | 'serverName' | 'token' | 'authorities' | 'facts'> {
  readonly subscribe: (options: SubscriptionOptions) => Subscription;
  /** The folder where the configuration is kept; absent: nothing is kept. */
  readonly stateDir?: string;
  /** Where probes ask, and monitors: it tells nothing that is secret. Absent: nowhere. */
  readonly health?: Place;
  /** Where the whole admin endpoint listens; absent: nowhere. */
  readonly admin?: Place;
  readonly proxy: ProxyOptions;
  readonly workers: WorkerCount;
  /** A data plane with the same `proxy` options that was started earlier, to save the time. */
  readonly worker?: ProxyWorker;
  /** How long new connections are still taken when it is to end: it takes a while until nobody sends any. */
  readonly shutdownDelay: number;
  /** How long a surplus worker may take to finish what it does. */
  readonly drainTimeout: number;
  /** How long until a socket that could not be opened is tried again; default 5,000. */
  readonly rebindAfter?: number;
  /** The configuration is saved so often at most; default 1,000. */
  readonly saveAfter?: number;
  /** What the `ms` of the ready event count from, in ms of `performance.now()`; default: the call of `start`. */
  readonly began?: number;
  readonly onEvent: (event: AgentEvent) => void;
}
