import type { Problem } from '../../resources/index.ts';
import type { Placement } from '../../translate/index.ts';
import type { GatewayFacts } from './claims.ts';
import { reachableAddress } from './listener-places.ts';
import type { Place } from './planned-socket.ts';

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
    failed.flatMap(place => place.listeners.map(({ name }) => [name, message(place)] as const)),
  );
}

/** A port that is served elsewhere than its manifest says, without anybody having asked for it. */
export function mappedPorts(places: readonly Place[]): readonly Problem[] {
  return places.flatMap(({ host, port, bound, reason, listeners: [first] }) => {
    if (bound === undefined || reason === undefined || !first) return [];
    const { kind, namespace, name, field = 'spec.listeners' } = first.origin;
    return {
      severity: 'warning',
      code: 'PortMapped',
      message: `${reason}; port ${port} is served on ${host}:${bound} instead`,
      object: { kind, namespace, name },
      path: `${field}.port`,
    };
  });
}
