import { createKubernetesSource, type Seen, TIMING } from '../cluster/index.ts';
import { createProblemLog, type GatewayEvent, type ServedOptions } from '../gateway/index.ts';
import type { ApiClient } from '../kubernetes/index.ts';
import { nameKey, type Problem } from '../resources/index.ts';
import { createEventLimit } from './event-limit.ts';
import type { ControllerEvent } from './events.ts';
import { createLease, type LeaseListener, type LeaseTimes } from './lease/lease.ts';
import { createStatusWriter, type StatusWriter } from './status/status-writer.ts';
import { watchedSource } from './watched-source.ts';

/** What every controller is told of its place in a cluster. */
export interface ClusterOptions {
  readonly client: ApiClient;
  /** GatewayClasses of this name are ours (GatewayClass.spec.controllerName). */
  readonly controllerName: string;
  /** The Lease whose holder writes, and the name of this process in it; `address`: as `LeaseOptions` has it. */
  readonly lease: {
    readonly namespace: string;
    readonly name: string;
    readonly identity: string;
    readonly address?: string;
    readonly times?: LeaseTimes;
  };
  readonly onEvent: (event: ControllerEvent) => void;
}

export interface FollowedClusterOptions extends ClusterOptions {
  /** Nothing is read before. */
  readonly after: Promise<void>;
  /** How long the first configuration waits for kinds that the API server fails at, in ms; default: as for everybody. */
  readonly patience?: number;
  readonly observe?: (seen: Seen) => void;
  /** Everything that there is has been observed. */
  readonly onComplete?: () => void;
  /** Whether traffic, or its proxies, are served from here now. */
  readonly onLease: (...args: Parameters<LeaseListener>) => boolean;
}

/** An API server as a controller has to do with it: read always, written by the holder of the Lease. */
export interface FollowedCluster {
  /** What a gateway is to be made with. */
  readonly serving: Required<Pick<ServedOptions, 'source' | 'controllerName' | 'onStatus' | 'metrics' | 'onEvent'>>;
  /** Tries for the Lease from now on. */
  start(): void;
  /** The source is being read, and tells whatever befalls the API server. */
  follows(): void;
  /** The first configuration is live. */
  served(): void;
  /** Nothing that there is stays unseen. */
  seesAll(): boolean;
  /** Which object of that name there is. */
  identify: StatusWriter['identify'];
  /** Whether statuses are written; whoever holds the Lease says so. */
  write(allowed: boolean): void;
  /** The next one need not wait for what is under way here. */
  resign(): Promise<void>;
  close(): void;
}

export function createFollowedCluster(options: FollowedClusterOptions): FollowedCluster {
  const { client, controllerName } = options;
  const limit = createEventLimit({ tell: options.onEvent });
  const onEvent = limit.take;
  const ownLog = createProblemLog();
  const writer = createStatusWriter({ client, controllerName, onProblems: () => source.changed() });
  const lease = createLease({ client, ...options.lease, onProblems: tellOwn });
  const followed = createKubernetesSource(
    {
      client,
      reach: 'forever',
      observe(seen) {
        writer.observe(seen);
        options.observe?.(seen);
      },
      onWaiting(message) {
        waiting = { severity: 'warning', code: 'Waiting', message };
        tellOwn();
      },
    },
    { ...TIMING, ...(options.patience !== undefined && { patience: options.patience }) },
  );
  const source = watchedSource({ source: followed, after: options.after, problems: writer.problems });
  let following = false;
  let live = false;
  /** Why there is no first configuration. */
  let waiting: Problem | undefined;
  let resigned: Promise<void> | undefined;

  function tellLeader(leading: boolean, serving: boolean, holder: string | undefined): void {
    const name = nameKey(options.lease.namespace, options.lease.name);
    const other = holder !== undefined && !leading ? { holder } : {};
    onEvent({ event: 'leader', leading, serving, lease: name, ...other });
  }

  /** What is in the way before there is a gateway that tells, and of the Lease for ever. */
  function tellOwn(): void {
    const ofLease = lease.problems().filter(problem => !following || !isOfServer(problem));
    const { fresh, solved } = ownLog.update(waiting ? [...ofLease, waiting] : ofLease);
    for (const problem of solved) onEvent({ event: 'solved', problem });
    for (const problem of fresh) onEvent({ event: 'problem', problem });
  }

  function seesAll(): boolean {
    return !followed.problems().some(isOfReading);
  }

  /** Routes whose Gateways could not be read would lose what is said about them. */
  function tidy(): void {
    if (!live || !seesAll()) return;
    writer.complete();
    options.onComplete?.();
  }

  return {
    serving: {
      source,
      controllerName,
      onStatus: writer.want,
      metrics: writer.metrics,
      onEvent(event) {
        if (event.event === 'solved') tidy();
        if (isWorthTelling(event)) onEvent(event);
      },
    },
    start: () =>
      lease.start((leading, holder, address) => {
        const serving = options.onLease(leading, holder, address);
        if (!resigned) tellLeader(leading, serving, holder);
      }),
    follows() {
      following = true;
    },
    served() {
      live = true;
      waiting = undefined;
      tellOwn();
      tidy();
    },
    identify: writer.identify,
    seesAll,
    write: writer.lead,
    resign() {
      resigned ??= writer.close().then(lease.stop);
      return resigned;
    },
    close: limit.close,
  };
}

function isOfServer({ code }: Problem): boolean {
  return code === 'ApiServerUnreachable' || code === 'Unauthorized';
}

/** Something that is there is not seen. */
function isOfReading({ severity, object }: Problem): boolean {
  return severity === 'error' && object === undefined;
}

/** Kinds that change all day long in a cluster, and of which nobody reads a log line. */
const CHATTY = /^(?:EndpointSlice|Endpoints|Service|Namespace|Secret|ConfigMap|CustomResourceDefinition)\//;

function isWorthTelling(event: GatewayEvent): boolean {
  return event.event !== 'change' || !CHATTY.test(event.object);
}
