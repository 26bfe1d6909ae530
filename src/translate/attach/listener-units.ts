import { type Listener, seal } from '../../ir/index.ts';
import { isServed, type ListenerView } from './listeners.ts';
import { isProtocol } from './protocols.ts';
import { isWithdrawn, type RouteParent } from './route-parent.ts';

/** The listeners of a Gateway or ListenerSet that a data plane is to serve. */
export function listenerUnits(parent: RouteParent): readonly Listener[] {
  if (isWithdrawn(parent)) return [];
  return parent.listeners.flatMap(listener => listenerUnit(parent, listener) ?? []);
}

function listenerUnit({ object, gateway }: RouteParent, listener: ListenerView): Listener | undefined {
  const { name, section, port, protocol, hostname, path, tls } = listener;
  if (!isServed(listener) || !isProtocol(protocol)) return undefined;
  return seal({
    kind: 'Listener',
    name,
    gateway,
    section,
    port,
    protocol,
    hostname,
    ...(tls && { tls }),
    origin: { kind: object.kind, namespace: object.namespace, name: object.name, field: path },
  });
}
