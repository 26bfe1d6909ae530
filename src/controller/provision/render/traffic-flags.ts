import { durationMs, type SluiceProxySpec } from '../../../resources/index.ts';
import { flagTime } from './flag-time.ts';

/** Flags take nine digits. */
const MOST = 999_999_999;

/** Flags of `sluice proxy` for what parameters say of traffic, and none for what they leave to it. `undefined`: the flag is not there. */
export function trafficFlags({ traffic = {} }: SluiceProxySpec): Readonly<Record<string, string | true | undefined>> {
  const { timeouts = {}, limits = {} } = traffic;
  return {
    'trusted-proxies': ranges(traffic.trustedProxies),
    'trusted-hops': traffic.trustedHops?.toString(),
    'proxy-protocol': ranges(traffic.proxyProtocol),
    'backend-proxy-protocol': traffic.backendProxyProtocol,
    'grpc-web': traffic.grpcWeb || undefined,
    balancing: traffic.balancing,
    'head-timeout': time(timeouts.head),
    'idle-timeout': time(timeouts.idle),
    'request-timeout': time(timeouts.request),
    'body-idle-timeout': time(timeouts.bodyIdle),
    'tunnel-idle-timeout': time(timeouts.tunnelIdle),
    'udp-idle-timeout': time(timeouts.udpIdle),
    'connect-timeout': time(timeouts.connect),
    'max-connections': limits.connections?.toString(),
    'max-head-bytes': limits.headBytes?.toString(),
    'max-body-bytes': bytes(limits.bodyBytes),
    'max-streams': limits.streams?.toString(),
    'max-upstream-connections': limits.upstreamConnections?.toString(),
    'max-upstream-pending': limits.upstreamPending?.toString(),
  };
}

/** An empty list is one of a Gateway that takes back what its class says. */
function ranges(list: readonly string[] | undefined): string | undefined {
  return list?.join(',') || undefined;
}

function time(duration: string | undefined): string | undefined {
  return duration === undefined ? undefined : flagTime(durationMs(duration));
}

/** Rounded up to a KiB where they are too many. */
function bytes(size: number | undefined): string | undefined {
  return size === undefined || size <= MOST ? size?.toString() : `${Math.ceil(size / 1024)}KiB`;
}
