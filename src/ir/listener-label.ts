import type { Listener } from './listener.ts';

/** What a listener is called within its Gateway: its section; of a ListenerSet `namespace/set/section`. */
export function listenerLabel({ name, gateway }: Pick<Listener, 'name' | 'gateway'>): string {
  return name.slice(gateway.length + 1);
}
