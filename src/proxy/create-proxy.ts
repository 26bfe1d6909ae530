import type { Delta, UnitName } from '../ir/index.ts';
import { createRouter } from '../router/index.ts';
import { AccessLog } from './access-log/access-log.ts';
import type { Core } from './core.ts';
import type { Applied, DataPlane, Share, UnitRejection } from './data-plane.ts';
import { DebugToken } from './debug-token.ts';
import { Doors } from './doors.ts';
import { HeldSockets } from './held-sockets.ts';
import { HostCache } from './host-cache.ts';
import { DateLine } from './http1/date-line.ts';
import { MessageWriter } from './http1/message-writer.ts';
import { RequestHead } from './http1/request-head.ts';
import { ResponseHead } from './http1/response-head.ts';
import { http2Client } from './http2/upstream/http2-upstream.ts';
import { obey } from './live-units.ts';
import { Mirrors } from './mirror/mirrors.ts';
import { nodeRuntime } from './node-socket.ts';
import type { ProxyOptions } from './options.ts';
import { compilePlan, type Plan } from './plan.ts';
import { registerReadings } from './readings.ts';
import { RequestIds } from './request-ids.ts';
import { sharedKeys } from './session/session-keys.ts';
import { TokenBox } from './session/token-box.ts';
import { createCellBook } from './shared/cell-book.ts';
import { Lane } from './shared/lane.ts';
import { createSharedMemory } from './shared/shared-memory.ts';
import type { SocketRuntime } from './socket.ts';
import { Tail, type TailedLines, type Watch } from './tail/tail.ts';
import { watchLoopLag } from './telemetry/loop-lag.ts';
import { Metrics } from './telemetry/metrics.ts';
import { Timers } from './timers.ts';
import { Handshakes } from './tls/handshakes.ts';
import { TlsCounts } from './tls/tls-counts.ts';
import { TlsStore } from './tls/tls-store.ts';
import { TransportCounts } from './transport/transport-counts.ts';
import { Trust } from './trust.ts';
import { Clusters } from './upstream/clusters.ts';

const UNROUTED = { gateway: '', listener: '', route: '', rule: '', backend: '' };
/** Fields that a head can have where their number has no bound. */
const MANY_FIELDS = 16_384;
/** How often a drain looks whether connections are left; ms. */
const DRAIN_STEP = 10;
/** Time for the last lines of the access log, whoever reads them; ms. */
const LOG_TIME = 1_000;

/** A data plane in the caller's thread. `runtime`: the sockets, replaced in tests; `core`: for tests that look inside. */
export function createProxy(
  options: ProxyOptions,
  runtime: SocketRuntime = nodeRuntime,
  core: Core = createCore(options, runtime),
): DataPlane {
  let refused: UnitRejection[] = [];
  const router = createRouter<Plan>(compilePlan, ({ name }, message) => refused.push({ kind: 'Route', name, message }));
  const doors = new Doors(core, router);
  const lag = watchLoopLag();
  const book = createCellBook(core.lane.memory);
  const wanted = new Set<string>();
  let binding: Promise<unknown> = Promise.resolve();
  registerReadings(core, router);
  core.metrics.register(lag.reading);

  /** Units are live when this returns; only sockets take time, and wait for those of earlier deltas. */
  function apply(delta: Delta, share?: Share): Promise<Applied> {
    for (const unit of delta.upserts) if (unit.kind === 'Bind') wanted.add(unit.name);
    for (const { kind, name } of delta.removals) if (kind === 'Bind') wanted.delete(name);
    const [live, unbound] = split(delta);
    refused = [];
    obey(core, router, live, share?.cells ?? ownCells(delta));
    const rejections = refused;
    const opened = binding.then(() => doors.apply(delta, share?.claim ?? true));
    const applied = rejections.length === 0 ? opened : opened.then(each => ({ ...each, rejections }));
    // A later delta may want the name again by then.
    binding = applied.then(() =>
      router.apply({ upserts: [], removals: unbound.filter(({ name }) => !wanted.has(name)) }),
    );
    return applied;
  }

  /** Of a data plane that is the only one. */
  function ownCells(delta: Delta): Int32Array {
    book.release(book.take(delta));
    return book.cellsOf(delta.upserts);
  }

  function tail(watches: readonly Watch[]): Promise<readonly TailedLines[]> {
    core.watchers -= Number(core.tail.on);
    const lines = core.tail.follow(watches);
    core.watchers += Number(core.tail.on);
    return lines;
  }

  async function drain(deadline: number, patient = false, delay = 0): Promise<void> {
    core.parting = delay > 0;
    if (delay > 0) await new Promise(resolve => setTimeout(resolve, delay).unref());
    const end = core.timers.now() + deadline;
    await doors.drain(patient);
    while (doors.busy && core.timers.now() < end) {
      await new Promise(resolve => setTimeout(resolve, DRAIN_STEP));
    }
    if (core.accessLog !== undefined) await lastLines(core.accessLog);
    core.tail.flush();
  }

  /** What is cut off now has lines too, once its sockets are closed. */
  async function lastLines(log: AccessLog): Promise<void> {
    log.cutting = true;
    doors.close();
    await new Promise(resolve => setTimeout(resolve, DRAIN_STEP));
    await log.queue.written(LOG_TIME);
  }

  function close(): void {
    lag.stop();
    doors.close();
    core.mirrors.close();
    core.clusters.close();
  }

  return { apply, metrics: () => core.metrics.text(), report: () => core.metrics.report(), tail, drain, close };
}

/** Names of binds stay known to the router until their sockets are closed. */
function split({ upserts, removals }: Delta): [live: Delta, unbound: readonly UnitName[]] {
  const unbound = removals.filter(({ kind }) => kind === 'Bind');
  return [{ upserts, removals: removals.filter(({ kind }) => kind !== 'Bind') }, unbound];
}

/** What the connections of a new data plane share. */
export function createCore(
  options: ProxyOptions,
  runtime: SocketRuntime,
  lane: Lane = new Lane(createSharedMemory(), 0),
): Core {
  const metrics = new Metrics();
  const timers = new Timers();
  const trust = new Trust(options.trustedProxies, options.trustedHops);
  const keys = sharedKeys(options.sessionKeys);
  const core: Core = {
    options,
    runtime,
    metrics,
    timers,
    held: new HeldSockets(timers),
    clusters: new Clusters(lane, options.ejectTime),
    trust,
    accessLog: options.accessLog === undefined ? undefined : new AccessLog(options.accessLog, trust, lane),
    tail: new Tail(trust),
    unrouted: metrics.series(UNROUTED),
    request: new RequestHead({ ...options, maxHeaders: options.maxHeaders || MANY_FIELDS }),
    response: new ResponseHead(),
    mirrors: new Mirrors(),
    tls: new TlsStore(options.maxTlsContexts, keys[0]!),
    handshakes: new Handshakes(options.maxHandshakes),
    tlsCounts: new TlsCounts(),
    tokens: new TokenBox(keys),
    out: new MessageWriter(),
    hosts: new HostCache(),
    requestIds: new RequestIds(),
    date: new DateLine(),
    openMultiplex: http2Client(() => core),
    upstreamConnections: 0,
    ejections: 0,
    lane,
    retries: { stale: 0, connection: 0, status: 0, timeout: 0 },
    tunnels: { open: 0, toBackends: 0, toClients: 0 },
    transport: new TransportCounts(),
    debug: options.debugToken ? new DebugToken(options.debugToken) : undefined,
    watchers: 0,
    parting: false,
  };
  return core;
}
