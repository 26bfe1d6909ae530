import type { AccessLogOptions } from './access-log/access-log.ts';

/** Limits and timeouts of the data plane; every one has a flag. Times in ms, sizes in bytes; 0 means no limit. */
export interface ProxyOptions {
  /**
   * To a whole head: from accept, so silent connections too; on a connection kept alive, from the first byte of a head
   * (until then `idleTimeout` counts).
   */
  readonly headTimeout: number;
  /** A connection kept alive, from the end of an answer to the first byte of the next request. */
  readonly idleTimeout: number;
  /** A whole request with its body; 0: bodies may take as long as they like. */
  readonly requestTimeout: number;
  /** A body (either way) in which nothing moves. */
  readonly bodyIdleTimeout: number;
  /** A tunnel (after an upgrade) in which nothing moves, either way. */
  readonly tunnelIdleTimeout: number;
  /** A flow of datagrams (the datagrams of one client to a UDP listener) in which nothing moves, either way. */
  readonly udpIdleTimeout: number;
  readonly connectTimeout: number;
  readonly maxHeadBytes: number;
  readonly maxHeaders: number;
  readonly maxTargetBytes: number;
  readonly maxBodyBytes: number;
  readonly maxConnections: number;
  /** Of TLS, with clients, under way at once in each thread; further ones wait for their turn. */
  readonly maxHandshakes: number;
  /** Of TLS, kept by each thread: one is made, in a millisecond, for each certificate that is wanted; some 20 KB each. */
  readonly maxTlsContexts: number;
  /** Flows of datagrams of one UDP listener, in each thread; datagrams of further clients are dropped. */
  readonly maxUdpFlows: number;
  /** Requests on one connection, and its age: the answer with which it reaches one of them is its last, and says so. */
  readonly maxConnectionRequests: number;
  readonly maxConnectionAge: number;
  /** Requests under way on one connection of a client in HTTP/2. */
  readonly maxStreams: number;
  /** Connections to one endpoint, and requests that may wait for one. */
  readonly maxUpstreamConnections: number;
  readonly maxUpstreamPending: number;
  readonly upstreamIdleTimeout: number;
  /**
   * How long an endpoint to which no connection could be made is left out for the first time; twice as long each further
   * time in a row, up to 30 s. 0: never.
   */
  readonly ejectTime: number;
  /** Where a Bind says nothing: CIDRs of peers whose connections begin with a header of the PROXY protocol. */
  readonly proxyProtocol: readonly string[];
  /** To backends whose own setting says nothing: the connection begins with a header that says who the client is. */
  readonly backendProxyProtocol: 'v1' | 'v2' | undefined;
  /** Calls of browsers (gRPC-Web) go on as calls of gRPC where a route is one of gRPC. */
  readonly grpcWeb: boolean;
  readonly balancing: 'round-robin' | 'least-request';
  /** CIDRs of peers whose X-Forwarded-* and X-Request-Id are believed. */
  readonly trustedProxies: readonly string[];
  /**
   * Proxies of ours in front: the last so many entries of X-Forwarded-For are theirs, and the first of those is the client.
   * Every peer is believed then, or with `trustedProxies` only those.
   */
  readonly trustedHops: number;
  /** Keys of 32 bytes for the tokens of sessions: the first seals, all open. None: one that every thread of the process shares. */
  readonly sessionKeys: readonly Uint8Array[];
  readonly accessLog: AccessLogOptions | undefined;
  /** A request that has it in X-Sluice-Debug is told in its answer what became of it; see `request-facts.ts`. */
  readonly debugToken: string | undefined;
}

export const DEFAULT_PROXY_OPTIONS: ProxyOptions = {
  headTimeout: 10_000,
  idleTimeout: 60_000,
  requestTimeout: 0,
  bodyIdleTimeout: 60_000,
  tunnelIdleTimeout: 3_600_000,
  udpIdleTimeout: 60_000,
  connectTimeout: 5_000,
  maxHeadBytes: 65_536,
  maxHeaders: 512,
  maxTargetBytes: 32_768,
  maxBodyBytes: 0,
  maxConnections: 10_000,
  maxUdpFlows: 4_096,
  maxHandshakes: 1_024,
  maxTlsContexts: 1_000,
  maxConnectionRequests: 0,
  maxConnectionAge: 0,
  maxStreams: 128,
  maxUpstreamConnections: 1_024,
  maxUpstreamPending: 1_024,
  upstreamIdleTimeout: 55_000,
  ejectTime: 1_000,
  proxyProtocol: [],
  backendProxyProtocol: undefined,
  grpcWeb: false,
  balancing: 'least-request',
  trustedProxies: [],
  trustedHops: 0,
  sessionKeys: [],
  accessLog: undefined,
  debugToken: undefined,
};
