import { hostPort, type Listener, listenerLabel } from '../../ir/index.ts';
import type { ListenerEvent } from '../events.ts';
import type { Place } from './planned-socket.ts';

/** Where the listeners of a place are reached; none while there is no socket. */
export function listenerEvents(place: Place): readonly ListenerEvent[] {
  const { bound } = place;
  if (bound === undefined) return [];
  return place.listeners.map(listener => listenerEvent(place, bound, listener));
}

function listenerEvent({ gateway, host, port }: Place, bound: number, listener: Listener): ListenerEvent {
  return {
    event: 'listener',
    gateway,
    listener: listenerLabel(listener),
    port,
    url: `${SCHEMES[listener.protocol]}://${hostPort(reachableAddress(host), bound)}`,
    ...(listener.hostname === '*' ? {} : { hostname: listener.hostname }),
    mapped: bound !== port,
  };
}

const SCHEMES: Readonly<Record<Listener['protocol'], string>> = {
  HTTP: 'http',
  HTTPS: 'https',
  TLS: 'tls',
  TCP: 'tcp',
  UDP: 'udp',
};

/** "Every address of this machine" is nothing that a client could connect to. */
export function reachableAddress(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}
