import type { Problem } from '../../resources/index.ts';
import type { Placement } from '../../translate/index.ts';
import type { Inventory } from '../inventory.ts';
import { reachableAddress } from './listener-places.ts';
import type { GatewayFacts, Place } from './placer.ts';

/** What the sockets of a Gateway mean to its status. */
export function placementOf({ hosts, unusable, unassigned }: GatewayFacts, places: readonly Place[]): Placement {
  const foreign = places.filter(place => place.foreign);
  const usable = hosts.filter(host => !foreign.some(place => place.host === host));
  const unusableAddress = foreign[0]?.reason ?? unusable;
  return {
    acknowledged: true,
    addresses: usable.map(host => ({ type: 'IPAddress', value: reachableAddress(host) })),
    failures: failuresOf(places),
    ...(unusableAddress === undefined ? {} : { unusableAddress }),
    ...(unassigned === undefined ? {} : { unassigned }),
  };
}

function failuresOf(places: readonly Place[]): Placement['failures'] {
  const failed = places.filter(place => place.bound === undefined && !place.foreign);
  const message = (place: Place) => place.reason ?? `port ${place.port} is not bound`;
  return Object.fromEntries(
    failed.flatMap(place =>
      place.listeners.map(({ section }) => [section, { reason: 'PortUnavailable', message: message(place) }] as const),
    ),
  );
}

/** A port that is served elsewhere than its manifest says, without anybody having asked for it. */
export function mappedPorts(places: readonly Place[], inventory: Inventory): readonly Problem[] {
  return places.flatMap(place => {
    const { gateway, host, port, bound, reason } = place;
    if (bound === undefined || reason === undefined) return [];
    const [namespace = '', name = ''] = gateway.split('/');
    const object = { kind: 'Gateway', namespace, name };
    const resource = inventory.get(object);
    const index = resource?.kind === 'Gateway' ? resource.spec.listeners.findIndex(own => own.port === port) : -1;
    return {
      severity: 'warning',
      code: 'PortMapped',
      message: `${reason}; port ${port} is served on ${host}:${bound} instead`,
      object,
      path: index < 0 ? 'spec.listeners' : `spec.listeners[${index}].port`,
    };
  });
}
