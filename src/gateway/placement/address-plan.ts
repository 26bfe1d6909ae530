import { type Gateway, keyOf } from '../../resources/index.ts';
import type { GatewayFacts } from './claims.ts';

/** Decides on which addresses Gateways listen. */
export interface AddressPlan {
  /** Gateways of ours, oldest first; an answer for each. Asked anew whenever something about Gateways changed. */
  assign(gateways: readonly Gateway[]): readonly GatewayFacts[];
}

/**
 * Each Gateway on the IP addresses that it asks for, else on `listen`: so a Gateway that asks for a hostname is served all
 * the same, and its status says that it did not get one. Types of other domains are translation's affair.
 */
export function addressesAsAsked(listen: string): AddressPlan {
  return {
    assign: gateways =>
      gateways.map(gateway => {
        const hosts = addressesAskedFor(gateway).map(({ value }) => value);
        return {
          gateway: keyOf(gateway),
          hosts: hosts.length > 0 ? hosts : [listen],
          ...hostnameAskedFor(gateway),
        };
      }),
  };
}

/** Every Gateway on `listen`: addresses of another network mean nothing here. */
export function oneAddress(listen: string): AddressPlan {
  return { assign: gateways => gateways.map(gateway => ({ gateway: keyOf(gateway), hosts: [listen] })) };
}

/** The entries of `spec.addresses` that name an IP address; an empty value leaves the choice to us. */
export function addressesAskedFor(gateway: Gateway): readonly { readonly index: number; readonly value: string }[] {
  return (gateway.spec.addresses ?? []).flatMap(({ type, value }, index) =>
    type === 'IPAddress' && value ? [{ index, value }] : [],
  );
}

/** Why a hostname that a Gateway asks for, or any hostname, can't be had. */
export function hostnameAskedFor(gateway: Gateway): Pick<GatewayFacts, 'unusable' | 'unassigned'> {
  const addresses = gateway.spec.addresses ?? [];
  const index = addresses.findIndex(({ type }) => type === 'Hostname');
  if (index < 0) return {};
  const hostname = addresses[index]?.value ?? '';
  const why = (wanted: string) =>
    `spec.addresses[${index}] asks for ${wanted}, and this data plane can only listen on IP addresses: use type IPAddress, or leave it out`;
  return hostname === '' ? { unassigned: why('a hostname') } : { unusable: why(`the hostname ${hostname}`) };
}
