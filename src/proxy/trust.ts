import net from 'node:net';
import { unmapped } from './unmapped.ts';

/** An address range as `net.BlockList` takes it. */
export interface Cidr {
  readonly address: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

/**
 * A CIDR (`10.0.0.0/8`, `fd00::/8`) or a bare address; undefined for anything else. A range of IPv4 addresses in IPv6
 * form (`::ffff:10.0.0.0/104`) is the range of IPv4 addresses.
 */
export function parseCidr(text: string): Cidr | undefined {
  const [, address, length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text.trim()) ?? [];
  if (address === undefined || address.includes('%')) return undefined;
  const version = net.isIP(address);
  if (version === 0) return undefined;
  const prefix = length === undefined ? (version === 4 ? 32 : 128) : Number(length);
  if (prefix > (version === 4 ? 32 : 128)) return undefined;
  const short = prefix >= 96 ? unmapped(address) : address;
  if (short !== address) return { address: short, prefix: prefix - 96, family: 'ipv4' };
  return { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' };
}

/** Peers whose word about the client is taken. */
export class Trust {
  /** Proxies of ours that a request has passed; 0: they are known by their addresses alone. */
  readonly hops: number;
  private readonly list = new net.BlockList();
  private readonly empty: boolean;
  private lastAddress = '';
  private lastAnswer = false;

  /**
   * @param cidrs as {@link parseCidr} reads them; one it doesn't read trusts nobody
   * @param hops where they are counted; without `cidrs` the peer is then one of them, whoever it is
   */
  constructor(cidrs: readonly string[], hops = 0) {
    this.hops = hops;
    const ranges = cidrs.map(parseCidr).filter(range => range !== undefined);
    for (const { address, prefix, family } of ranges) this.list.addSubnet(address, prefix, family);
    this.empty = cidrs.length === 0;
  }

  isTrusted(remoteAddress: string): boolean {
    if (this.empty) return this.hops > 0;
    if (remoteAddress !== this.lastAddress) {
      this.lastAnswer = this.check(unmapped(remoteAddress));
      this.lastAddress = remoteAddress;
    }
    return this.lastAnswer;
  }

  private check(address: string): boolean {
    const version = net.isIP(address);
    return version !== 0 && this.list.check(address, version === 4 ? 'ipv4' : 'ipv6');
  }
}
