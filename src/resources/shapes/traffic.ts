import { boolean, described, integer, list, object, oneOf, optional } from '../schema/build.ts';
import { addressRange } from './address-range.ts';
import { duration } from './duration.ts';

const MOST_RANGES = 256;
const MOST_HOPS = 100;
/** What flags take. */
const MOST = 999_999_999;
const MOST_BODY_BYTES = 1_000_000_000_000;

const ranges = list(addressRange, { max: MOST_RANGES });
const count = integer({ min: 0, max: MOST });

const timeouts = object({
  head: optional(
    described(
      duration,
      'For a whole request head, on a new connection from accept; 10s by default. 0s: none, as for all of these.',
    ),
  ),
  idle: optional(described(duration, 'Of a connection kept alive, to the next request; 60s by default.')),
  request: optional(
    described(duration, 'For a whole request with its body, where its route does not say less; none by default.'),
  ),
  bodyIdle: optional(described(duration, 'Of a body, either way, in which nothing moves; 60s by default.')),
  tunnelIdle: optional(
    described(
      duration,
      'Of a WebSocket, or a connection of a TCP or TLS route, in which nothing moves; 1h by default.',
    ),
  ),
  udpIdle: optional(described(duration, 'Of the datagrams of one client, where none go either way; 60s by default.')),
  connect: optional(described(duration, 'To connect to an endpoint; 5s by default.')),
});

const limits = object({
  connections: optional(described(count, 'From clients, to one proxy; 10000 by default. 0: any number.')),
  headBytes: optional(described(count, 'Of a request head, longer ones get 431; 65536 by default. 0: any length.')),
  bodyBytes: optional(
    described(
      integer({ min: 0, max: MOST_BODY_BYTES }),
      'Of a request body, longer ones get 413; 0, the default: any length.',
    ),
  ),
  streams: optional(
    described(count, 'Requests under way on one HTTP/2 connection of a client; 128 by default. 0: any number.'),
  ),
  upstreamConnections: optional(described(count, 'To one endpoint, from each worker; 1024 by default. 0: any number.')),
  upstreamPending: optional(
    described(
      count,
      'Requests that may wait for a connection to one endpoint, in each worker; 1024 by default. 0: none may.',
    ),
  ),
});

/** How proxies treat connections and requests: flags of `sluice proxy`. */
export const trafficSettings = object({
  trustedProxies: optional(
    described(ranges, 'Peers whose X-Forwarded-* and X-Request-Id are believed; nobody by default.'),
  ),
  trustedHops: optional(
    described(
      integer({ min: 0, max: MOST_HOPS }),
      'How many proxies of yours are in front: the client is that many entries from the right in X-Forwarded-For, and every peer is believed, or only trustedProxies. 0, the default: they are not counted.',
    ),
  ),
  proxyProtocol: optional(
    described(
      ranges,
      'Peers whose connections begin with a header of the PROXY protocol, version 1 or 2, that names their client; without one they are closed. Nobody by default.',
    ),
  ),
  backendProxyProtocol: optional(
    described(
      oneOf('v1', 'v2'),
      'The header of the PROXY protocol with which connections to backends begin; none by default.',
    ),
  ),
  grpcWeb: optional(
    described(boolean, 'Whether calls of gRPC-Web on GRPCRoutes reach backends as calls of gRPC; false by default.'),
  ),
  balancing: optional(
    described(oneOf('least-request', 'round-robin'), 'How endpoints are picked; least-request by default.'),
  ),
  timeouts: optional(timeouts),
  limits: optional(limits),
});
