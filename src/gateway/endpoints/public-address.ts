import { BlockList, isIP } from 'node:net';

/** IANA's registries of special-purpose addresses: what is no address of the public internet. */
const SPECIAL: readonly (readonly [net: string, prefix: number, family: 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  // Among them 169.254.169.254, where clouds keep what a machine may do.
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['192.88.99.0', 24, 'ipv4'],
  // What Azure tells its machines.
  ['168.63.129.16', 32, 'ipv4'],
  ['::', 96, 'ipv6'],
  // Whoever translates these (RFC 2765), tunnels them (RFC 3056, RFC 4380) or throws them away decides where they lead.
  ['::ffff:0:0:0', 96, 'ipv6'],
  ['2001::', 23, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['100::', 64, 'ipv6'],
  ['64:ff9b:1::', 48, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['fec0::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
];

const NOT_PUBLIC = new BlockList();
for (const [net, prefix, family] of SPECIAL) {
  NOT_PUBLIC.addSubnet(net, prefix, family);
  // The same addresses, reached by way of IPv6 (RFC 6052).
  if (family === 'ipv4') NOT_PUBLIC.addSubnet(`64:ff9b::${net}`, 96 + prefix, 'ipv6');
}

/**
 * Whether an address is one that everybody may reach. Whoever owns a name decides where it leads: without this check,
 * to this machine, to what a cloud tells its machines, or to what is open to neighbours alone (DNS rebinding).
 */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && !NOT_PUBLIC.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
