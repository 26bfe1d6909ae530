import type { Listener, Unit } from '../../ir/index.ts';
import { type Socket, socketsOf } from '../../probe/index.ts';
import { createHostIndex, getHost, mostSpecific, setHost } from '../../router/index.ts';

/** Which listener of a socket a host belongs to: as the router chooses, the most specific hostname. */
export interface ListenerChoice extends Socket {
  of(host: string): Listener | undefined;
}

/** One for each socket that has listeners. */
export function listenerChoices(units: readonly Unit[]): readonly ListenerChoice[] {
  return socketsOf(units).map(choiceOf);
}

function choiceOf({ bind, listeners }: Socket): ListenerChoice {
  const index = createHostIndex<Listener>();
  for (const listener of listeners) if (!getHost(index, listener.hostname)) setHost(index, listener.hostname, listener);
  return { bind, listeners, of: host => mostSpecific(index, host) };
}

/** The hostnames that mean a host, from the most specific to `*`. */
export function hostnamesOf(host: string): readonly string[] {
  const hostnames = [host];
  for (let dot = host.indexOf('.', 1); dot !== -1; dot = host.indexOf('.', dot + 1))
    hostnames.push(`*${host.slice(dot)}`);
  hostnames.push('*');
  return hostnames;
}
