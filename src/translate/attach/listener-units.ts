import { type Listener, seal } from '../../ir/index.ts';
import type { GatewayView } from './gateways.ts';
import { isServed, type ListenerView } from './listeners.ts';

/** The listeners of a Gateway that a data plane is to serve. */
export function listenerUnits(gateway: GatewayView): readonly Listener[] {
  if (gateway.refused) return [];
  return gateway.listeners.filter(isServed).map(listener => listenerUnit(gateway, listener));
}

function listenerUnit(gateway: GatewayView, { name, section, port, hostname, path }: ListenerView): Listener {
  return seal({
    kind: 'Listener',
    name,
    gateway: gateway.key,
    section,
    port,
    protocol: 'HTTP',
    hostname,
    origin: { kind: 'Gateway', namespace: gateway.namespace, name: gateway.name, field: path },
  });
}
