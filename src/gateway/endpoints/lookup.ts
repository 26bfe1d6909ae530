import { lookup as askSystem, Resolver } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';

/** An address of a name, and for how many seconds that may be believed. */
export interface FoundAddress {
  readonly address: string;
  readonly ttl: number;
}

/** All addresses of a name, at least one; rejects where there is none. */
export type Lookup = (hostname: string) => Promise<readonly FoundAddress[]>;

/** In seconds: what the system says of a name, out of its files for example, has no time to live. */
const SYSTEM_TTL = 30;
/** In ms and tries, for each server. */
const PATIENCE = { timeout: 2_000, tries: 2 };

/** `servers`: DNS servers as `address:port`; absent: those of the system, and then whatever else it knows names by. */
export function createLookup(servers?: readonly string[]): Lookup {
  const resolver = new Resolver(PATIENCE);
  if (servers) resolver.setServers(servers);
  return async hostname => {
    const [v4, v6] = await Promise.all([
      resolver.resolve4(hostname, { ttl: true }).catch(nothing),
      resolver.resolve6(hostname, { ttl: true }).catch(nothing),
    ]);
    const found = v4.length > 0 && !reachesV6() ? v4 : [...v4, ...v6];
    if (found.length > 0) return found;
    if (servers) throw new Error('no address');
    const system = await askSystem(hostname, { all: true });
    return system.map(({ address }) => ({ address, ttl: SYSTEM_TTL }));
  };
}

const nothing = (): FoundAddress[] => [];

/** Without a route an address of IPv6 would only cost a try. */
function reachesV6(): boolean {
  return Object.values(networkInterfaces()).some(addresses =>
    addresses?.some(({ family, internal, address }) => family === 'IPv6' && !internal && !/^fe[89ab]/i.test(address)),
  );
}
