import type { Router } from '../router/index.ts';
import type { AccessLog } from './access-log/access-log.ts';
import type { Core } from './core.ts';
import type { Plan } from './plan.ts';
import { RETRY_CAUSES } from './retry-plan.ts';
import type { Reading } from './telemetry/metrics.ts';

/** Metrics whose values lie in the core: connections, retries, what the configuration cost. */
export function registerReadings(core: Core, router: Router<Plan>): void {
  const gauge = (name: string, help: string, read: () => number): Reading => ({ name, help, type: 'gauge', read });
  const counter = (name: string, help: string, read: () => number): Reading => ({ name, help, type: 'counter', read });
  const readings = [
    gauge('sluice_downstream_connections', 'Open connections of clients.', () => core.lane.ownClients),
    gauge('sluice_upstream_connections', 'Open connections to backends.', () => core.upstreamConnections),
    counter(
      'sluice_endpoint_ejections_total',
      'Times that an endpoint was left out, for no connection to it could be made.',
      () => core.ejections,
    ),
    ejectedReading(core),
    retriesReading(core),
    mirrorsReading(core),
    gauge('sluice_tunnels', 'Open tunnels: connections that became WebSockets.', () => core.tunnels.open),
    tunnelBytesReading(core),
    ...core.transport.readings(),
    counter('sluice_router_rules_compiled_total', 'Rules compiled since the start.', () => router.compiled.rules),
    counter('sluice_router_nodes_compiled_total', 'Nodes of the router replaced.', () => router.compiled.nodes),
  ];
  for (const reading of [...readings, ...tlsReadings(core)]) core.metrics.register(reading);
  if (core.accessLog !== undefined) core.metrics.register(droppedReading(core.accessLog));
}

function tlsReadings({ tlsCounts, handshakes, clusters }: Core): readonly Reading[] {
  return [
    {
      name: 'sluice_tls_handshakes_total',
      help: 'Handshakes with clients that came about.',
      type: 'counter',
      read: () => tlsCounts.handshakes(),
    },
    {
      name: 'sluice_tls_handshake_failures_total',
      help: 'Connections of clients to ports with TLS that came to no handshake, or to none that ended well, by the reason.',
      type: 'counter',
      read: () => tlsCounts.failures(),
    },
    {
      name: 'sluice_tls_handshakes',
      help: 'Handshakes with clients that are under way.',
      type: 'gauge',
      read: () => handshakes.open,
    },
    {
      name: 'sluice_tls_connections',
      help: 'Open connections of clients with TLS.',
      type: 'gauge',
      read: () => tlsCounts.connections(),
    },
    {
      name: 'sluice_backend_tls_failures_total',
      help: 'Connections to endpoints that came to no TLS, by backend and reason.',
      type: 'counter',
      read: () => tlsCounts.backendFailures(backend => clusters.knows(backend)),
    },
  ];
}

function droppedReading({ queue }: AccessLog): Reading {
  return {
    name: 'sluice_access_log_dropped_total',
    help: 'Lines of the access log that were lost to a slow or broken reader.',
    type: 'counter',
    read: () => queue.dropped,
  };
}

function ejectedReading({ clusters }: Core): Reading {
  return {
    name: 'sluice_endpoints_ejected',
    help: 'Endpoints that are left out now.',
    type: 'gauge',
    // Each thread sees those of all.
    over: 'max',
    read: () => clusters.ejected,
  };
}

function mirrorsReading({ mirrors, clusters }: Core): Reading {
  return {
    name: 'sluice_mirrored_requests_total',
    help: 'Copies of requests sent to mirrors, by what became of them.',
    type: 'counter',
    read: () => mirrors.samples(backend => clusters.knows(backend)),
  };
}

function tunnelBytesReading({ tunnels }: Core): Reading {
  return {
    name: 'sluice_tunnel_bytes_total',
    help: 'Bytes that went through tunnels, by the side that they were for.',
    type: 'counter',
    read: () => [
      { labels: { to: 'backend' }, value: tunnels.toBackends },
      { labels: { to: 'client' }, value: tunnels.toClients },
    ],
  };
}

function retriesReading({ retries }: Core): Reading {
  return {
    name: 'sluice_upstream_retries_total',
    help: 'Requests sent again, by what the try before came to.',
    type: 'counter',
    read: () => RETRY_CAUSES.map(cause => ({ labels: { cause }, value: retries[cause] })),
  };
}
