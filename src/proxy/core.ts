import type { AccessLog } from './access-log/access-log.ts';
import type { DebugToken } from './debug-token.ts';
import type { HeldSockets } from './held-sockets.ts';
import type { HostCache } from './host-cache.ts';
import type { DateLine } from './http1/date-line.ts';
import type { MessageWriter } from './http1/message-writer.ts';
import type { RequestHead } from './http1/request-head.ts';
import type { ResponseHead } from './http1/response-head.ts';
import type { Mirrors } from './mirror/mirrors.ts';
import type { RequestIds } from './request-ids.ts';
import type { RetryCause } from './retry-plan.ts';
import type { TokenBox } from './session/token-box.ts';
import type { Lane } from './shared/lane.ts';
import type { Tail } from './tail/tail.ts';
import type { Metrics } from './telemetry/metrics.ts';
import type { RequestSeries } from './telemetry/request-series.ts';
import type { Handshakes } from './tls/handshakes.ts';
import type { TlsCounts } from './tls/tls-counts.ts';
import type { TlsStore } from './tls/tls-store.ts';
import type { TransportCounts } from './transport/transport-counts.ts';
import type { Trust } from './trust.ts';
import type { TunnelCounts } from './tunnel.ts';
import type { Clusters } from './upstream/clusters.ts';
import type { PoolContext } from './upstream/pool.ts';

/**
 * What all connections of one thread share. Heads and output buffer are scratch: they hold one message during one turn,
 * from its first byte read to its last byte written.
 */
export interface Core extends PoolContext {
  readonly clusters: Clusters;
  readonly trust: Trust;
  readonly metrics: Metrics;
  readonly accessLog: AccessLog | undefined;
  readonly tail: Tail;
  readonly mirrors: Mirrors;
  /** Secrets, and what TLS makes of them. */
  readonly tls: TlsStore;
  readonly handshakes: Handshakes;
  readonly tlsCounts: TlsCounts;
  /** Of sessions. */
  readonly tokens: TokenBox;
  /** Where requests are counted that no route took. */
  readonly unrouted: RequestSeries;
  readonly request: RequestHead;
  readonly response: ResponseHead;
  readonly out: MessageWriter;
  readonly held: HeldSockets;
  readonly hosts: HostCache;
  readonly requestIds: RequestIds;
  readonly date: DateLine;
  /** What all threads see: requests per endpoint, connections of clients. */
  readonly lane: Lane;
  readonly retries: Record<RetryCause, number>;
  readonly tunnels: TunnelCounts;
  /** Of connections and datagrams that no HTTP is spoken on. */
  readonly transport: TransportCounts;
  /** Of those who are told in the answer what became of their request. */
  readonly debug: DebugToken | undefined;
  /** How many want to know what becomes of requests: as long as there are any, every request keeps a trail. */
  watchers: number;
  /** Each answer is the last of its connection: the data plane is about to drain. */
  parting: boolean;
}
