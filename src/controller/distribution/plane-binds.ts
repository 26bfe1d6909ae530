import { type Bind, type Listener, seal } from '../../ir/index.ts';
import type { DataPlaneSpec, PlanePort } from '../provision/data-plane-spec.ts';

/**
 * The sockets of a data plane's proxies: one for each of its ports that somebody listens on, on every address of the pod.
 *
 * @param host `0.0.0.0`, or `::` where there is IPv6
 * @param listeners those that the data plane serves
 */
export function planeBinds(
  { ports }: Pick<DataPlaneSpec, 'ports'>,
  listeners: readonly Listener[],
  host: string,
): readonly Bind[] {
  const byPort = Map.groupBy(listeners, ({ port, protocol }) => portKey(port, protocol === 'UDP' ? 'UDP' : 'TCP'));
  return ports.flatMap(port => {
    const own = byPort.get(portKey(port.port, port.protocol)) ?? [];
    return own.length === 0 ? [] : [bindOf(port, own, host)];
  });
}

function bindOf({ containerPort, protocol }: PlanePort, listeners: readonly Listener[], host: string): Bind {
  const udp = protocol === 'UDP';
  return seal({
    kind: 'Bind',
    name: `${udp ? 'udp:' : ''}${host}:${containerPort}`,
    ...(udp && { transport: 'udp' as const }),
    host,
    port: containerPort,
    listeners: listeners.map(({ name }) => name).sort(),
  });
}

function portKey(port: number, protocol: PlanePort['protocol']): string {
  return `${protocol} ${port}`;
}
