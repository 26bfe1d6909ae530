import type { Listener } from '../../../ir/index.ts';
import type { Gateway, SluiceProxySpec } from '../../../resources/index.ts';
import type { PlanePort } from '../data-plane-spec.ts';
import { containerPorts } from './container-ports.ts';

const TRANSPORTS: ReadonlyMap<string, PlanePort['protocol']> = new Map([
  ['HTTP', 'TCP'],
  ['HTTPS', 'TCP'],
  ['TLS', 'TCP'],
  ['TCP', 'TCP'],
  ['UDP', 'UDP'],
]);

/**
 * The ports of a data plane: of every listener that is served, and of those in its Gateways' own lists that aren't at present
 * (a certificate is missing), so that the Service of a Gateway keeps its ports, and stands, whatever befalls listeners.
 */
export function planePorts(
  gateways: readonly Gateway[],
  listeners: readonly Listener[],
  parameters: SluiceProxySpec,
): readonly PlanePort[] {
  const wanted = [...listeners, ...gateways.flatMap(({ spec }) => spec.listeners ?? [])];
  const ports = new Set(wanted.flatMap(({ port, protocol }) => (TRANSPORTS.has(protocol) ? [port] : [])));
  const targets = targetPorts([...ports], parameters);
  return (['TCP', 'UDP'] as const).flatMap(protocol => {
    const own = new Set(wanted.flatMap(each => (TRANSPORTS.get(each.protocol) === protocol ? [each.port] : [])));
    return [...own].sort((a, b) => a - b).flatMap(port => planePort(port, protocol, targets.get(port)));
  });
}

/** Where proxies listen for each port of listeners: on a node's own network at the port itself. */
export function targetPorts(ports: readonly number[], { service }: SluiceProxySpec): ReadonlyMap<number, number> {
  return service?.type === 'HostNetwork' ? new Map(ports.map(port => [port, port])) : containerPorts(ports);
}

function planePort(port: number, protocol: PlanePort['protocol'], containerPort: number | undefined): PlanePort[] {
  if (containerPort === undefined) return [];
  return [{ name: protocol === 'UDP' ? `p-${port}-udp` : `p-${port}`, port, containerPort, protocol }];
}
