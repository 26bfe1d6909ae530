import { isIP } from 'node:net';
import type { Seen } from '../../cluster/index.ts';
import { type AddressPlan, addressesAskedFor } from '../../gateway/index.ts';
import { type Gateway, keyOf } from '../../resources/index.ts';

/**
 * Where the Gateways of a cluster are, as far as questions go: each on the addresses that its status names or that it asks
 * for. One that has none yet stands alone, on a loopback address of its own, for in a cluster Gateways share no sockets.
 */
export interface ClusterAddresses extends AddressPlan {
  /** Called with what an API server holds, before the plan is asked. */
  observe(seen: Seen): void;
}

export function createClusterAddresses(): ClusterAddresses {
  /** Of Gateways, by `namespace/name`. */
  const known = new Map<string, readonly string[]>();
  return {
    observe(seen) {
      if (!('object' in seen) || seen.object.kind !== 'Gateway') return;
      const { metadata, status } = seen.object;
      known.set(`${metadata.namespace ?? ''}/${metadata.name}`, ipAddresses(status));
    },
    assign: gateways =>
      gateways.map((gateway, index) => {
        const key = keyOf(gateway);
        const hosts = [known.get(key), asked(gateway)].find(found => found !== undefined && found.length > 0);
        return { gateway: key, hosts: hosts ?? [loopback(index)] };
      }),
  };
}

function asked(gateway: Gateway): readonly string[] {
  return addressesAskedFor(gateway).map(({ value }) => value);
}

/** Of a status that anybody may have written. */
function ipAddresses(status: unknown): readonly string[] {
  const { addresses } = Object(status) as { readonly addresses?: unknown };
  if (!Array.isArray(addresses)) return [];
  const values = addresses.map((address: unknown) => (Object(address) as { readonly value?: unknown }).value);
  return values.filter(value => typeof value === 'string').filter(value => isIP(value) !== 0);
}

function loopback(index: number): string {
  const number = index + 1;
  return `127.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
}
