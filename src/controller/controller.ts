import { createKubernetesSource } from '../cluster/index.ts';
import {
  createProblemLog,
  createServedGateway,
  type GatewayEvent,
  type ServedGateway,
  type ServedOptions,
} from '../gateway/index.ts';
import type { ApiClient, RawObject } from '../kubernetes/index.ts';
import { nameKey, type Problem } from '../resources/index.ts';
import type { AddressPool } from './address-pool.ts';
import { createEventLimit } from './event-limit.ts';
import type { ControllerEvent } from './events.ts';
import { createLease } from './lease/lease.ts';
import { createStatusWriter } from './status/status-writer.ts';
import { watchedSource } from './watched-source.ts';

export interface ControllerOptions
  extends Pick<ServedOptions, 'admin' | 'privateNames' | 'proxy' | 'worker' | 'workers' | 'drainTimeout' | 'began'> {
  readonly client: ApiClient;
  /** GatewayClasses of this name are ours (GatewayClass.spec.controllerName). */
  readonly controllerName: string;
  /** The Gateways' addresses. */
  readonly pool: AddressPool;
  /** The Lease whose holder serves and writes statuses, and the name of this process in it. */
  readonly lease: { readonly namespace: string; readonly name: string; readonly identity: string };
  readonly onEvent: (event: ControllerEvent) => void;
}

/** Follows an API server with a data plane in this process. */
export interface Controller extends Pick<ServedGateway, 'drain' | 'close'> {
  /**
   * Waits for the Lease, then serves; resolves when the first configuration is live. Whoever loses the Lease later goes on
   * serving and writes no statuses until it has it again: an API server that is gone must not stop any traffic.
   */
  start(): Promise<void>;
}

export function createController(options: ControllerOptions): Controller {
  const { client, controllerName, pool } = options;
  const limit = createEventLimit({ tell: options.onEvent });
  const onEvent = limit.take;
  const elected = Promise.withResolvers<void>();
  const ownLog = createProblemLog();
  const writer = createStatusWriter({ client, controllerName, onProblems: () => source.changed() });
  const lease = createLease({ client, ...options.lease, onProblems: tellOwn });
  const followed = createKubernetesSource({
    client,
    reach: 'forever',
    observe(seen) {
      writer.observe(seen);
      if ('object' in seen) recall(seen.object);
      else if (seen.gone.kind === 'Gateway') pool.recall(nameKey(seen.gone.namespace, seen.gone.name), []);
    },
    onWaiting(message) {
      waiting = { severity: 'warning', code: 'Waiting', message };
      tellOwn();
    },
  });
  const source = watchedSource({ source: followed, after: elected.promise, problems: writer.problems });
  const gateway = createServedGateway({
    source,
    controllerName,
    addresses: pool,
    exactPorts: true,
    routableEndpoints: true,
    onStatus: writer.want,
    metrics: writer.metrics,
    onEvent(event) {
      if (event.event === 'solved') tidy();
      if (isWorthTelling(event)) onEvent(event);
    },
    ...(options.admin && { admin: options.admin }),
    ...(options.privateNames !== undefined && { privateNames: options.privateNames }),
    ...(options.proxy && { proxy: options.proxy }),
    ...(options.worker && { worker: options.worker }),
    ...(options.workers && { workers: options.workers }),
    ...(options.drainTimeout !== undefined && { drainTimeout: options.drainTimeout }),
    ...(options.began !== undefined && { began: options.began }),
  });
  /** The source is being read, and tells whatever befalls the API server. */
  let following = false;
  /** The first configuration is live. */
  let served = false;
  /** Why it is not. */
  let waiting: Problem | undefined;
  let resigned: Promise<void> | undefined;

  /** Addresses of a Gateway outlive this process in its status. */
  function recall({ kind, metadata, status }: RawObject): void {
    if (kind === 'Gateway') pool.recall(nameKey(metadata.namespace ?? '', metadata.name), addressesOf(status));
  }

  function onLease(leading: boolean, holder: string | undefined): void {
    writer.lead(leading);
    if (!resigned) tellLeader(leading, holder);
    if (!leading) return;
    following = true;
    elected.resolve();
  }

  function tellLeader(leading: boolean, holder: string | undefined): void {
    const name = nameKey(options.lease.namespace, options.lease.name);
    const other = holder !== undefined && !leading ? { holder } : {};
    onEvent({ event: 'leader', leading, serving: following || leading, lease: name, ...other });
  }

  /** What is in the way before there is a gateway that tells, and of the Lease for ever. */
  function tellOwn(): void {
    const ofLease = lease.problems().filter(problem => !following || !isOfServer(problem));
    const { fresh, solved } = ownLog.update(waiting ? [...ofLease, waiting] : ofLease);
    for (const problem of solved) onEvent({ event: 'solved', problem });
    for (const problem of fresh) onEvent({ event: 'problem', problem });
  }

  /** Routes whose Gateways could not be read would lose what is said about them. */
  function tidy(): void {
    if (served && !followed.problems().some(isOfReading)) writer.complete();
  }

  /** The next one need not wait for the requests that are under way here. */
  function resign(): Promise<void> {
    resigned ??= writer.close().then(lease.stop);
    return resigned;
  }

  return {
    async start() {
      lease.start(onLease);
      await gateway.start();
      served = true;
      waiting = undefined;
      tellOwn();
      tidy();
    },
    async drain(deadline) {
      await Promise.all([gateway.drain(deadline), resign()]);
    },
    async close() {
      await resign();
      await gateway.close();
      limit.close();
    },
  };
}

function isOfServer({ code }: Problem): boolean {
  return code === 'ApiServerUnreachable' || code === 'Unauthorized';
}

/** Something that is there is not seen. */
function isOfReading({ severity, object }: Problem): boolean {
  return severity === 'error' && object === undefined;
}

function addressesOf(status: unknown): string[] {
  const { addresses } = Object(status) as { readonly addresses?: unknown };
  if (!Array.isArray(addresses)) return [];
  return addresses.flatMap(address => (typeof address?.value === 'string' ? [address.value] : []));
}

/** Kinds that change all day long in a cluster, and of which nobody reads a log line. */
const CHATTY = /^(?:EndpointSlice|Endpoints|Service|Namespace|Secret|ConfigMap|CustomResourceDefinition)\//;

function isWorthTelling(event: GatewayEvent): boolean {
  return event.event !== 'change' || !CHATTY.test(event.object);
}
