import { type AddressPlan, addressesAskedFor, type GatewayFacts, hostnameAskedFor } from '../gateway/index.ts';
import { type Gateway, keyOf } from '../resources/index.ts';
import { canonicalAddress, joinRanges, parseBlock } from './address-range.ts';

/**
 * Gives each Gateway an address of its own out of a pool: the one that it asks for (`spec.addresses`), else the one that it
 * had, else a free one. An address belongs to one Gateway, so that no tenant gets another's requests.
 */
export interface AddressPool extends AddressPlan {
  /** What the status of a Gateway (`namespace/name`) says: after a restart it keeps that. Empty: it has gone. */
  recall(gateway: string, addresses: readonly string[]): void;
}

/** `blocks`: CIDR blocks; or why one of them is none. */
export function createAddressPool(blocks: readonly string[]): AddressPool | { readonly unusable: string } {
  const ranges = blocks.map(parseBlock);
  const bad = blocks.find((_, i) => ranges[i] === undefined);
  if (bad !== undefined) return { unusable: `'${bad}' is not a CIDR block such as 10.1.0.0/24` };
  const range = joinRanges(ranges.filter(each => each !== undefined));
  const name = `address pool ${blocks.join(', ')}`;
  const recalled = new Map<string, readonly string[]>();
  /** Address → Gateway. */
  const holders = new Map<string, string>();
  let next = 0n;

  function assign(gateways: readonly Gateway[]): readonly GatewayFacts[] {
    const all = gateways.map(gateway => ({ gateway, key: keyOf(gateway), ...askedBy(gateway) }));
    const served = release(new Map(all.map(({ key, asked }) => [key, new Set(asked.map(({ value }) => value))])));
    for (const { key, asked } of all) if (!served.has(key)) reclaim(key, asked);
    const facts = new Map<string, GatewayFacts>();
    for (const { gateway, key, ...wishes } of all) {
      if (wishes.asked.length > 0) facts.set(key, grantAsked(gateway, key, wishes));
    }
    const held = new Map([...holders].map(([address, key]) => [key, address]));
    const others = all.filter(({ key }) => !facts.has(key));
    for (const { gateway, key } of others) {
      const host = held.get(key) ?? hold(key, free());
      facts.set(
        key,
        host === undefined ? exhausted(key) : { gateway: key, hosts: [host], ...hostnameAskedFor(gateway) },
      );
    }
    return all.map(({ key }) => facts.get(key)!);
  }

  /** Who has gone or asks for other addresses now has none any more; who asks for none has one. Gives who has any. */
  function release(standing: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
    const served = new Set<string>();
    for (const [address, key] of holders) {
      const asked = standing.get(key);
      const keeps = asked?.size === 0 ? !served.has(key) : asked?.has(address);
      if (keeps) served.add(key);
      else holders.delete(address);
    }
    return served;
  }

  /** Whoever had an address comes before those who ask for it now: else a restart of ours would give it to them. */
  function reclaim(key: string, asked: readonly Asked[]): void {
    const had = (recalled.get(key) ?? []).filter(address => range.has(address) && !holders.has(address));
    const kept =
      asked.length === 0 ? had.slice(0, 1) : had.filter(address => asked.some(({ value }) => value === address));
    for (const address of kept) hold(key, address);
  }

  function grantAsked(gateway: Gateway, key: string, { asked, surplus }: Wishes): GatewayFacts {
    const refused = asked.map(each => refusal(key, each));
    const hosts = asked.filter((_, i) => refused[i] === undefined).map(({ value }) => value);
    for (const host of hosts) hold(key, host);
    const unusable = refused.find(reason => reason !== undefined) ?? surplus;
    return { gateway: key, hosts, ...(unusable === undefined ? hostnameAskedFor(gateway) : { unusable }) };
  }

  function refusal(key: string, { index, value }: Asked): string | undefined {
    const asks = `spec.addresses[${index}] asks for ${value}`;
    if (!range.has(value)) return `${asks}, which is not in the ${name}: ask for one of it, or for none`;
    // Whose it is may be none of this tenant's business.
    const taken = (holders.get(value) ?? key) !== key;
    return taken ? `${asks}, which another Gateway has: ask for another one, or for none` : undefined;
  }

  function hold(key: string, address: string | undefined): string | undefined {
    if (address !== undefined) holders.set(address, key);
    return address;
  }

  /** Goes on after the last one given: an address that was let go may still be in somebody's cache. */
  function free(): string | undefined {
    for (let tried = 0n; tried < range.size && holders.size < range.size; tried++) {
      const address = range.at(next);
      next = (next + 1n) % range.size;
      if (!holders.has(address)) return address;
    }
    return undefined;
  }

  function exhausted(key: string): GatewayFacts {
    return { gateway: key, hosts: [], unassigned: `Every address of the ${name} is taken` };
  }

  return {
    assign,
    recall(gateway, addresses) {
      if (addresses.length === 0) recalled.delete(gateway);
      else recalled.set(gateway, addresses.map(canonicalAddress));
    },
  };
}

type Asked = ReturnType<typeof addressesAskedFor>[number];

interface Wishes {
  /** Each once, and in the one way to write an address, for they are compared. */
  readonly asked: readonly Asked[];
  /** Why one more is not had. */
  readonly surplus: string | undefined;
}

/** A tenant who may create Gateways must not use up the pool with a few of them: `maxItems` of spec.addresses is 16. */
const MOST_ADDRESSES = 4;

function askedBy(gateway: Gateway): Wishes {
  const all = addressesAskedFor(gateway).map(({ index, value }) => ({ index, value: canonicalAddress(value) }));
  const distinct = all.filter(({ value }, at) => all.findIndex(other => other.value === value) === at);
  const extra = distinct[MOST_ADDRESSES];
  return {
    asked: distinct.slice(0, MOST_ADDRESSES),
    surplus:
      extra && `spec.addresses[${extra.index}] asks for ${extra.value}, and a Gateway gets at most ${MOST_ADDRESSES}`,
  };
}
