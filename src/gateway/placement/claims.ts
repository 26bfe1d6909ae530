import type { Listener } from '../../ir/index.ts';

/** What placing needs to know of a Gateway. */
export interface GatewayFacts {
  /** `namespace/name`. */
  readonly gateway: string;
  /** Addresses to listen on; empty while there is none for it. */
  readonly hosts: readonly string[];
  /** Why one of the addresses that it asks for is none to listen on. */
  readonly unusable?: string;
  /** Why there is no address for it. */
  readonly unassigned?: string;
}

export type Transport = 'tcp' | 'udp';

/** One port of one Gateway on one address: somebody wants it served. */
export interface Claim {
  readonly key: string;
  readonly gateway: string;
  readonly host: string;
  readonly port: number;
  readonly transport: Transport;
  readonly listeners: readonly Listener[];
}

export function claimsOf(gateways: readonly GatewayFacts[], listeners: readonly Listener[]): Claim[] {
  const byGateway = Map.groupBy(listeners, listener => listener.gateway);
  return gateways.flatMap(({ gateway, hosts }) => {
    const byPort = Map.groupBy(byGateway.get(gateway) ?? [], listener => `${transportOf(listener)} ${listener.port}`);
    return hosts.flatMap(host =>
      [...byPort].map(([port, own]) => {
        const [first] = own as [Listener];
        const key = `${gateway} ${host} ${port}`;
        return { key, gateway, host, port: first.port, transport: transportOf(first), listeners: own };
      }),
    );
  });
}

function transportOf({ protocol }: Listener): Transport {
  return protocol === 'UDP' ? 'udp' : 'tcp';
}
