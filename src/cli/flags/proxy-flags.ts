import { DEFAULT_PROXY_OPTIONS as DEFAULT, type ProxyOptions, parseCidr } from '../../proxy/index.ts';
import { ACCESS_LOG_FLAGS, accessLogOptions } from './access-log-flags.ts';
import { DEBUG_TOKEN_FLAGS, debugToken } from './debug-token-flags.ts';
import { choice, count, duration, size, toggle } from './flag-values.ts';
import type { Flag, FlagValues } from './flags.ts';
import { SESSION_KEY_FLAG } from './session-key-flag.ts';

function cidrs(help: string): Flag<readonly string[]> {
  return {
    placeholder: 'CIDR,…',
    help,
    initial: [],
    read(value, before) {
      const blocks = value.split(',').map(block => block.trim());
      const bad = blocks.find(block => parseCidr(block) === undefined);
      if (bad !== undefined) return { refused: `'${bad}' is not a CIDR block such as 10.0.0.0/8 or fd00::/8` };
      return { value: [...before, ...blocks] };
    },
  };
}

/** The limits and timeouts of the data plane. */
export const PROXY_FLAGS = {
  'head-timeout': duration(
    DEFAULT.headTimeout,
    'time for a whole request head; silent connections\nare closed after it too (default 10s)',
  ),
  'idle-timeout': duration(DEFAULT.idleTimeout, 'keep-alive connection without a request (default 60s)'),
  'request-timeout': duration(DEFAULT.requestTimeout, 'time for a whole request with its body (default 0: none)'),
  'body-idle-timeout': duration(DEFAULT.bodyIdleTimeout, 'body in which nothing moves (default 60s)'),
  'tunnel-idle-timeout': duration(
    DEFAULT.tunnelIdleTimeout,
    'WebSocket, or connection of a TCP or TLS route, in which\nnothing moves (default 1h)',
  ),
  'udp-idle-timeout': duration(DEFAULT.udpIdleTimeout, 'datagrams of one client, none either way (default 60s)'),
  'connect-timeout': duration(DEFAULT.connectTimeout, 'time to connect to an endpoint (default 5s)'),
  'upstream-idle-timeout': duration(
    DEFAULT.upstreamIdleTimeout,
    'connection to an endpoint without a request\n(default 55s)',
  ),
  'max-head-bytes': size(DEFAULT.maxHeadBytes, 'longer request heads get 431 (default 64KiB)'),
  'max-headers': count(DEFAULT.maxHeaders, 'more header fields get 431 (default 512)'),
  'max-target-bytes': size(DEFAULT.maxTargetBytes, 'longer request targets get 414 (default 32KiB)'),
  'max-body-bytes': size(DEFAULT.maxBodyBytes, 'longer request bodies get 413 (default 0: any length,\nstreamed)'),
  'max-connections': count(DEFAULT.maxConnections, 'connections from clients (default 10000)'),
  'max-handshakes': count(DEFAULT.maxHandshakes, 'of TLS, at once in each worker; further ones wait\n(default 1024)'),
  'max-tls-contexts': count(DEFAULT.maxTlsContexts, 'certificates that each worker keeps ready (default 1000)'),
  'max-udp-flows': count(DEFAULT.maxUdpFlows, 'clients of one UDP listener in each worker\n(default 4096)'),
  'max-requests-per-connection': count(
    DEFAULT.maxConnectionRequests,
    'the answer to the last one says Connection: close\n(default 0: any number)',
  ),
  'max-connection-age': duration(
    DEFAULT.maxConnectionAge,
    'the first answer later than this says Connection:\nclose (default 0: any age)',
  ),
  'max-streams': count(DEFAULT.maxStreams, 'requests under way on one HTTP/2 connection of a client\n(default 128)'),
  'max-upstream-connections': count(DEFAULT.maxUpstreamConnections, 'connections to one endpoint (default 1024)'),
  'max-upstream-pending': count(
    DEFAULT.maxUpstreamPending,
    'requests that may wait for a connection to one\nendpoint (default 1024)',
  ),
  'grpc-web': toggle('calls of gRPC-Web on GRPCRoutes reach backends as calls\nof gRPC'),
  balancing: choice(
    ['least-request', 'round-robin'] as const,
    DEFAULT.balancing,
    'how endpoints are picked (default least-request)',
  ),
  'eject-time': duration(
    DEFAULT.ejectTime,
    'time without requests for an endpoint that refuses\nconnections; doubles up to 30s (default 1s, 0: none)',
  ),
  'trusted-proxies': cidrs('peers whose X-Forwarded-* and X-Request-Id are believed'),
  'trusted-hops': count(
    DEFAULT.trustedHops,
    'proxies of yours in front: the client is that many\nentries from the right in X-Forwarded-For; every peer is\nbelieved, or only --trusted-proxies (default 0)',
  ),
  'proxy-protocol': cidrs(
    'peers whose connections begin with a PROXY header,\nversion 1 or 2, that names their client',
  ),
  'backend-proxy-protocol': choice(
    ['none', 'v1', 'v2'] as const,
    'none',
    'the PROXY header with which connections to backends\nbegin (default none)',
  ),
  'session-key-file': SESSION_KEY_FLAG,
  ...DEBUG_TOKEN_FLAGS,
  ...ACCESS_LOG_FLAGS,
};

export function proxyOptions(values: FlagValues<typeof PROXY_FLAGS>): ProxyOptions {
  return {
    headTimeout: values['head-timeout'],
    idleTimeout: values['idle-timeout'],
    requestTimeout: values['request-timeout'],
    bodyIdleTimeout: values['body-idle-timeout'],
    tunnelIdleTimeout: values['tunnel-idle-timeout'],
    udpIdleTimeout: values['udp-idle-timeout'],
    connectTimeout: values['connect-timeout'],
    upstreamIdleTimeout: values['upstream-idle-timeout'],
    maxHeadBytes: values['max-head-bytes'],
    maxHeaders: values['max-headers'],
    maxTargetBytes: values['max-target-bytes'],
    maxBodyBytes: values['max-body-bytes'],
    maxConnections: values['max-connections'],
    maxHandshakes: values['max-handshakes'],
    maxTlsContexts: values['max-tls-contexts'],
    maxUdpFlows: values['max-udp-flows'],
    maxConnectionRequests: values['max-requests-per-connection'],
    maxConnectionAge: values['max-connection-age'],
    maxStreams: values['max-streams'],
    maxUpstreamConnections: values['max-upstream-connections'],
    maxUpstreamPending: values['max-upstream-pending'],
    ejectTime: values['eject-time'],
    grpcWeb: values['grpc-web'],
    balancing: values.balancing,
    trustedProxies: values['trusted-proxies'],
    trustedHops: values['trusted-hops'],
    proxyProtocol: values['proxy-protocol'],
    backendProxyProtocol: backendHeader(values['backend-proxy-protocol']),
    sessionKeys: values['session-key-file'],
    accessLog: accessLogOptions(values),
    debugToken: debugToken(values),
  };
}

function backendHeader(value: 'none' | 'v1' | 'v2'): ProxyOptions['backendProxyProtocol'] {
  return value === 'none' ? undefined : value;
}
